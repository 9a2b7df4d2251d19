// web/samples: a sample as its pixels, each a square: nothing is smoothed, so that what is labelled is what the model saw.
import { useEffect, useRef } from 'react';
import { ProblemNote } from '../../parts/problem.tsx';
import { type Sample, usePixels } from './queries.ts';

/** One channel is gray, three are red, green and blue; of any other number the first is shown as gray. */
function paint(canvas: HTMLCanvasElement, { width, height, channels }: Sample, pixels: Uint8Array): void {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) for (let c = 0; c < 4; c++) rgba[4 * i + c] = c === 3 ? 255 : pixels[i * channels + (channels === 3 ? c : 0)]!;
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')!.putImageData(new ImageData(rgba, width, height), 0, 0);
}

export function SampleImage({ samples, at }: { samples: readonly Sample[]; at: number }) {
  const sample = samples[at]!;
  const pixels = usePixels(samples, at);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (pixels.data && canvas.current) paint(canvas.current, sample, pixels.data);
  }, [sample, pixels.data]);
  if (pixels.error) return <ProblemNote error={pixels.error} />;
  return (
    <figure className="sample">
      <canvas
        ref={canvas}
        role="img"
        aria-label={`Sample ${sample.id}, ${sample.width} by ${sample.height} pixels`}
        aria-busy={pixels.data === undefined}
        style={{ aspectRatio: `${sample.width} / ${sample.height}` }}
      />
      {sample.channels === 1 || sample.channels === 3 ? null : <figcaption className="soft">The first of {sample.channels} channels.</figcaption>}
    </figure>
  );
}

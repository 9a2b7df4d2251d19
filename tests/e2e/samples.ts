// tests/e2e: images that a device keeps: a fruit drawn on a belt, ripe ones red and green ones green, with what the model says of each.
import { type OutboxRecord, type SampleHead, encodeSample } from '@holdfast/protocol';
import type { Device } from './device.ts';

const side_px = 24;

/** A disc of the colour of its class on a grey belt, with some noise; rows first, red, green and blue. */
function drawFruit(random: () => number, ripe: boolean): Uint8Array {
  const [red, green, blue] = ripe ? [200, 60, 50] : [90, 170, 70];
  const radius = 6 + 4 * random();
  const pixels = new Uint8Array(side_px * side_px * 3);
  for (let i = 0; i < side_px * side_px; i++) {
    const inside = Math.hypot((i % side_px) - side_px / 2, Math.floor(i / side_px) - side_px / 2) < radius;
    const noise = 24 * random() - 12;
    pixels.set(
      (inside ? [red, green, blue] : [105, 108, 112]).map((value) => value + noise),
      3 * i,
    );
  }
  return pixels;
}

interface Kept {
  readonly count: number;
  readonly reason: SampleHead['reason'];
  readonly first: number;
}

/** Every other fruit is ripe; the model is wrong about every fifth. */
export function samplesOf(device: Device, random: () => number, { count, reason, first }: Kept): OutboxRecord[] {
  const { model, model_version } = device.current!;
  return Array.from({ length: count }, (_, i) => {
    const shows = i % 2;
    const head: SampleHead = {
      ...{ v: 1, at_ms: Date.now() - (count - i) * 1_000, reference: first + i, model, model_version, reason },
      ...{ width: side_px, height: side_px, channels: 3, predicted: i % 5 === 4 ? 1 - shows : shows, confidence: 0.55 + 0.4 * random() },
    };
    return device.bytes('samples', encodeSample(head, drawFruit(random, shows === 0)));
  });
}

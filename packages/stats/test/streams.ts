// stats/test: streams made from a seed with nothing but +, -, * and / of doubles: bit for bit those of golden/streams.py.
import { next, type Seeded } from '../src/detectors/random.ts';

/** What a stream is: its kind, its seed, how many values, and how large the change (or, of errors, the rates before and after it). */
export type StreamSpec = readonly [kind: string, seed: number, n: number, size: number | readonly [number, number]];

/** Nearly normal: twelve uniform numbers less six. */
export function bell(random: Seeded): number {
  let total = 0;
  for (let i = 0; i < 12; i++) total += next(random);
  return total - 6;
}

type Shape = (size: number, z: number, share: number, random: Seeded) => number;
/** `share` is 0 up to the middle of the stream, and grows from there to 1 at its end. */
const shapes: Readonly<Record<string, Shape>> = {
  none: (size, z) => z * size,
  step: (size, z, share) => z + (share >= 0 ? size : 0),
  ramp: (size, z, share) => z + (share >= 0 ? size * share : 0),
  spread: (size, z, share) => z * (share >= 0 ? size : 1),
  heavy: (size, z, share, random) => z / (next(random) + 0.01) + (share >= 0 ? size : 0),
  unit: (size, z, share) => Math.min(1, Math.max(0, 0.5 + 0.1 * z + (share >= 0 ? size : 0))),
};

export function streamOf([kind, seed, n, size]: StreamSpec): number[] {
  const random = { random: seed };
  const half = Math.floor(n / 2);
  return Array.from({ length: n }, (_, i) => {
    if (kind === 'constant') return size as number;
    if (typeof size !== 'number') return next(random) < rateAt(kind, size, i, half) ? 1 : 0;
    return shapes[kind]!(size, bell(random), (i - half) / half, random);
  });
}

function rateAt(kind: string, [before, after]: readonly [number, number], i: number, half: number): number {
  if (kind === 'error') return i >= half ? after : before;
  return before + (after - before) * (i / (2 * half));
}

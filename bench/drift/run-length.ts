// bench/drift: how long a detector is quiet without a change, how soon it finds one, and which parameter gives it a wanted run length: by simulation.
import type { Detector } from '@holdfast/stats';
import { mean, normals } from './normal.ts';

/** A detector that knows the reference, or learns it from the first values of its stream. */
export type Make = (reference: readonly number[]) => Detector;
export interface Plan {
  readonly seed: number;
  readonly runs: number;
}
type Source = (normal: () => number) => () => number;

export const reference_size = 5000;
const same: Source = (normal) => normal;
const valuesOf = (source: () => number, n: number): number[] => Array.from({ length: n }, source);

/** The mean number of values until the first drift; a run ends at `cap` values, which counts as its length. */
export function runLength(make: Make, { seed, runs }: Plan, source: Source = same, cap = 200_000): number {
  const normal = normals(seed);
  const lengths = Array.from({ length: runs }, () => {
    const next = source(normal);
    const detector = make(valuesOf(next, reference_size));
    let n = 1;
    while (n < cap && detector.update(next()) !== 'drift') n++;
    return n;
  });
  return mean(lengths);
}

const limit = 10_000;

/** Values from a change to the drift; `limit` + 1 where it is not found; null where there was a drift in the 1,000 values before the change. */
function delayOnce(make: Make, next: () => number, change: (z: number) => number): number | null {
  const detector = make(valuesOf(next, reference_size));
  for (let i = 0; i < 1000; i++) if (detector.update(next()) === 'drift') return null;
  let n = 1;
  while (n <= limit && detector.update(change(next())) !== 'drift') n++;
  return n;
}

/** The mean delay; what is not found in 10,000 values is a miss, and counts as that many. A run with a false drift before the change is drawn again. */
export function delay(make: Make, { seed, runs }: Plan, change: (z: number) => number, source: Source = same): { mean: number; missed: number } {
  const normal = normals(seed);
  const found: number[] = [];
  while (found.length < runs) {
    const one = delayOnce(make, source(normal), change);
    if (one !== null) found.push(one);
  }
  return { mean: mean(found.map((n) => Math.min(n, limit))), missed: found.filter((n) => n > limit).length / runs };
}

/** The parameter between `low` and `high` (either order of run lengths) at which the run length is nearest to the wanted one. */
export function calibrate(
  make: (parameter: number) => Make,
  [low, high]: readonly [number, number],
  wanted: number,
  plan: Plan,
): { parameter: number; length: number } {
  let [quiet, loud] = [low, high];
  let best = { parameter: low, length: Number.POSITIVE_INFINITY };
  for (let i = 0; i < 10; i++) {
    const parameter = Math.sqrt(quiet * loud);
    const length = runLength(make(parameter), plan, same, 6 * wanted);
    if (Math.abs(Math.log(length / wanted)) < Math.abs(Math.log(best.length / wanted))) best = { parameter, length };
    if (length > wanted) quiet = parameter;
    else loud = parameter;
  }
  return best;
}

// stats/detectors: the tilts of tilts.ts on the bins of one reference: which steps each bin spans, and what each tilt is divided by.
// Formula: tilt t is divided by E[ratio] + tolerance * max(sd[ratio], 0.1), both under the reference's own shares (each count plus one half). So its
// expectation is at most 1 under every law within the chi-square distance `tolerance` of the reference. The floor of 0.1 keeps a constant stream quiet.
// Complexity: O(bins * tilts) once. A bin without values (beside an atom) takes the step beside it.
import { columns, steps, weights } from './tilts.ts';

export interface TiltedBins {
  /** The first step of each bin, and one number more: the end of the last. */
  cuts: number[];
  /** What the ratio of each tilt is multiplied by. */
  scale: number[];
}

export function tiltedBins(counts: readonly number[], tolerance: number): TiltedBins {
  const cuts = cutsOf(counts);
  return { cuts, scale: scaleOf(counts, cuts, tolerance) };
}

/** What a tilt is multiplied by, of the mean and the mean square of its ratio under the reference. */
export const guard = (mean: number, square: number, tolerance: number): number =>
  1 / (mean + tolerance * Math.max(sd_min, Math.sqrt(Math.max(0, square - mean * mean))));
const sd_min = 0.1;

/** The first step of a bin, and one behind its last: a bin without a step of its own takes the one beside it. */
export const firstStep = (cuts: ArrayLike<number>, bin: number): number => Math.min(cuts[bin]!, steps - 1);
export const endStep = (cuts: ArrayLike<number>, bin: number): number => Math.max(cuts[bin + 1]!, firstStep(cuts, bin) + 1);

/** The ratio of a tilt on a bin, before the guard. */
export function ratioOn(cuts: readonly number[], bin: number, tilt: number): number {
  const [from, to] = [firstStep(cuts, bin), endStep(cuts, bin)];
  return ((columns[to]![tilt]! - columns[from]![tilt]!) * steps) / (to - from);
}

function cutsOf(counts: readonly number[]): number[] {
  const n = counts.reduce((sum, count) => sum + count, 0);
  let below = 0;
  return [0, ...counts.map((count) => Math.round(((below += count) / n) * steps))];
}

function scaleOf(counts: readonly number[], cuts: readonly number[], tolerance: number): number[] {
  const n = counts.reduce((sum, count) => sum + count + 0.5, 0);
  return Array.from(weights, (_, tilt) => {
    let [mean, square] = [0, 0];
    for (const [bin, count] of counts.entries()) {
      const ratio = ratioOn(cuts, bin, tilt);
      mean += ((count + 0.5) / n) * ratio;
      square += ((count + 0.5) / n) * ratio * ratio;
    }
    return guard(mean, square, tolerance);
  });
}

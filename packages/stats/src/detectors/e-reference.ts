// stats/detectors: what the e-detector keeps of its reference: edges, which steps of the tilts each bin spans, and what each tilt is divided by.
// Formula: tilt t is divided by E[ratio] + tolerance * max(sd[ratio], 0.1), both under the reference's own shares (each count plus one half). So its
// expectation is at most 1 under every law within the chi-square distance `tolerance` of the reference; the reference itself is off by 1/sqrt(n), hence
// the tolerance is at least sqrt(time / n), with the autocorrelation time of the reference. The floor of 0.1 keeps a constant stream quiet.
// Complexity: O(n log n) once. Values that are not finite are left out; a bin without values (beside an atom) takes the step beside it.
import { failure } from '@holdfast/base';
import { countOnEdges, edgesAt } from '../sketches/quantile-edges.ts';
import { autocorrelationTime, blockOf } from './dependence.ts';
import { columns, quantiles, steps, weights } from './tilts.ts';

export interface EReference {
  edges: number[];
  /** The first step of each bin, and one number more: the end of the last. */
  cuts: number[];
  /** What the ratio of each tilt is multiplied by. */
  scale: number[];
  /** One of so many values is read. */
  block: number;
}

export const reference_limits = { values_min: 30, values_max: 1_000_000 } as const;
const sd_min = 0.1;

export function eReference(values: readonly number[], settings: { readonly tolerance: number; readonly block: number }): EReference {
  const finite = values.filter(Number.isFinite);
  if (finite.length < reference_limits.values_min || values.length > reference_limits.values_max) {
    const expected = `${reference_limits.values_min} to ${reference_limits.values_max} finite ones`;
    throw failure('HF-STAT-023', { saw: `${finite.length} finite of ${values.length} values`, expected });
  }
  const edges = edgesAt(finite, quantiles, steps);
  const time = autocorrelationTime(finite);
  return { edges, ...eBins(countOnEdges(edges, finite), { tolerance: settings.tolerance, time }), block: settings.block || blockOf(time) };
}

/** What is kept of a reference that is counts on bins, in their order: of a profile, whose values are not there any more. */
export function eBins(counts: readonly number[], settings: { readonly tolerance: number; readonly time: number }): Pick<EReference, 'cuts' | 'scale'> {
  const n = counts.reduce((sum, count) => sum + count, 0);
  const cuts = cutsOf(counts, n);
  return { cuts, scale: scaleOf(counts, cuts, Math.max(settings.tolerance, Math.sqrt(settings.time / n))) };
}

function cutsOf(counts: readonly number[], n: number): number[] {
  let below = 0;
  return [0, ...counts.map((count) => Math.round(((below += count) / n) * steps))];
}

/** The first step of a bin, and one behind its last: a bin without a step of its own takes the one beside it. */
export const firstStep = (cuts: ArrayLike<number>, bin: number): number => Math.min(cuts[bin]!, steps - 1);
export const endStep = (cuts: ArrayLike<number>, bin: number): number => Math.max(cuts[bin + 1]!, firstStep(cuts, bin) + 1);

function scaleOf(counts: readonly number[], cuts: readonly number[], tolerance: number): number[] {
  const n = counts.reduce((sum, count) => sum + count + 0.5, 0);
  return Array.from(weights, (_, tilt) => {
    let [mean, square] = [0, 0];
    for (const [bin, count] of counts.entries()) {
      const [from, to] = [firstStep(cuts, bin), endStep(cuts, bin)];
      const ratio = ((columns[to]![tilt]! - columns[from]![tilt]!) * steps) / (to - from);
      mean += ((count + 0.5) / n) * ratio;
      square += ((count + 0.5) / n) * ratio * ratio;
    }
    return 1 / (mean + tolerance * Math.max(sd_min, Math.sqrt(Math.max(0, square - mean * mean))));
  });
}

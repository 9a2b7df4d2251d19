// stats/detectors: what the e-detector keeps of its reference: edges, the tilts on its bins (tilted-bins.ts), and the block.
// The reference itself is off by sqrt(time / n), with its autocorrelation time: the tolerance is at least that.
// Complexity: O(n log n) once. Values that are not finite are left out.
import { failure } from '@holdfast/base';
import { countOnEdges, edgesAt } from '../sketches/quantile-edges.ts';
import { autocorrelationTime, blockOf } from './dependence.ts';
import { type TiltedBins, tiltedBins } from './tilted-bins.ts';
import { quantiles, steps } from './tilts.ts';

export interface EReference extends TiltedBins {
  edges: number[];
  /** One of so many values is read. */
  block: number;
}

export const reference_limits = { values_min: 30, values_max: 1_000_000 } as const;

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
export function eBins(counts: readonly number[], settings: { readonly tolerance: number; readonly time: number }): TiltedBins {
  const n = counts.reduce((sum, count) => sum + count, 0);
  return tiltedBins(counts, Math.max(settings.tolerance, Math.sqrt(settings.time / n)));
}

// stats/fleet: how large a change is, on the counts since its onset: distances of 0 to 1, as a monitor's least distance is stated.
// Values: Kolmogorov-Smirnov on the bins; classes: total variation; missing: by how much more often. Of several references the
// nearest; what a reference of its size is itself off by is no effect. Nothing seen: 0.
import { totalVariation } from '../distances/total-variation.ts';
import { beyond } from '../reference-error.ts';
import { kolmogorovOnBins } from '../tests/kolmogorov-smirnov.ts';
import type { StreamLaw } from './law.ts';
import type { Since } from './stream.ts';

export function effectOf(
  law: StreamLaw,
  since: Pick<Since, 'inferences' | 'missing'> & { readonly counts: readonly number[] },
): { readonly values: number; readonly missing: number } {
  const distance = (counts: readonly number[]) => (law.kind === 'classes' ? totalVariation(counts, since.counts) : kolmogorovOnBins(counts, since.counts));
  const values = law.references.length === 0 ? 0 : Math.min(...law.references.map(({ counts, error }) => beyond(distance(counts), error)));
  const share = since.inferences === 0 || law.missing_share === null ? 0 : since.missing / since.inferences;
  return { values, missing: Math.max(0, share - law.missing_known) };
}

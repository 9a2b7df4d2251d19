// stats: how features move together: of the most correlated pairs of a reference, the sum of the products of their distances from the reference's means. A
// correlation that flips, while no feature changes by itself, is seen in nothing else. A window keeps the same sums around the same means, so they add up.
// Formula: sum of (x - mean x)(y - mean y) over the inferences that have both. Complexity: O(features^2 rows) once, on 200 features and 5,000 rows at most,
// evenly chosen; O(pairs) an inference. A pair below a correlation of 0.3 is not kept. Source: the co-moment of T. F. Chan et al. (moments.ts).
import type { ReferenceFeature, ReferencePair } from './profile.ts';

export const pair_limits = { pairs_max: 8, features_max: 200, rows_max: 5_000, correlation_min: 0.3 } as const;

export interface PairSum {
  count: number;
  products: number;
}

interface Candidate extends PairSum {
  readonly a: number;
  readonly b: number;
  readonly correlation: number;
}

export function pairsOf(features: readonly ReferenceFeature[], columns: readonly ArrayLike<number>[]): ReferencePair[] {
  const usable = features.flatMap(({ moments, categories }, i) => (moments.m2 > 0 && !categories ? i : [])).slice(0, pair_limits.features_max);
  const step = Math.max(1, Math.ceil((columns[0]?.length ?? 0) / pair_limits.rows_max));
  const candidates = usable.flatMap((a, at) => usable.slice(at + 1).map((b) => candidateOf(features, columns, { a, b, step })));
  return candidates
    .filter(({ correlation }) => correlation >= pair_limits.correlation_min)
    .sort((x, y) => y.correlation - x.correlation || x.a - y.a || x.b - y.b)
    .slice(0, pair_limits.pairs_max)
    .map(({ a, b }) => ({ features: [features[a]!.name, features[b]!.name], ...sumOf(features, columns, { a, b, step: 1 }) }));
}

interface Places {
  readonly a: number;
  readonly b: number;
  readonly step: number;
}

function candidateOf(features: readonly ReferenceFeature[], columns: readonly ArrayLike<number>[], places: Places): Candidate {
  const { a, b } = places;
  const sum = sumOf(features, columns, places);
  const spread = Math.sqrt((features[a]!.moments.m2 / features[a]!.moments.count) * (features[b]!.moments.m2 / features[b]!.moments.count));
  return { a, b, ...sum, correlation: sum.count === 0 ? 0 : Math.abs(sum.products / sum.count / spread) };
}

function sumOf(features: readonly ReferenceFeature[], columns: readonly ArrayLike<number>[], { a, b, step }: Places): PairSum {
  const sum = { count: 0, products: 0 };
  const [mean_a, mean_b] = [features[a]!.moments.mean, features[b]!.moments.mean];
  for (let row = 0; row < columns[a]!.length; row += step) addToPair(sum, columns[a]![row]! - mean_a, columns[b]![row]! - mean_b);
  return sum;
}

/** Adds the two distances of one inference, where both are there. */
export function addToPair(sum: PairSum, x: number, y: number): void {
  const product = x * y;
  if (!Number.isFinite(product)) return;
  sum.count++;
  sum.products += product;
}

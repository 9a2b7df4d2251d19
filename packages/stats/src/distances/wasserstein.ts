// stats/distances: the first Wasserstein distance, in the unit of the feature: how far the mass moved. Of two samples, and of counts on shared edges.
// Formula: the area between the two distribution functions. Of samples it is exact, and equals scipy.stats.wasserstein_distance; NaN, infinities and
// an empty sample are refused. On edges the functions are taken as linear between them (mass spread evenly in a bin) over [first edge, last edge];
// mass beyond counts as lying on them, so the value is a lower bound where much lies outside; an empty side, or fewer than two edges: 0.
// Complexity: O(n log n); O(bins). Source: A. Ramdas, N. Garcia Trillos, M. Cuturi, Entropy 19(2), 2017 (W1 as the area between distribution functions).
import { failure } from '@holdfast/base';
import { distributionGap } from './distribution-gap.ts';

export const wasserstein1 = (x: ArrayLike<number>, y: ArrayLike<number>): number => distributionGap('wasserstein', x, y, Math.abs);

export function wasserstein1OnBins(edges: readonly number[], reference: readonly number[], current: readonly number[]): number {
  if (reference.length !== edges.length + 1) throw failure('HF-STAT-001', { saw: reference.length, expected: edges.length + 1 });
  if (current.length !== reference.length) throw failure('HF-STAT-001', { saw: current.length, expected: reference.length });
  const n = reference.reduce((sum, count) => sum + count, 0);
  const m = current.reduce((sum, count) => sum + count, 0);
  if (n === 0 || m === 0) return 0;
  let [gap, area] = [0, 0];
  for (let i = 0; i < edges.length; i++) {
    const next = gap + reference[i]! / n - current[i]! / m;
    if (i > 0) area += (edges[i]! - edges[i - 1]!) * meanAbsolute(gap, next);
    gap = next;
  }
  return area;
}

/** Mean of |line| between two values: a trapezium, or two triangles where the sign changes. */
function meanAbsolute(a: number, b: number): number {
  return a * b >= 0 ? Math.abs(a + b) / 2 : (a * a + b * b) / (2 * (Math.abs(a) + Math.abs(b)));
}

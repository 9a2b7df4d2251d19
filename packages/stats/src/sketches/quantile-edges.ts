// stats/sketches: counters on the quantiles of a frozen reference: no sketch error, exact merge by addition.
// Edge k of B bins is the smallest reference value with at least k/B of the reference at or below it (numpy's `inverted_cdf`); a bin
// is open below and closed above: (edge[i-1], edge[i]], the last one (edge[B-2], infinity).
// Ties: an edge that repeats is kept once, and the largest reference value below it becomes an edge too, so that a step off an atom is
// seen to either side; below an atom at the minimum, the edge lies 1e-9 (relative, absolute near 0) lower.
// Parameter bins (32): the Kolmogorov-Smirnov loss is at most the mass of one bin. Complexity: O(n log n) once, then O(log B) a value.
// NaN and infinity are in no bin. An empty reference has no edge and one bin.
// Source: R. J. Hyndman, Y. Fan, "Sample quantiles in statistical packages", The American Statistician 50(4), 1996 (definition 1).
import { failure } from '@holdfast/base';

/** Strictly ascending edges; at most 2 * (bins - 1) of them, bins - 1 where the reference has no atom. */
export function quantileEdges(values: Iterable<number>, bins: number): number[] {
  return edgesAt(
    values,
    Array.from({ length: bins - 1 }, (_, k) => k + 1),
    bins,
  );
}

/** The edges at some of the quantiles k/parts only, given as ascending whole numbers k; at most two for each. */
export function edgesAt(values: Iterable<number>, quantiles: readonly number[], parts: number): number[] {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  const edges = new Set<number>();
  let last = Number.NaN;
  for (const k of sorted.length > 0 ? quantiles : []) {
    const edge = sorted[Math.ceil((k * sorted.length) / parts) - 1]!;
    if (edge === last) edges.add(below(sorted, edge));
    edges.add(edge);
    last = edge;
  }
  return [...edges].sort((a, b) => a - b);
}

/** The largest value of `sorted` below `atom`, or a point just below where the atom is the minimum. */
function below(sorted: Float64Array, atom: number): number {
  const at = lowerBound(sorted, atom);
  return at > 0 ? sorted[at - 1]! : atom - 1e-9 * Math.max(1, Math.abs(atom));
}

/** The number of elements of an ascending list that are smaller than `value`. */
function lowerBound(sorted: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The bin of a finite value: 0 to edges.length. */
export function binOf(edges: ArrayLike<number>, value: number): number {
  return lowerBound(edges, value);
}

/** Counts of the finite values on the edges: edges.length + 1 numbers. */
export function countOnEdges(edges: readonly number[], values: Iterable<number>): number[] {
  const counts = Array.from({ length: edges.length + 1 }, () => 0);
  for (const value of values) if (Number.isFinite(value)) counts[binOf(edges, value)]! += 1;
  return counts;
}

/** Sum of two lists of counts on the same bins. Fails with HF-STAT-001 where the lengths differ. */
export function addCounts(a: readonly number[], b: readonly number[]): number[] {
  if (a.length !== b.length) throw failure('HF-STAT-001', { saw: b.length, expected: a.length });
  return a.map((count, i) => count + b[i]!);
}

// stats/tests: Holm's step-down correction: the chance of one or more false rejections stays below alpha under any dependence of the tests.
// Formula: adjusted p of the i-th smallest (from 0) of k is the running maximum of min(1, (k - i) * p). Complexity: O(k log k).
// NaN stands for "not tested": it stays NaN and does not count in k. Empty list: empty list.
// Source: S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6(2), 1979.

/** Adjusted p-values, in the order of the arguments. */
export function holm(p_values: readonly number[]): number[] {
  const order = p_values.map((_, i) => i).filter((i) => !Number.isNaN(p_values[i]!));
  order.sort((a, b) => p_values[a]! - p_values[b]!);
  const adjusted = p_values.map(() => Number.NaN);
  let largest = 0;
  order.forEach((at, rank) => {
    largest = Math.max(largest, Math.min(1, (order.length - rank) * p_values[at]!));
    adjusted[at] = largest;
  });
  return adjusted;
}

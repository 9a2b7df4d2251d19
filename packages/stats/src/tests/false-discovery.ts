// stats/tests: Benjamini-Hochberg and Benjamini-Yekutieli: among what is rejected, the expected share of false rejections stays below alpha.
// Formula: adjusted p of the i-th smallest (from 1) of k is the running minimum, from the largest down, of min(1, p k / i); Yekutieli multiplies by
// 1 + 1/2 + ... + 1/k, which holds under any dependence; Hochberg asks for independence or positive dependence. Complexity: O(k log k).
// NaN stands for "not tested": it stays NaN and does not count in k. Empty list: empty list. Equals scipy.stats.false_discovery_control.
// Source: Y. Benjamini, Y. Hochberg, JRSS B 57(1), 1995; Y. Benjamini, D. Yekutieli, Annals of Statistics 29(4), 2001.

/** Adjusted p-values, in the order of the arguments. */
export const benjaminiHochberg = (p_values: readonly number[]): number[] => stepUp(p_values, () => 1);

/** The same under any dependence of the tests. */
export const benjaminiYekutieli = (p_values: readonly number[]): number[] => stepUp(p_values, harmonic);

function stepUp(p_values: readonly number[], price: (k: number) => number): number[] {
  const order = p_values.map((_, i) => i).filter((i) => !Number.isNaN(p_values[i]!));
  order.sort((a, b) => p_values[b]! - p_values[a]!);
  const factor = order.length * price(order.length);
  const adjusted = p_values.map(() => Number.NaN);
  let smallest = 1;
  order.forEach((at, rank) => {
    smallest = Math.min(smallest, (p_values[at]! * factor) / (order.length - rank));
    adjusted[at] = smallest;
  });
  return adjusted;
}

function harmonic(k: number): number {
  let sum = 0;
  for (let i = k; i >= 1; i--) sum += 1 / i;
  return sum;
}

// stats/fleet: which of many streams have changed: e-BH, whose expected share of false findings stays below alpha under any dependence of the streams.
// Formula: with e(k) the k-th greatest of K, found are those that reach K / (alpha k) for the greatest k with e(k) >= K / (alpha k).
// Everything in logarithms. NaN is no evidence. Complexity: O(K log K).
// No stream: nothing is found. Source: R. Wang, A. Ramdas, "False discovery rate control with e-values", JRSS B 84(3), 2022 (arXiv:2009.02824).

/** log of what an e-value must reach; Infinity where none does. */
export function discoveryThreshold(log_e: ArrayLike<number>, alpha: number): number {
  const count = log_e.length;
  const price = Math.log(count / alpha);
  // the least that can be reached at all is K / (alpha K): what is below need not be sorted
  const sorted = Float64Array.from(log_e)
    .filter((e) => e >= price - Math.log(count))
    .sort();
  for (let k = sorted.length; k >= 1; k--) {
    const needed = price - Math.log(k);
    if (sorted[sorted.length - k]! >= needed) return needed;
  }
  return Number.POSITIVE_INFINITY;
}

// stats/distances: Kuiper's distance on common bins: the largest difference in the share of any interval of values, 0 to 1.
// Formula: V = max (F - G) + max (G - F) over the cumulated bins. Equal to the Kolmogorov-Smirnov distance where all moved one way; twice it where the
// spread changed, which moves both tails: so one tolerance serves both. Complexity: O(bins). An empty side gives 0: nothing was seen to differ.
// Source: N. H. Kuiper, "Tests concerning random points on a circle", Proc. Koninklijke Nederlandse Akademie van Wetenschappen A 63, 1960.

export function kuiperOnBins(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const [n, m] = [totalOf(reference), totalOf(current)];
  if (n === 0 || m === 0) return 0;
  let [above, below, gap] = [0, 0, 0];
  for (let bin = 0; bin < reference.length; bin++) {
    gap += reference[bin]! / n - current[bin]! / m;
    above = Math.max(above, gap);
    below = Math.max(below, -gap);
  }
  return Math.min(1, above + below);
}

function totalOf(counts: ArrayLike<number>): number {
  let total = 0;
  for (let bin = 0; bin < counts.length; bin++) total += counts[bin]!;
  return total;
}

// stats/tests: the natural logarithm of the gamma function, for the tails of distributions.
// Formula: Lanczos's series with g = 7 and nine terms, relative error below 1e-14; by reflection left of 0.5. Complexity: O(1).
// At the poles (0, -1, ...) infinity; NaN gives NaN.
// Source: C. Lanczos, SIAM J. Numer. Anal. B 1, 1964; W. H. Press et al., Numerical Recipes, 3rd edition, 6.1.

const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012,
  9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;

export function lnGamma(z: number): number {
  if (z < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * z)) - lnGamma(1 - z);
  const shifted = z - 1 + 7.5;
  const series = lanczos.reduce((sum, weight, i) => (i === 0 ? weight : sum + weight / (z - 1 + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (z - 0.5) * Math.log(shifted) - shifted + Math.log(series);
}

/** ln of the number of ways to choose `k` of `n`. */
export function lnChoose(n: number, k: number): number {
  return lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1);
}

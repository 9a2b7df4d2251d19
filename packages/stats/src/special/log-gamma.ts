// stats/special: the natural logarithm of the gamma function, and what Stirling's formula leaves out of it.
// Formula: ln Gamma(z + 1) = (z + 1/2) ln z - z + ln sqrt(2 pi) + stirlingError(z). From 16 on the error is its asymptotic series (nine terms,
// below 1e-18 there); below, the recurrence Gamma(z + 1) = z Gamma(z) brings z up to it. Relative error some 1e-15. Complexity: O(1).
// At the poles (0, -1, ...) infinity; NaN gives NaN.
// Source: J. Stirling's series with Bernoulli numbers, NIST Handbook of Mathematical Functions, 5.11.1.

const series_from = 16;
const half_ln_two_pi = 0.9189385332046728;
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360, 1 / 156, -3617 / 122_400, 43_867 / 244_188] as const;

export function lnGamma(z: number): number {
  if (z < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * z))) - lnGamma(1 - z);
  if (z >= series_from + 1) return (z - 0.5) * Math.log(z - 1) - (z - 1) + half_ln_two_pi + stirlingSeries(z - 1);
  let product = 1;
  let at = z;
  for (; at < series_from + 1; at++) product *= at;
  return lnGamma(at) - Math.log(product);
}

/** ln n! - ln(sqrt(2 pi n) (n/e)^n), for n > 0: small, and known without the cancellation of the large terms. */
export function stirlingError(n: number): number {
  if (n >= series_from) return stirlingSeries(n);
  // ln(n + 1) terms are brought down one by one: error(n) = error(n + 1) + (n + 1/2) ln(1 + 1/n) - 1
  let sum = 0;
  let at = n;
  for (; at < series_from; at++) sum += (at + 0.5) * Math.log1p(1 / at) - 1;
  return sum + stirlingSeries(at);
}

function stirlingSeries(n: number): number {
  const square = 1 / (n * n);
  return stirling.reduceRight((sum, weight) => sum * square + weight, 0) / n;
}

/** ln of the number of ways to choose `k` of `n`. */
export function lnChoose(n: number, k: number): number {
  return lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1);
}

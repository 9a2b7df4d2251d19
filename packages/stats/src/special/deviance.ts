// stats/special: masses of the Poisson, binomial and hypergeometric laws without the cancellation of large logarithms, for real arguments too.
// Formula: mass = exp(-sum of deviances) / sqrt(2 pi ...), with deviance(x, m) = x ln(x / m) + m - x (zero where x is m) and the errors of Stirling's
// formula. Relative error some 1e-15 times the deviance, at counts of a million as at ten. Complexity: O(1).
// A mass outside of its support is 0. NaN gives NaN.
// Source: C. Loader, Fast and accurate computation of binomial probabilities, 2000.
import { stirlingError } from './log-gamma.ts';

/** x ln(x / mean) + mean - x, for x >= 0 and mean > 0. */
export function deviance(x: number, mean: number): number {
  if (x === 0) return mean;
  const gap = x - mean;
  if (Math.abs(gap) > 0.1 * (x + mean)) return x * Math.log(x / mean) - gap;
  // with v = (x - m) / (x + m): ln(x / m) = 2 atanh v, so that the deviance is gap v + 2 x (v^3/3 + v^5/5 + ...)
  const v = gap / (x + mean);
  let sum = gap * v;
  let term = 2 * x * v;
  for (let k = 1; k < 100; k++) {
    term *= v * v;
    const next = sum + term / (2 * k + 1);
    if (next === sum) break;
    sum = next;
  }
  return sum;
}

/** mean^x e^-mean / Gamma(x + 1). */
export function poissonMass(x: number, mean: number): number {
  if (x < 0) return 0;
  if (x === 0) return Math.exp(-mean);
  return Math.exp(-stirlingError(x) - deviance(x, mean)) / Math.sqrt(2 * Math.PI * x);
}

/** p^x q^(n - x) n! / (x! (n - x)!); q is 1 - p, given apart so that neither loses digits. */
export function binomialMass(x: number, n: number, p: number, q: number): number {
  const rest = n - x;
  if (x < 0 || rest < 0) return 0;
  if (p === 0) return x === 0 ? 1 : 0;
  if (q === 0) return rest === 0 ? 1 : 0;
  if (x === 0) return Math.exp(-(p < 0.1 ? -n * Math.log1p(-p) : -n * Math.log(q)));
  if (rest === 0) return Math.exp(q < 0.1 ? n * Math.log1p(-q) : n * Math.log(p));
  const exponent = stirlingError(n) - stirlingError(x) - stirlingError(rest) - deviance(x, n * p) - deviance(rest, n * q);
  return Math.exp(exponent) * Math.sqrt(n / (2 * Math.PI * x)) * Math.sqrt(1 / rest);
}

/** The chance of x hits in `draws` of `total`, `hits` of which are hits. */
export function hypergeometricMass(x: number, { hits, draws, total }: { readonly hits: number; readonly draws: number; readonly total: number }): number {
  if (draws === 0 || draws === total) return x === (draws === 0 ? 0 : hits) ? 1 : 0;
  const p = draws / total;
  const q = (total - draws) / total;
  return (binomialMass(x, hits, p, q) / binomialMass(draws, total, p, q)) * binomialMass(draws - x, total - hits, p, q);
}

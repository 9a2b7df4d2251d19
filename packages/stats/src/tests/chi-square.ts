// stats/tests: the upper tail of the chi-square distribution.
// Formula: Q(df/2, x/2), the regularised upper incomplete gamma function: a power series left of df/2 + 1, Lentz's continued fraction right of it;
// ln Gamma is that of log-gamma.ts. Complexity: some ten to some hundred terms. df 0 or x <= 0 gives 1; NaN gives NaN.
// Source: W. H. Press et al., Numerical Recipes, 3rd edition, 6.2.
import { lnGamma } from './log-gamma.ts';

/** P(X > x) for chi-square with `df` degrees of freedom. */
export function chiSquareTail(x: number, df: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (df <= 0 || x <= 0) return 1;
  const a = df / 2;
  const half = x / 2;
  const scale = Math.exp(a * Math.log(half) - half - lnGamma(a));
  return half < a + 1 ? 1 - scale * lowerSeries(a, half) : scale * upperFraction(a, half);
}

function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let k = 1; k < 10_000 && term > sum * 1e-17; k++) {
    term *= x / (a + k);
    sum += term;
  }
  return sum;
}

/** Modified Lentz: b0 = x + 1 - a, then terms -k (k - a). */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let value = d;
  for (let k = 1; k < 10_000; k++) {
    b += 2;
    d = 1 / (-k * (k - a) * d + b);
    c = b - (k * (k - a)) / c;
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return value;
}

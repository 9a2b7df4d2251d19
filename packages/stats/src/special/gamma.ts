// stats/special: the regularised upper incomplete gamma function Q(a, x), and the tails that are made of it: chi-square, and the normal one.
// Formula: x^a e^-x / Gamma(a + 1) is a Poisson mass (deviance.ts); left of a + 1 it is multiplied by a power series and taken from 1, right of it
// by Lentz's continued fraction. Relative error below 1e-12 down to the smallest numbers. Complexity: some ten to some sqrt(a) terms.
// a <= 0 or x <= 0 gives 1; NaN gives NaN; x infinite gives 0.
// Source: W. H. Press et al., Numerical Recipes, 3rd edition, 6.2; NIST Handbook of Mathematical Functions, 8.7.1 and 8.9.2.
import { poissonMass } from './deviance.ts';

/** Q(a, x): the chance that a gamma variable of shape a is above x. */
export function upperGamma(a: number, x: number): number {
  if (Number.isNaN(a) || Number.isNaN(x)) return Number.NaN;
  if (a <= 0 || x <= 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  const scale = poissonMass(a, x);
  return x < a + 1 ? Math.max(0, 1 - scale * a * lowerSeries(a, x)) : scale * a * upperFraction(a, x);
}

/** P(X > x) for chi-square with `df` degrees of freedom. */
export const chiSquareTail = (x: number, df: number): number => upperGamma(df / 2, x / 2);

/** P(Z > z) for a standard normal Z, at either end with all its digits. */
export function normalTail(z: number): number {
  const half = upperGamma(0.5, (z * z) / 2) / 2;
  return z >= 0 ? half : 1 - half;
}

const terms_max = 100_000; // sqrt(a) and a factor of ten or so: enough for a in the hundred millions

function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let k = 1; k < terms_max && term > sum * 1e-17; k++) {
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
  for (let k = 1; k < terms_max; k++) {
    b += 2;
    d = 1 / (-k * (k - a) * d + b);
    c = b - (k * (k - a)) / c;
    value *= d * c;
    if (Math.abs(d * c - 1) < 2e-16) break;
  }
  return value;
}

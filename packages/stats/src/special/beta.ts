// stats/special: the regularised incomplete beta function I_x(a, b), and the tails that are made of it: Student's t and the binomial.
// Formula: x^a y^b / B(a, b) is a binomial mass times a b / (a + b) (deviance.ts); Lentz's continued fraction is taken on the side of the mean where it is
// quick, and what it gives is taken from 1 on the other. x and y = 1 - x are given apart, so that neither loses digits beside 1.
// Relative error of the smaller tail below 1e-12. Complexity: some ten to some sqrt(max(a, b)) terms. NaN gives NaN.
// Source: A. R. DiDonato, A. H. Morris, Algorithm 708, ACM Transactions on Mathematical Software 18(3), 1992.
import { binomialMass } from './deviance.ts';

/** I_x(a, b) with y = 1 - x; a and b above 0. */
export function incompleteBeta(a: number, b: number, x: number, y: number): number {
  if (Number.isNaN(a + b + x + y)) return Number.NaN;
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  const scale = (binomialMass(a, a + b, x, y) * a * b) / (a + b);
  return x < (a + 1) / (a + b + 2) ? scale / fraction(a, b, x, y) : 1 - scale / fraction(b, a, y, x);
}

/** P(T > t) of Student's law with `df` degrees of freedom. */
export function studentTail(t: number, df: number): number {
  if (t === 0) return 0.5;
  if (Math.abs(t) === Number.POSITIVE_INFINITY) return t > 0 ? 0 : 1;
  const square = t * t;
  const half =
    square === Number.POSITIVE_INFINITY ? farStudentTail(Math.abs(t), df) : incompleteBeta(df / 2, 0.5, df / (df + square), square / (df + square)) / 2;
  return t > 0 ? half : 1 - half;
}

/** Where t squared is no number any more: I_x(a, 1/2) is x^a / (a B(a, 1/2)), with x = df / t^2. */
function farStudentTail(t: number, df: number): number {
  const a = df / 2;
  return ((binomialMass(a, a + 0.5, 0.5, 0.5) * 2 ** (a + 0.5) * 0.5) / (a + 0.5) / 2) * Math.exp(a * (Math.log(df) - 2 * Math.log(t)));
}

/** P(X >= k) of the binomial law. */
export function binomialTail(k: number, n: number, p: number): number {
  if (k <= 0) return 1;
  return k > n ? 0 : incompleteBeta(k, n - k + 1, p, 1 - p);
}

const terms_max = 100_000;
const tiny = 1e-300;

/** Modified Lentz on the fraction of DiDonato and Morris (their 9.1), in which a y - b x stands for what would lose its digits where x is near 1. */
function fraction(a: number, b: number, x: number, y: number): number {
  const middle = a * y - b * x + 1;
  let c = nonzero((a * middle) / (a + 1));
  let d = 0;
  let value = c;
  for (let n = 1; n < terms_max; n++) {
    const above = ((((a + n - 1) / (a + 2 * n - 1)) * (a + b + n - 1)) / (a + 2 * n - 1)) * n * (b - n) * x * x;
    const below = n + (n * (b - n) * x) / (a + 2 * n - 1) + ((a + n) * (middle + n * (1 + y))) / (a + 2 * n + 1);
    d = 1 / nonzero(below + above * d);
    c = nonzero(below + above / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < 2e-16) break;
  }
  return value;
}

const nonzero = (value: number): number => (Math.abs(value) < tiny ? tiny : value);

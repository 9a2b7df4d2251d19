// stats/special: the law of Kolmogorov's two-sided D of n points: P(D_n > d).
// Formula: elementary at either end (Ruben and Gambino); Durbin's matrix where n d^2 is small; twice Smirnov's one-sided tail where it is large, which
// counts crossing both lines twice, a relative error below 1e-6 from n d^2 = 2.2 on; else the expansion of Pelz and Good, whose error falls as n^-2.
// Regions as in R. Simard, P. L'Ecuyer, Computing the two-sided Kolmogorov-Smirnov distribution, Journal of Statistical Software 39(11), 2011.
// Complexity: the matrix costs (2 n d)^3 log n, at most some ten million multiplications; all else is quick.
// d <= 1/(2n) gives 1, d >= 1 gives 0. n that is no whole number above 0, or NaN, gives NaN.
import { durbin } from './durbin.ts';
import { lnGamma } from './log-gamma.ts';
import { pelzGood } from './pelz-good.ts';
import { smirnovTail } from './smirnov.ts';

const small_n_max = 140;
const matrix_n_max = 100_000;

export function kolmogorovOneSampleTail(n: number, d: number): number {
  if (!(n > 0) || !Number.isInteger(n) || Number.isNaN(d)) return Number.NaN;
  if (d >= 1) return 0;
  const nd = n * d;
  if (nd <= 0.5) return 1;
  if (nd <= 1) return 1 - Math.exp(lnGamma(n + 1) - n * Math.log(n) + n * Math.log(2 * nd - 1));
  if (nd >= n - 1) return 2 * (1 - d) ** n;
  return d >= 0.5 || isFar(n, nd * d) ? Math.min(1, 2 * smirnovTail(n, d)) : Math.max(0, 1 - below(n, d));
}

/** Above these bounds both lines are as good as never crossed by the same points. */
const isFar = (n: number, n_d_squared: number): boolean => (n <= small_n_max ? n_d_squared > 4 : n_d_squared >= 2.2);

function below(n: number, d: number): number {
  const exact = n <= small_n_max || (n <= matrix_n_max && n * d ** 1.5 <= 1.4);
  return exact ? durbin(n, d) : pelzGood(n, d);
}

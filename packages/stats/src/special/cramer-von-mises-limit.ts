// stats/special: the limit law of Cramer and von Mises's statistic: P(W^2 > x) of large samples.
// Formula: 1 - sum over k of Gamma(k + 1/2) / (k! pi^1.5) sqrt((4k + 1) / x) exp(-q) K(q), q = (4k + 1)^2 / (16 x), K Bessel's function of order 1/4.
// The sum ends with its first term below 1e-7, and is taken from 1, as SciPy does: p is SciPy's, but below some 1e-6 neither is more than a bound
// of that size (the terms left out may add up to 1e-7). Below x = 0.003 the tail is 1. Complexity: some sqrt(x) terms.
// Source: T. W. Anderson, D. A. Darling, Annals of Mathematical Statistics 23(2), 1952, 4.35; S. Csoergo, J. J. Faraway, JRSS B 58(1), 1996, 1.3.
import { dampedBesselK } from './bessel-k.ts';

const term_min = 1e-7;

export function cramerVonMisesLimitTail(x: number): number {
  if (x < 0.003) return 1;
  let below = 0;
  let ratio = Math.sqrt(Math.PI); // Gamma(k + 1/2) / Gamma(k + 1)
  for (let k = 0; ; k++) {
    const odd = 4 * k + 1;
    const term = (ratio / (Math.PI ** 1.5 * Math.sqrt(x))) * Math.sqrt(odd) * dampedBesselK(odd ** 2 / (16 * x));
    below += term;
    if (!(term >= term_min)) return Math.max(0, 1 - below);
    ratio *= (k + 0.5) / (k + 1);
  }
}

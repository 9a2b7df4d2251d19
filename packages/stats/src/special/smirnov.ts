// stats/special: Smirnov's exact one-sided law of n points: P(D+ > d), the chance that the distribution function of n uniform numbers exceeds
// the line by more than d somewhere.
// Formula: d * sum over j <= n (1 - d) of C(n, j) (d + j/n)^(j-1) (1 - d - j/n)^(n-j): binomial masses (deviance.ts) times d / (d + j/n), all positive.
// Relative error some 1e-14 times the number of e-folds of the tail. Complexity: the terms that count, some sqrt(n) on either side of the largest.
// d <= 0 gives 1, d >= 1 gives 0.
// Source: Z. W. Birnbaum, F. H. Tingey, Annals of Mathematical Statistics 22(4), 1951.
import { binomialMass } from './deviance.ts';

export function smirnovTail(n: number, d: number): number {
  if (d <= 0) return 1;
  if (d >= 1) return 0;
  const last = Math.floor(n * (1 - d));
  const middle = Math.min(last, Math.floor((n * (1 - d)) / 2));
  return Math.min(1, oneWay(n, d, middle, last, 1) + oneWay(n, d, middle - 1, 0, -1));
}

/** The terms from `from` to `to`, until they no longer count. They rise and fall once, about the middle. */
function oneWay(n: number, d: number, from: number, to: number, step: 1 | -1): number {
  let sum = 0;
  let highest = 0;
  for (let j = from; step > 0 ? j <= to : j >= to; j += step) {
    const term = termAt(n, d, j);
    sum += term;
    highest = Math.max(highest, term);
    if (term < highest && term < sum * 1e-20) break;
  }
  return sum;
}

function termAt(n: number, d: number, j: number): number {
  const p = d + j / n;
  const q = 1 - d - j / n;
  return q <= 0 ? (j === n ? d * p ** (n - 1) : 0) : (binomialMass(j, n, p, q) * d) / p;
}

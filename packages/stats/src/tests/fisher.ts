// stats/tests: Fisher's exact test, one-sided: is something more often in the current sample than in the reference?
// Formula: given the K hits of both samples together, the hits of the current one are hypergeometric; p = P(X >= hits). Both samples are finite:
// a reference of 60 without a hit is weaker evidence for "never" than one of 60,000, which a binomial test at the reference's rate would not see.
// Complexity: O(terms that matter), some sqrt(K); the first term by ln Gamma (relative error near 1e-9 for a million), the others by their ratio.
// Empty: where either sample is empty, or neither has a hit, p is 1. Counts that are none (hits above n, negative, NaN) give NaN.
// Source: R. A. Fisher, Statistical Methods for Research Workers, 5th edition, 1934, 21.02; the law as in scipy.stats.hypergeom.
import { lnChoose } from './log-gamma.ts';

export interface Share {
  readonly hits: number;
  readonly n: number;
}

/** The chance of so many hits or more in `current`, were its rate that of `reference`. */
export function fisherGreater(reference: Share, current: Share): number {
  for (const { hits, n } of [reference, current]) if (!(hits >= 0 && hits <= n)) return Number.NaN;
  const hits = reference.hits + current.hits;
  if (reference.n === 0 || current.n === 0 || current.hits === 0) return 1;
  const law = { hits, draws: current.n, total: reference.n + current.n };
  const mean = (law.hits * law.draws) / law.total;
  return Math.min(1, current.hits > mean ? upwards(law, current.hits) : 1 - downwards(law, current.hits - 1));
}

interface Law {
  readonly hits: number;
  readonly draws: number;
  readonly total: number;
}

const massAt = ({ hits, draws, total }: Law, x: number): number => Math.exp(lnChoose(hits, x) + lnChoose(total - hits, draws - x) - lnChoose(total, draws));

/** Sum of the masses from `from` on; beyond the mean they fall, so the sum ends where a term no longer counts. */
function upwards(law: Law, from: number): number {
  const { hits, draws, total } = law;
  let term = massAt(law, from);
  let sum = term;
  for (let x = from; x < Math.min(hits, draws) && term > sum * 1e-17; x++) {
    term *= ((hits - x) * (draws - x)) / ((x + 1) * (total - hits - draws + x + 1));
    sum += term;
  }
  return sum;
}

/** Sum of the masses up to `from`, downwards from it. */
function downwards(law: Law, from: number): number {
  const { hits, draws, total } = law;
  const least = Math.max(0, hits + draws - total);
  if (from < least) return 0;
  let term = massAt(law, from);
  let sum = term;
  for (let x = from; x > least && term > sum * 1e-17; x--) {
    term *= (x * (total - hits - draws + x)) / ((hits - x + 1) * (draws - x + 1));
    sum += term;
  }
  return sum;
}

// stats/tests: Fisher's exact test of a 2 x 2 table, and its one-sided form for shares: is something more often in the current sample?
// Formula: given the margins a cell is hypergeometric; less and greater are its tails, two-sided the mass of all tables that are no likelier than this
// one (equal up to rounding counts as equal). Both samples are finite: a reference of 60 without a hit is weaker evidence for "never" than one of
// 60,000. The statistic is the odds ratio of the sample: infinite where b or c is 0; with an empty row or column NaN, and p 1.
// Complexity: O(terms that matter), some sqrt(N); the first mass by deviance.ts, the others by their ratio: some 13 digits at any size.
// Source: R. A. Fisher, Statistical Methods for Research Workers, 5th edition, 1934, 21.02. Equals scipy.stats.fisher_exact.
import { failure } from '@holdfast/base';
import { hypergeometricMass } from '../special/deviance.ts';
import type { Alternative, TestOutcome } from './outcome.ts';

export interface Share {
  readonly hits: number;
  readonly n: number;
}

/** The table of two rows of two counts; a is the first of the reference. */
export function fisherExact(
  reference: readonly number[],
  current: readonly number[],
  { alternative = 'two-sided' }: { readonly alternative?: Alternative } = {},
): TestOutcome {
  const counts = [...reference, ...current];
  if (reference.length !== 2 || current.length !== 2 || !counts.every((count) => Number.isSafeInteger(count) && count >= 0))
    throw failure('HF-STAT-030', {
      test: 'fisher',
      saw: `${reference.join(', ')} and ${current.join(', ')}`.slice(0, 100),
      expected: 'two whole numbers of at least 0 on either side',
    });
  const [a, b, c, d] = counts as [number, number, number, number];
  if (a + b === 0 || c + d === 0 || a + c === 0 || b + d === 0) return { statistic: Number.NaN, p_value: 1 };
  const law = { hits: a + c, draws: a + b, total: a + b + c + d };
  const statistic = b === 0 || c === 0 ? Number.POSITIVE_INFINITY : (a * d) / (b * c);
  const p_value = alternative === 'greater' ? atLeast(law, a) : alternative === 'less' ? atMost(law, a) : noLikelier(law, a);
  return { statistic, p_value: Math.min(1, p_value) };
}

/** The chance of so many hits or more in `current`, were its rate that of `reference`. Nothing to compare gives 1, counts that are none NaN. */
export function fisherGreater(reference: Share, current: Share): number {
  for (const { hits, n } of [reference, current]) if (!(hits >= 0 && hits <= n)) return Number.NaN;
  if (reference.n === 0 || current.n === 0 || current.hits === 0) return 1;
  return Math.min(1, atLeast({ hits: reference.hits + current.hits, draws: current.n, total: reference.n + current.n }, current.hits));
}

interface Law {
  readonly hits: number;
  readonly draws: number;
  readonly total: number;
}

const meanOf = ({ hits, draws, total }: Law): number => (hits * draws) / total;
const leastOf = ({ hits, draws, total }: Law): number => Math.max(0, hits + draws - total);
const mostOf = ({ hits, draws }: Law): number => Math.min(hits, draws);

const atLeast = (law: Law, x: number): number => (x > meanOf(law) ? upwards(law, x) : 1 - downwards(law, x - 1));
const atMost = (law: Law, x: number): number => (x < meanOf(law) ? downwards(law, x) : 1 - upwards(law, x + 1));

const same = 1 + 1e-12;

/** The tail of x, and on the other side of the mode the tail that begins with the first mass no larger than that of x. */
function noLikelier(law: Law, x: number): number {
  const { hits, draws, total } = law;
  const mode = Math.floor(((draws + 1) * (hits + 1)) / (total + 2));
  const bound = hypergeometricMass(x, law) * same;
  if (hypergeometricMass(mode, law) <= bound) return 1;
  const fits = (at: number) => hypergeometricMass(at, law) <= bound;
  return x < mode ? downwards(law, x) + upwards(law, turn(mode, mostOf(law) + 1, fits)) : upwards(law, x) + downwards(law, turn(mode, leastOf(law) - 1, fits));
}

/** The place nearest to `from` that fits; `to`, beyond the support, always does. */
function turn(from: number, to: number, fits: (x: number) => boolean): number {
  let [misses, holds] = [from, to];
  while (Math.abs(holds - misses) > 1) {
    const middle = Math.floor((holds + misses) / 2);
    if (fits(middle)) holds = middle;
    else misses = middle;
  }
  return holds;
}

/** Sum of the masses from `from` on; beyond the mean they fall, so the sum ends where a term no longer counts. */
function upwards(law: Law, from: number): number {
  const { hits, draws, total } = law;
  if (from > mostOf(law)) return 0;
  let term = hypergeometricMass(from, law);
  let sum = term;
  for (let x = from; x < mostOf(law) && term > sum * 1e-17; x++) {
    term *= (((hits - x) / (x + 1)) * (draws - x)) / (total - hits - draws + x + 1);
    sum += term;
  }
  return sum;
}

/** Sum of the masses up to `from`, downwards from it. */
function downwards(law: Law, from: number): number {
  const { hits, draws, total } = law;
  if (from < leastOf(law)) return 0;
  let term = hypergeometricMass(from, law);
  let sum = term;
  for (let x = from; x > leastOf(law) && term > sum * 1e-17; x--) {
    term *= ((x / (hits - x + 1)) * (total - hits - draws + x)) / (draws - x + 1);
    sum += term;
  }
  return sum;
}

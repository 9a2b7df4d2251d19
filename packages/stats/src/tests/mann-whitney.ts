// stats/tests: the Mann-Whitney test (Wilcoxon's rank sum): does one of two samples tend to have the larger values?
// Formula: U counts the pairs in which x is above y, a tie as half. Asymptotic p: the normal tail of (U - n m / 2 - 1/2) / s, with the variance s^2
// corrected for ties. Exact p: the law of U over all orders without ties (rank-sum-law.ts). Auto as SciPy: exact where a side has at most 8 values
// and nothing is tied. Exact takes at most 2e7 pairs. NaN: refused. Infinities: values like others. All values equal: p is 1.
// Complexity: O(n log n); exact O(n m min(n, m)) time and O(n m) memory at most, less in the tail.
// Source: H. B. Mann, D. R. Whitney, Annals of Mathematical Statistics 18(1), 1947. Equals scipy.stats.mannwhitneyu.
import { failure } from '@holdfast/base';
import { normalTail } from '../special/gamma.ts';
import type { Alternative, Method, TestOutcome } from './outcome.ts';
import { eachValue } from './pooled.ts';
import { rankSumTail } from './rank-sum-law.ts';
import { sortedSample } from './samples.ts';

const rule = { test: 'mannwhitney', count_min: 1, finite: false };
const auto_exact_max = 8;
const exact_pairs_max = 2e7;

export interface MannWhitneyOptions {
  readonly alternative?: Alternative;
  readonly method?: Method;
  /** Half a step towards the middle before the normal law is asked; on by default. */
  readonly use_continuity?: boolean;
}

export function mannWhitney(x: ArrayLike<number>, y: ArrayLike<number>, options: MannWhitneyOptions = {}): TestOutcome {
  const { alternative = 'two-sided', method = 'auto', use_continuity = true } = options;
  const [a, b] = [sortedSample(x, 'x', rule), sortedSample(y, 'y', rule)];
  const { u, ties } = countPairs(a, b);
  const [n, m] = [a.length, b.length];
  const other = n * m - u;
  const asked = alternative === 'greater' ? u : alternative === 'less' ? other : Math.max(u, other);
  const sides = alternative === 'two-sided' ? 2 : 1;
  const exact = method === 'exact' || (method === 'auto' && ties === 0 && Math.min(n, m) <= auto_exact_max && n * m <= exact_pairs_max);
  const one_sided = exact ? exactTail(Math.floor(asked), n, m) : normalTail(standardised(asked, n, m, ties, use_continuity));
  return { statistic: u, p_value: Math.min(1, sides * one_sided) };
}

/** Pairs in which x is above y, ties as halves; and the sum of t^3 - t over the values, each of which occurs t times. */
function countPairs(x: Float64Array, y: Float64Array): { u: number; ties: number } {
  let [below_y, u, ties] = [0, 0, 0];
  eachValue(x, y, (_, in_x, in_y) => {
    u += in_x * (below_y + in_y / 2);
    below_y += in_y;
    const times = in_x + in_y;
    ties += times * (times - 1) * (times + 1);
  });
  return { u, ties };
}

function exactTail(u: number, n: number, m: number): number {
  if (n * m > exact_pairs_max)
    throw failure('HF-STAT-030', {
      test: 'mannwhitney',
      saw: `method exact for ${n} and ${m} values`,
      expected: `at most ${exact_pairs_max} pairs, or method asymptotic`,
    });
  return rankSumTail(u, n, m);
}

function standardised(u: number, n: number, m: number, ties: number, use_continuity: boolean): number {
  const all = n + m;
  const spread = Math.sqrt(((n * m) / 12) * (all + 1 - ties / (all * (all - 1))));
  const gap = u - (n * m) / 2 - (use_continuity ? 0.5 : 0);
  return spread === 0 ? Number.NEGATIVE_INFINITY : gap / spread;
}

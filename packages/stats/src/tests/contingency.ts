// stats/tests: independence in the 2 x k table of two lists of counts, by Pearson's chi-square or by the log-likelihood ratio G.
// Formula: E from the margins; sum (O - E)^2 / E, or 2 sum O ln(O / E) with 0 for O = 0; p is the chi-square tail with k - 1 degrees of freedom.
// With two categories each count is moved by at most 1/2 towards its expectation first (Yates), unless `correction` is false.
// A category that neither side has expects 0: refused. One category: statistic 0, p 1. Complexity: O(k).
// Source: R. R. Sokal, F. J. Rohlf, Biometry, 3rd edition, 17.4; F. Yates, Supplement to JRSS 1(2), 1934. Equals scipy.stats.chi2_contingency.
import { failure } from '@holdfast/base';
import { chiSquareTail } from '../special/gamma.ts';
import { checkCounts } from './counts.ts';
import type { TestOutcome } from './outcome.ts';

export type Divergence = 'pearson' | 'log-likelihood';

export interface ContingencyOptions {
  readonly divergence?: Divergence;
  /** Yates's correction where there are two categories; on by default. */
  readonly correction?: boolean;
}

export function contingency(
  reference: readonly number[],
  current: readonly number[],
  { divergence = 'pearson', correction = true }: ContingencyOptions = {},
): TestOutcome & { readonly df: number } {
  const test = divergence === 'pearson' ? 'chisquare-contingency' : 'g';
  const { n, m } = checkCounts(test, reference, current);
  if (divergence === 'log-likelihood' && n + m > Number.MAX_SAFE_INTEGER)
    throw failure('HF-STAT-030', { test, saw: `${n + m} counts`, expected: 'at most 2^53: beyond it the terms swallow what they differ by' });
  const df = reference.length - 1;
  if (df === 0) return { statistic: 0, df, p_value: 1 };
  const move = correction && df === 1 ? 0.5 : 0;
  const statistic = reference.reduce((sum, count, i) => {
    const both = count + current[i]!;
    if (both === 0) throw failure('HF-STAT-030', { test, saw: `category ${i} without a count on either side`, expected: 'lists without it' });
    return sum + term(divergence, count, (both * n) / (n + m), move) + term(divergence, current[i]!, (both * m) / (n + m), move);
  }, 0);
  if (!Number.isFinite(statistic))
    throw failure('HF-STAT-030', { test, saw: 'counts of 1e150 beside counts of 1', expected: 'counts whose squares a double holds' });
  return { statistic: Math.max(0, statistic), df, p_value: chiSquareTail(statistic, df) };
}

function term(divergence: Divergence, count: number, expected: number, move: number): number {
  const gap = expected - count;
  const observed = count + Math.sign(gap) * Math.min(move, Math.abs(gap));
  if (divergence === 'pearson') return (observed - expected) ** 2 / expected;
  return observed === 0 ? 0 : 2 * observed * Math.log(observed / expected);
}

// stats/tests: Pearson's chi-square test of goodness of fit: do the current counts have the shares of the reference?
// Formula: sum (O - E)^2 / E with E the reference brought to the total of the current counts; p is the chi-square tail with k - 1 degrees of freedom.
// The reference counts as exactly known: where it is a sample too, the contingency test is the right one. A category that the reference never had is expected 0
// times: seen once, the statistic is infinite and p 0, as in SciPy; never seen, it says nothing and is refused, as is one category alone. Complexity: O(k).
// Source: K. Pearson, Philosophical Magazine 50, 1900. Equals scipy.stats.chisquare(current, reference * current.sum() / reference.sum()).
import { failure } from '@holdfast/base';
import { chiSquareTail } from '../special/gamma.ts';
import { checkCounts } from './counts.ts';
import type { TestOutcome } from './outcome.ts';

const test = 'chisquare';

export function chiSquare(reference: readonly number[], current: readonly number[]): TestOutcome {
  const { n, m } = checkCounts(test, reference, current);
  if (reference.length < 2) throw failure('HF-STAT-030', { test, saw: '1 category', expected: 'at least 2' });
  const statistic = reference.reduce((sum, count, i) => {
    const expected = count * (m / n);
    if (expected === 0 && current[i] === 0)
      throw failure('HF-STAT-030', { test, saw: `category ${i} without a count on either side`, expected: 'lists without it' });
    return sum + ((current[i]! - expected) / expected) * (current[i]! - expected);
  }, 0);
  return { statistic, p_value: chiSquareTail(statistic, reference.length - 1) };
}

// stats/tests: Welch's t test: have two samples the same mean, whatever their variances?
// Formula: t = (mean x - mean y) / sqrt(vx + vy) with v = variance / n; p is Student's tail with Welch and Satterthwaite's degrees of freedom.
// Two constants that differ: t infinite and p 0; two equal ones, a sample of one value, NaN and infinities are refused. Complexity: O(n), two passes.
// Source: B. L. Welch, Biometrika 34(1), 1947. Equals scipy.stats.ttest_ind(equal_var=False).
import { failure } from '@holdfast/base';
import { studentTail } from '../special/beta.ts';
import type { Alternative, TestOutcome } from './outcome.ts';
import { checkSample, meanOf, scaled, squaresAbout } from './samples.ts';

const rule = { test: 'welch', count_min: 2, finite: true };

export function welch(x: ArrayLike<number>, y: ArrayLike<number>, { alternative = 'two-sided' }: { readonly alternative?: Alternative } = {}): TestOutcome {
  checkSample(x, 'x', rule);
  checkSample(y, 'y', rule);
  const [a, b] = scaled(x, y).map(momentsOf) as [Moments, Moments];
  const spread = Math.sqrt(a.variance + b.variance);
  const gap = a.mean - b.mean;
  if (spread === 0 && gap === 0) throw failure('HF-STAT-030', { test: 'welch', saw: `the value ${a.mean} alone`, expected: 'values that differ' });
  const statistic = gap / spread;
  const df = spread === 0 ? 1 : spread ** 4 / (a.variance ** 2 / (a.count - 1) + b.variance ** 2 / (b.count - 1));
  return { statistic, p_value: tailOf(statistic, df, alternative) };
}

interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Of the mean. */
  readonly variance: number;
}

function momentsOf(values: ArrayLike<number>): Moments {
  const [count, mean] = [values.length, meanOf(values)];
  return { count, mean, variance: squaresAbout(values, mean) / (count - 1) / count };
}

function tailOf(t: number, df: number, alternative: Alternative): number {
  if (alternative === 'two-sided') return 2 * studentTail(Math.abs(t), df);
  return studentTail(alternative === 'greater' ? t : -t, df);
}

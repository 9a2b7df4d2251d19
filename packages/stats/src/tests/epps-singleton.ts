// stats/tests: the Epps-Singleton test: do two samples have the same characteristic function? It takes discrete data as well as continuous.
// Formula: at 0.4 and 0.8 over half the pooled interquartile range, the means of cos(t x) and sin(t x) of both samples; n times the square of their
// difference in the metric of the inverse of their covariance; p by chi-square with its rank (4, fewer where values are few). Up to 24 values a side
// the statistic is made smaller by the correction of Goerg and Kaiser. At least 5 values a side, all finite, not half of them equal: else refused.
// Complexity: O(n log n).
// Source: T. W. Epps, K. J. Singleton, J. of Statistical Computation and Simulation 26, 1986; S. J. Goerg, J. Kaiser, Stata Journal 9(3), 2009.
// Equals scipy.stats.epps_singleton_2samp.
import { failure } from '@holdfast/base';
import { chiSquareTail } from '../special/gamma.ts';
import type { TestOutcome } from './outcome.ts';
import { checkSample, exactSum, scaled } from './samples.ts';
import { symmetricInverse } from './symmetric-inverse.ts';

const rule = { test: 'epps-singleton', count_min: 5, finite: true };
const points = [0.4, 0.8] as const;
const size = 2 * points.length;
const small_count = 25;

export function eppsSingleton(given_x: ArrayLike<number>, given_y: ArrayLike<number>): TestOutcome {
  checkSample(given_x, 'x', rule);
  checkSample(given_y, 'y', rule);
  const [x, y] = scaled(given_x, given_y);
  if (isConstant(x) && isConstant(y)) throw failure('HF-STAT-030', { test: rule.test, saw: 'one value in x and one in y', expected: 'values that differ' });
  const half_range = interquartileRange(x, y) / 2;
  if (half_range === 0) throw failure('HF-STAT-030', { test: rule.test, saw: 'half of the values equal', expected: 'an interquartile range above 0' });
  const [a, b] = [waves(x, half_range), waves(y, half_range)];
  const [n, m] = [x.length, y.length];
  const covariance = a.covariance.map((row, i) => row.map((cell, j) => ((n + m) / n) * cell + ((n + m) / m) * b.covariance[i]![j]!));
  const { inverse, rank } = symmetricInverse(covariance);
  if (rank === 0) throw failure('HF-STAT-030', { test: rule.test, saw: 'values all but constant on either side', expected: 'values that differ' });
  const gap = a.means.map((mean, i) => mean - b.means[i]!);
  const square = gap.reduce((sum, one, i) => sum + one * gap.reduce((inner, other, j) => inner + inverse[i]![j]! * other, 0), 0);
  const statistic = (n + m) * square * (Math.max(n, m) < small_count ? 1 / (1 + (n + m) ** -0.45 + 10.1 * (n ** -1.7 + m ** -1.7)) : 1);
  return { statistic, p_value: chiSquareTail(statistic, rank) };
}

function interquartileRange(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const all = new Float64Array(x.length + y.length);
  all.set(x);
  all.set(y, x.length);
  all.sort();
  const quantile = (share: number) => {
    const at = share * (all.length - 1);
    const low = all[Math.floor(at)]!;
    return low + (all[Math.ceil(at)]! - low) * (at - Math.floor(at));
  };
  return quantile(0.75) - quantile(0.25);
}

const isConstant = (values: ArrayLike<number>): boolean => Array.prototype.every.call(values, (value) => value === values[0]);

function meanProduct(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum / a.length;
}

/** Means and covariances of cos(t x), sin(t x) at the points. */
function waves(values: ArrayLike<number>, half_range: number): { means: number[]; covariance: number[][] } {
  const rows = Array.from({ length: size }, (_, k) => {
    const t = points[k % points.length]! / half_range;
    const wave = k < points.length ? Math.cos : Math.sin;
    return Float64Array.from(values, (value) => wave(t * value));
  });
  const means = rows.map((row) => exactSum(row.length, (i) => row[i]!) / row.length);
  const above = rows.map((row, i) => row.map((value) => value - means[i]!));
  const covariance = above.map((a, i) => above.map((b, j) => (j < i ? 0 : meanProduct(a, b))));
  return { means, covariance: covariance.map((row, i) => row.map((cell, j) => (j < i ? covariance[j]![i]! : cell))) };
}

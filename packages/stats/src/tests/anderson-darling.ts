// stats/tests: the Anderson-Darling test of k samples: the distance of their distribution functions, weighted towards the tails.
// Formula: A^2 of Scholz and Stephens with mid-ranks for ties (their equation 7), less its mean k - 1, over its standard deviation.
// p: by a parabola through the logarithms of seven levels over their critical values; it ends at 0.25 and 0.001, which then mean "at least" and
// "at most", as SciPy does. Below four values in all the variance has no value: refused; so are NaN and values that are all equal.
// Infinities: values like others. Complexity: O(N log N).
// Source: F. W. Scholz, M. A. Stephens, Journal of the American Statistical Association 82(399), 1987. Equals scipy.stats.anderson_ksamp.
import { failure } from '@holdfast/base';
import { exactSum, sortedSample } from './samples.ts';
import type { TestOutcome } from './outcome.ts';

const test = 'anderson';
const levels = [0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.001] as const;
// their table 1: critical value = b0 + b1 / sqrt(k - 1) + b2 / (k - 1)
const b0 = [0.675, 1.281, 1.645, 1.96, 2.326, 2.573, 3.085] as const;
const b1 = [-0.245, 0.25, 0.678, 1.149, 1.822, 2.364, 3.615] as const;
const b2 = [-0.105, -0.305, -0.362, -0.391, -0.396, -0.345, -0.154] as const;

export function andersonDarling(samples: readonly ArrayLike<number>[]): TestOutcome {
  if (samples.length < 2) throw failure('HF-STAT-030', { test, saw: `${samples.length} samples`, expected: 'at least 2' });
  const names = samples.length === 2 ? ['x', 'y'] : samples.map((_, i) => `samples[${i}]`);
  const sorted = samples.map((values, i) => sortedSample(values, names[i]!, { test, count_min: 1, finite: false }));
  const all = sorted.reduce((sum, values) => sum + values.length, 0);
  if (all < 4) throw failure('HF-STAT-030', { test, saw: `${all} values in all`, expected: 'at least 4' });
  const spread = Math.sqrt(
    variance(
      sorted.map((values) => values.length),
      all,
    ),
  );
  const statistic = (distance(sorted, all) - (samples.length - 1)) / spread;
  return { statistic, p_value: interpolated(statistic, samples.length - 1) };
}

function distance(sorted: readonly Float64Array[], all: number): number {
  const pooled = new Float64Array(all);
  let at = 0;
  for (const values of sorted) {
    pooled.set(values, at);
    at += values.length;
  }
  pooled.sort();
  if (pooled[0] === pooled[all - 1]) throw failure('HF-STAT-030', { test, saw: `the value ${pooled[0]} alone`, expected: 'values that differ' });
  return (sorted.reduce((sum, values) => sum + partOf(values, pooled), 0) * (all - 1)) / all;
}

/** What one sample adds: over each value that occurs, the square of how far its mid-rank is off. */
function partOf(values: Float64Array, pooled: Float64Array): number {
  const all = pooled.length;
  let [sum, below, inside] = [0, 0, 0];
  for (let i = 0; i < all;) {
    const value = pooled[i]!;
    const from = i;
    while (i < all && pooled[i] === value) i++;
    const start = inside;
    while (inside < values.length && values[inside] === value) inside++;
    const times = i - from;
    const middle = below + times / 2;
    sum += ((times / all) * (all * (start + (inside - start) / 2) - middle * values.length) ** 2) / (middle * (all - middle) - (all * times) / 4);
    below += times;
  }
  return sum / values.length;
}

/** Their equation 4. */
function variance(counts: readonly number[], all: number): number {
  const k = counts.length;
  const H = counts.reduce((sum, count) => sum + 1 / count, 0);
  const h = exactSum(all - 1, (i) => 1 / (i + 1));
  const g = doubleSum(all);
  const a = (4 * g - 6) * (k - 1) + (10 - 6 * g) * H;
  const b = (2 * g - 4) * k ** 2 + 8 * h * k + (2 * g - 14 * h - 4) * H - 8 * h + 4 * g - 6;
  const c = (6 * h + 2 * g - 2) * k ** 2 + (4 * h - 4 * g + 6) * k + (2 * h - 6) * H + 4 * h;
  const d = (2 * h + 6) * k ** 2 - 4 * h * k;
  return (a * all ** 3 + b * all ** 2 + c * all + d) / ((all - 1) * (all - 2) * (all - 3));
}

/** Sum over i < j < N of 1 / ((N - i) j). */
function doubleSum(all: number): number {
  let inner = 0;
  return exactSum(all - 2, (i) => {
    inner += 1 / (all - 1 - i);
    return inner / (i + 2);
  });
}

function interpolated(statistic: number, m: number): number {
  const critical = b0.map((value, i) => value + b1[i]! / Math.sqrt(m) + b2[i]! / m);
  if (statistic < Math.min(...critical)) return levels[0];
  if (statistic > Math.max(...critical)) return levels[6];
  return Math.exp(parabola(critical, levels.map(Math.log), statistic));
}

/** The least-squares parabola through the points, at x: by polynomials that are orthogonal on them (G. E. Forsythe, J. SIAM 5(2), 1957). */
function parabola(xs: readonly number[], ys: readonly number[], x: number): number {
  const mean = xs.reduce((sum, value) => sum + value, 0) / xs.length;
  const square = xs.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const skew = xs.reduce((sum, value) => sum + (value - mean) ** 3, 0) / square;
  const bases = [() => 1, (at: number) => at - mean, (at: number) => (at - mean) * (at - mean - skew) - square / xs.length];
  return bases.reduce((sum, basis) => {
    const [weight, size] = xs.reduce(([w, s], at, i) => [w + basis(at) * ys[i]!, s + basis(at) ** 2], [0, 0]);
    return sum + (weight / size) * basis(x);
  }, 0);
}

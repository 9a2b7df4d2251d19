// stats/tests: what a sample must be before it is tested. NaN is refused, never dropped: a missing value is a finding of its own, and whoever leaves
// it out says so by doing it. Infinity is a value like another where only the order counts; where means or distances count, it is refused.
import { failure } from '@holdfast/base';

export interface SampleRule {
  readonly test: string;
  readonly count_min: number;
  /** True where infinities have no meaning for the test. */
  readonly finite: boolean;
}

/** A sorted copy; fails with HF-STAT-030 where the sample breaks the rule. O(n log n). */
export function sortedSample(values: ArrayLike<number>, name: string, rule: SampleRule): Float64Array {
  checkSample(values, name, rule);
  return Float64Array.from(values).sort();
}

export function checkSample(values: ArrayLike<number>, name: string, { test, count_min, finite }: SampleRule): void {
  if (values.length < count_min) throw failure('HF-STAT-030', { test, saw: `${values.length} values in ${name}`, expected: `at least ${count_min}` });
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value))
      throw failure('HF-STAT-030', { test, saw: `NaN at ${name}[${i}]`, expected: 'numbers; leave missing values out, and count them apart' });
    if (finite && !Number.isFinite(value)) throw failure('HF-STAT-030', { test, saw: `${value} at ${name}[${i}]`, expected: 'finite numbers' });
  }
}

/**
 * Both samples divided by one power of two, where their squares would not fit into a double; else as they are. For tests that do not depend on the unit:
 * no digit is lost but those of values a 1e300th of the largest.
 */
export function scaled(x: ArrayLike<number>, y: ArrayLike<number>): readonly [ArrayLike<number>, ArrayLike<number>] {
  let largest = 0;
  for (const values of [x, y]) for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]!));
  if (largest === 0 || (largest > 1e-100 && largest < 1e100)) return [x, y];
  const unit = 2 ** Math.floor(Math.log2(largest));
  return [Float64Array.from(x, (value) => value / unit), Float64Array.from(y, (value) => value / unit)];
}

/** The sum without the rounding of small terms into large ones (A. Neumaier, ZAMM 54(1), 1974). */
export function exactSum(length: number, term: (i: number) => number): number {
  let [sum, lost] = [0, 0];
  for (let i = 0; i < length; i++) {
    const value = term(i);
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
}

export function meanOf(values: ArrayLike<number>): number {
  return exactSum(values.length, (i) => values[i]!) / values.length;
}

/** Sum of the squares about the mean. */
export function squaresAbout(values: ArrayLike<number>, mean: number): number {
  return exactSum(values.length, (i) => (values[i]! - mean) ** 2);
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uniforms } from '../../cases/cases.ts';
import { IntervalCounts } from './interval-counts.ts';

const counted = (values: readonly number[], bins?: number) => {
  const counts = new IntervalCounts(bins);
  for (const value of values) counts.add(value);
  return counts.intervals();
};
const inside = (values: readonly number[], low: number, high: number): number => values.filter((value) => value >= low && value <= high).length;

describe('counts on bins that form as the stream is read', () => {
  it('are those of the stream, whatever its order, and no two bins overlap', () => {
    const streams = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(streams, (values) => {
        const { low, high, counts } = counted(values, 16);
        expect(counts.reduce((a, b) => a + b, 0)).toBe(values.length);
        counts.forEach((count, i) => expect(count).toBe(inside(values, low[i]!, high[i]!)));
        for (let i = 1; i < low.length; i++) expect(low[i]!).toBeGreaterThan(high[i - 1]!);
      }),
      { numRuns: 200 },
    );
  });

  it('have at most one bin more than was asked for, none of which holds much, in sorted and in random order', () => {
    const next = uniforms(3);
    const random = Array.from({ length: 100_000 }, () => next() ** 4);
    for (const values of [random, random.toSorted((a, b) => a - b), random.toSorted((a, b) => b - a)]) {
      const { counts, high } = counted(values);
      expect(high.length).toBeLessThanOrEqual(1_025);
      expect(Math.max(...counts) / values.length).toBeLessThan(0.01);
      expect(counts.reduce((a, b) => a + b, 0)).toBe(values.length);
    }
  });

  it('keep each value apart while there are few distinct ones', () => {
    const { low, high, counts } = counted([3, 1, 1, 3, 3, 2]);
    expect([low, high, counts]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [2, 1, 3],
    ]);
  });
});

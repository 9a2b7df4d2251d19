import { describe, expect, it } from 'vitest';
import { normal, uniforms } from '../../cases/cases.ts';
import { classifierTest } from './classifier-test.ts';
import { meanDiscrepancy } from './mean-discrepancy.ts';
import type { Row } from './rows.ts';

const rowsOf = (count: number, width: number, next: () => number, change = (z: number) => z): number[][] =>
  Array.from({ length: count }, () => Array.from({ length: width }, () => change(normal(next))));
const tests = {
  'mean discrepancy': (x: Row[], y: Row[], random: () => number) => meanDiscrepancy(x, y, { random, permutations: 99 }),
  'the classifier test': (x: Row[], y: Row[], random: () => number) => classifierTest(x, y, { random }),
};

describe.each(Object.entries(tests))('%s of rows', (_, test) => {
  it('finds a shift and a change of spread', () => {
    const next = uniforms(3);
    const reference = rowsOf(150, 3, next);
    expect(
      test(
        reference,
        rowsOf(150, 3, next, (z) => z + 1),
        next,
      ).p_value,
    ).toBeLessThan(0.02);
    expect(
      test(
        reference,
        rowsOf(150, 3, next, (z) => z * 3),
        next,
      ).p_value,
    ).toBeLessThan(0.02);
  });

  it('rejects no more often than it says with nothing wrong', () => {
    const next = uniforms(11);
    let rejected = 0;
    for (let run = 0; run < 300; run++) if (test(rowsOf(30, 2, next), rowsOf(20, 2, next), next).p_value <= 0.05) rejected++;
    expect(rejected).toBeLessThanOrEqual(26); // 15 are expected; three standard errors are 11
  });

  it('gives the same p for the same seed', () => {
    const [x, y] = [rowsOf(20, 2, uniforms(1)), rowsOf(20, 2, uniforms(2))];
    expect(test(x, y, uniforms(5))).toEqual(test(x, y, uniforms(5)));
  });

  it('has nothing to say of rows that are all alike, and refuses rows that are none', () => {
    const alike = Array.from({ length: 10 }, () => [4, 4]);
    expect(test(alike, alike, uniforms(1)).p_value).toBe(1);
    expect(() => test(alike, [...alike, [1]], uniforms(1))).toThrow(/saw 1 numbers at y\[10\], expected 2/);
    expect(() => test(alike, [...alike, [1, Number.NaN]], uniforms(1))).toThrow(/saw NaN at y\[10\]\[1\]/);
    expect(() => test([[1]], [[2]], uniforms(1))).toThrow(/saw 1 rows in x/);
  });
});

describe('the classifier test', () => {
  const [x, y] = [rowsOf(60, 2, uniforms(1), Math.fround), rowsOf(60, 2, uniforms(2), (z) => Math.fround(z + 0.6))];
  const inUnits = (rows: Row[], units: readonly number[]) => rows.map((row) => Array.from(row, (value, k) => value * units[k]!));
  const answer = (units: readonly number[]) => classifierTest(inUnits(x, units), inUnits(y, units), { random: uniforms(5) });

  it.each([
    [1e200, 1e200],
    [1e-200, 1e-200],
    [2 ** 1021, 2 ** -1040],
    [1e200, 1],
    [1, 1e-300],
  ])('says the same in any unit of either column, where squares are beyond every double: %d, %d', (...units) => {
    expect(answer([1, 1]).p_value).toBeLessThan(0.05);
    expect(answer(units)).toEqual(answer([1, 1]));
  });
});

describe('the statistic of mean discrepancy', () => {
  it.each([2 ** -1040, 2 ** 700, 2 ** 1021])('does not depend on the unit, where squares of distances are beyond every double: %d', (unit) => {
    const [x, y] = [rowsOf(12, 2, uniforms(1), Math.fround), rowsOf(15, 2, uniforms(2), (z) => Math.fround(z + 1))];
    const inUnit = (rows: Row[]) => rows.map((row) => Array.from(row, (value) => value * unit));
    const [found, expected] = [inUnit(x), x].map((of) => meanDiscrepancy(of, of === x ? y : inUnit(y), { random: uniforms(5) }));
    expect(found!.statistic).toBeCloseTo(expected!.statistic, 7);
    expect(found!.p_value).toBe(expected!.p_value);
  });

  it('is that of the definition, by hand', () => {
    // distances of all pairs of 0, 1 and 3, 5: 1, 3, 5, 2, 4, 2; squares in order 1, 4, 4, 9, 16, 25, the median of them the fourth: 9
    const k = (square: number) => Math.exp(-square / 18);
    const expected = k(1) + k(4) - (k(9) + k(25) + k(4) + k(16)) / 2;
    expect(meanDiscrepancy([[0], [1]], [[3], [5]], { random: uniforms(1) }).statistic).toBeCloseTo(expected, 14);
  });
});

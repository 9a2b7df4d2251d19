import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thinPoints } from './thin-points.ts';

const seriesOf = (values: readonly number[]) => values.map((value, step) => ({ step, value }));

describe('points for a chart', () => {
  it('are all there where they are few', () => {
    expect(thinPoints(seriesOf([3, 1, 2]), 10)).toEqual(seriesOf([3, 1, 2]));
  });
  it('keep a spike of one step among ten thousand, up or down', () => {
    const values = Array.from({ length: 10_000 }, () => 1);
    values[4_321] = 50;
    values[7_654] = -50;
    const thin = thinPoints(seriesOf(values), 100);
    expect(thin).toContainEqual({ step: 4_321, value: 50 });
    expect(thin).toContainEqual({ step: 7_654, value: -50 });
  });
  it('are points of the series by step, no more than asked for, with the least, the greatest, the first and the last', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 11, maxLength: 400 }), fc.integer({ min: 10, max: 60 }), (values, points_max) => {
        const series = seriesOf(values);
        const thin = thinPoints(series, points_max);
        expect(thin.length).toBeLessThanOrEqual(Math.max(points_max, 0));
        for (const { step, value } of thin) expect(value).toBe(values[step]);
        expect(thin.map((p) => p.step)).toEqual([...new Set(thin.map((p) => p.step))].toSorted((a, b) => a - b));
        expect([thin[0], thin.at(-1)]).toEqual([series[0], series.at(-1)]);
        expect(Math.min(...thin.map((p) => p.value))).toBe(Math.min(...values));
        expect(Math.max(...thin.map((p) => p.value))).toBe(Math.max(...values));
      }),
    );
  });
  it('are found among values that are no numbers', () => {
    const values = Array.from({ length: 100 }, (_, i) => (i === 50 ? 7 : Number.NaN));
    expect(thinPoints(seriesOf(values), 10)).toContainEqual({ step: 50, value: 7 });
  });
});

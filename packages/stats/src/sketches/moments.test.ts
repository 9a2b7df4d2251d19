import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyMoments, mergeMoments, momentsOf, variance } from './moments.ts';

// numpy 2.4.6: mean, sum of squared deviations, var(ddof=1)
const values = [3.5, -1.25, 8, 0, 2.5, 2.5, -7.75, 100.125];

describe('moments', () => {
  it('give the count, mean, squared deviations and range that numpy gives', () => {
    const moments = momentsOf(values);
    expect(moments).toMatchObject({ count: 8, min: -7.75, max: 100.125 });
    expect(moments.mean).toBeCloseTo(13.453125, 12);
    expect(moments.m2).toBeCloseTo(8727.498046875, 9);
    expect(variance(moments)).toBeCloseTo(1246.785435267857, 9);
  });

  it('leave NaN and infinity out, and are all zero when empty', () => {
    expect(momentsOf([Number.NaN, Number.POSITIVE_INFINITY])).toEqual({ count: 0, mean: 0, m2: 0, min: 0, max: 0 });
    expect(variance(emptyMoments())).toBe(0);
  });

  it('merge to the moments of the whole, wherever the stream is cut', () => {
    const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 60 });
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const merged = mergeMoments(momentsOf(a), momentsOf(b));
        const whole = momentsOf([...a, ...b]);
        expect(merged).toMatchObject({ count: whole.count, min: whole.min, max: whole.max });
        expect(Math.abs(merged.mean - whole.mean)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(whole.mean)));
        expect(Math.abs(merged.m2 - whole.m2)).toBeLessThanOrEqual(1e-9 * (1e6 + whole.m2));
      }),
    );
  });
});

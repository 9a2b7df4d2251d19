import { describe, expect, it } from 'vitest';
import { chiSquareTail } from './gamma.ts';

// scipy 1.17.1: scipy.stats.chi2.sf(x, df)
const scipy: [number, number, number][] = [
  [0.5, 1, 0.47950012218695337],
  [3.84, 1, 0.05004352124870519],
  [20, 9, 0.017912404529843298],
  [2, 9, 0.9914676066288135],
  [120, 30, 1.0202758541470007e-12],
  [5, 0.5, 0.009213748479540037],
  [60, 2, 9.357622968840163e-14],
  [900, 800, 0.007774644192745909],
];

describe('the chi-square tail', () => {
  it.each(scipy)('of %f with %f degrees of freedom is the value of scipy', (x, df, expected) => {
    expect(Math.abs(chiSquareTail(x, df) / expected - 1)).toBeLessThan(1e-10);
  });

  it('is 1 for nothing seen or nothing free, and NaN for NaN', () => {
    expect([chiSquareTail(0, 3), chiSquareTail(4, 0)]).toEqual([1, 1]);
    expect(chiSquareTail(Number.NaN, 3)).toBeNaN();
  });
});

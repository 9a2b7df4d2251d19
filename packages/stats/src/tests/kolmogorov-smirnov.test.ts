import { describe, expect, it } from 'vitest';
import { uniforms } from '../../cases/cases.ts';
import { normalTail } from '../special/gamma.ts';
import { kolmogorovSmirnovOnBins } from './kolmogorov-smirnov.ts';

describe('Kolmogorov-Smirnov on bins', () => {
  it('gives the statistic of scipy and a p-value below its limit law, which is of all points', () => {
    // scipy 1.17.1: ks_2samp on np.repeat(arange(24), counts), then kolmogorov(D sqrt(nm/(n+m)))
    const bins = Array.from({ length: 24 }, (_, i) => (i < 12 ? 12 : 8));
    const { distance, p_value } = kolmogorovSmirnovOnBins(
      bins.map(() => 10),
      bins,
    );
    expect(distance).toBeCloseTo(0.1, 14);
    expect(p_value).toBeLessThan(0.181300449938123);
    expect(p_value).toBeGreaterThan(0.09);
  });

  it.each([
    [30, 1_000],
    [180, 5_000],
    [1_000, 1_000],
  ])('of %d values against %d on 32 bins is wrong about as often as it says', (n, m) => {
    const next = uniforms(n + m);
    const draw = (values: number) => {
      const counts = Array.from({ length: 32 }, () => 0);
      for (let i = 0; i < values; i++) counts[Math.floor(32 * next())]! += 1;
      return counts;
    };
    let wrong = 0;
    for (let run = 0; run < 2_000; run++) wrong += Number(kolmogorovSmirnovOnBins(draw(m), draw(n)).p_value <= 0.05) / 2_000;
    expect(wrong / 0.05).toBeGreaterThan(0.6);
    expect(wrong / 0.05).toBeLessThan(1.3);
  });

  it('gives the p-value of the bins themselves where they are few: of two, that of two shares', () => {
    const { p_value } = kolmogorovSmirnovOnBins([25, 25], [20, 30]);
    expect(p_value).toBeCloseTo(2 * normalTail(0.1 / Math.sqrt(0.45 * 0.55 * (1 / 50 + 1 / 50))), 12);
  });

  it('takes the reference as finite: a small reference gives weaker evidence for the same distance', () => {
    const large = kolmogorovSmirnovOnBins([5000, 5000], [40, 60]);
    const small = kolmogorovSmirnovOnBins([50, 50], [40, 60]);
    expect(small.distance).toBe(large.distance);
    expect(small.p_value).toBeGreaterThan(large.p_value);
  });

  it('finds nothing where a side is empty, and 1 where the sides have nothing in common', () => {
    expect(kolmogorovSmirnovOnBins([3, 4], [0, 0])).toEqual({ distance: 0, p_value: 1 });
    expect(kolmogorovSmirnovOnBins([9, 0], [0, 9]).distance).toBe(1);
  });

  it('refuses counts of different bins', () => {
    expect(() => kolmogorovSmirnovOnBins([1, 2], [1])).toThrow(/1 numbers, expected 2/);
  });
});

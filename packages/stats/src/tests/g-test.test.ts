import { describe, expect, it } from 'vitest';
import { gTest } from './g-test.ts';

// scipy 1.17.1: chi2_contingency(table, lambda_='log-likelihood', correction=False)
describe('the G test', () => {
  it('gives the statistic, degrees of freedom and p-value of scipy', () => {
    const { statistic, df, p_value } = gTest([120, 80, 60, 40], [30, 35, 10, 25]);
    expect(statistic).toBeCloseTo(14.379142887837668, 10);
    expect(df).toBe(3);
    expect(p_value).toBeCloseTo(0.0024319725429330008, 12);
  });

  it('puts categories that expect fewer than five together', () => {
    // scipy on the table with the last three columns added: [500, 300, 190, 10] and [40, 30, 25, 5]
    const { statistic, df, p_value } = gTest([500, 300, 190, 6, 4, 0], [40, 30, 25, 2, 0, 3]);
    expect(statistic).toBeCloseTo(10.306535466802881, 10);
    expect(df).toBe(3);
    expect(p_value).toBeCloseTo(0.0161323807622226, 12);
  });

  it('leaves categories out that neither side saw, and finds nothing where a side is empty', () => {
    expect(gTest([120, 0, 80], [30, 0, 35])).toEqual(gTest([120, 80], [30, 35]));
    expect(gTest([3, 4], [0, 0])).toEqual({ statistic: 0, df: 0, p_value: 1 });
    expect(gTest([30, 0], [30, 0])).toEqual({ statistic: 0, df: 0, p_value: 1 });
  });

  it('finds a class that the reference never had', () => {
    expect(gTest([500, 500, 0], [40, 40, 20]).p_value).toBeLessThan(1e-10);
  });
});

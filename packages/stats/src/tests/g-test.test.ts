import { describe, expect, it } from 'vitest';
import { uniforms } from '../../cases/cases.ts';
import { gTest } from './g-test.ts';

// scipy 1.17.1: chi2_contingency(table, lambda_='log-likelihood', correction=False), its statistic divided by Williams's q, computed in Python; chi2.sf of that
describe('the G test', () => {
  it('gives the statistic of scipy, corrected, its degrees of freedom and p-value', () => {
    const { statistic, df, p_value } = gTest([120, 80, 60, 40], [30, 35, 10, 25]);
    expect(statistic).toBeCloseTo(14.233402224484536, 10);
    expect(df).toBe(3);
    expect(p_value).toBeCloseTo(0.002604067690252715, 12);
  });

  it('puts categories that expect fewer than five together', () => {
    // scipy on the table with the last three columns added: [500, 300, 190, 10] and [40, 30, 25, 5]
    const { statistic, df, p_value } = gTest([500, 300, 190, 6, 4, 0], [40, 30, 25, 2, 0, 3]);
    expect(statistic).toBeCloseTo(10.138934874699455, 10);
    expect(df).toBe(3);
    expect(p_value).toBeCloseTo(0.01742131697424275, 12);
  });

  it('leaves categories out that neither side saw, and finds nothing where a side is empty', () => {
    expect(gTest([120, 0, 80], [30, 0, 35])).toEqual(gTest([120, 80], [30, 35]));
    expect(gTest([3, 4], [0, 0])).toEqual({ statistic: 0, df: 0, p_value: 1 });
    expect(gTest([30, 0], [30, 0])).toEqual({ statistic: 0, df: 0, p_value: 1 });
  });

  it.each([
    [12, 300, 200],
    [100, 600, 600],
    [100, 1_000, 400],
  ])('of %d classes, %d values against %d, is wrong about as often as it says', (classes, n, m) => {
    const random = uniforms(classes + n);
    const draw = (values: number) => {
      const counts = Array.from({ length: classes }, () => 0);
      for (let i = 0; i < values; i++) counts[Math.floor(random() * classes)]!++;
      return counts;
    };
    const rounds = 1_500;
    let wrong = 0;
    for (let i = 0; i < rounds; i++) if (gTest(draw(n), draw(m)).p_value <= 0.05) wrong++;
    expect(wrong / rounds / 0.05).toBeGreaterThan(0.6);
    expect(wrong / rounds / 0.05).toBeLessThan(1.35);
  });

  it('keeps its power beside a class that hardly ever comes', () => {
    const [reference, current] = [[10_000, 10_000, 10_000, 10_000], [130, 70, 100, 100]]; // prettier-ignore
    expect(gTest([...reference, 3], [...current, 0]).p_value).toBeLessThan(2 * gTest(reference, current).p_value + 0.001);
  });

  it('finds a class that the reference never had', () => {
    expect(gTest([500, 500, 0], [40, 40, 20]).p_value).toBeLessThan(1e-10);
  });
});

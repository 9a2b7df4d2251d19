import { describe, expect, it } from 'vitest';
import { two_sample } from '../index.ts';
import { andersonDarling } from './anderson-darling.ts';
import { benjaminiHochberg, benjaminiYekutieli } from './false-discovery.ts';
import { kolmogorovSmirnov } from './kolmogorov-smirnov-two-sample.ts';
import { mannWhitney } from './mann-whitney.ts';
import { proportions } from './proportions.ts';
import { welch } from './welch.ts';

const options = { alternative: 'two-sided', method: 'auto', correction: true, base: Math.E } as const;
const ask = (name: string, x: readonly number[], y: readonly number[]) => two_sample[name]!.answer([x, y], options);
const named = (takes: 'samples' | 'counts') => Object.keys(two_sample).filter((name) => two_sample[name]!.takes === takes);
const six = [1, 2, 3, 4, 5, 7];

describe('a sample that cannot be tested', () => {
  it.each(named('samples'))('%s refuses NaN with its place, and an empty sample', (name) => {
    expect(() => ask(name, [...six, Number.NaN], six)).toThrow(/saw NaN at x\[6\]/);
    expect(() => ask(name, six, [])).toThrow(/saw 0 values in y, expected at least [125]/);
  });

  it('takes infinities where only the order counts, and refuses them elsewhere', () => {
    const infinite = [...six, Number.POSITIVE_INFINITY];
    for (const name of ['ks', 'cramervonmises', 'anderson', 'mannwhitney']) expect(ask(name, infinite, six).p_value).toBeGreaterThan(0);
    for (const name of ['welch', 'epps-singleton', 'wasserstein', 'energy'])
      expect(() => ask(name, infinite, six)).toThrow(/saw Infinity at x\[6\], expected finite/);
  });

  it('is one constant, for tests that need a spread', () => {
    const constant = [4, 4, 4, 4, 4];
    for (const name of ['anderson', 'welch', 'epps-singleton']) expect(() => ask(name, constant, constant)).toThrow(/alone|values that differ/);
    for (const name of ['ks', 'mannwhitney', 'cramervonmises']) expect(ask(name, constant, constant).p_value).toBe(1);
    expect(welch(constant, [5, 5])).toEqual({ statistic: Number.NEGATIVE_INFINITY, p_value: 0 });
    expect(() => ask('epps-singleton', constant, [5, 5, 5, 5, 5])).toThrow(/expected values that differ/);
  });

  it('is too small, or too large for the exact law', () => {
    expect(() => andersonDarling([[1], [2, 3]])).toThrow(/3 values in all, expected at least 4/);
    expect(() => andersonDarling([[1]])).toThrow(/1 samples, expected at least 2/);
    expect(() => kolmogorovSmirnov([1], [2], { method: 'asymptotic' })).toThrow(/1 and 1 values/);
    const [large, larger] = [Float64Array.from({ length: 20_000 }, (_, i) => i), Float64Array.from({ length: 20_001 }, (_, i) => i)];
    for (const test of [kolmogorovSmirnov, mannWhitney]) expect(() => test(large, larger, { method: 'exact' })).toThrow(/method exact for 20000 and 20001/);
  });
});

describe('counts that cannot be compared', () => {
  it.each(named('counts'))('%s refuses what is no count, and lists of unlike length', (name) => {
    for (const bad of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => ask(name, [3, bad], [2, 5])).toThrow(/expected/);
      expect(() => ask(name, [3, 4], [bad, 5])).toThrow(/expected/);
    }
    expect(() => ask(name, [3, 4, 5], [2, 5])).toThrow(/expected/);
    for (const huge of [[1e308, 1e308], [9e307, 1.7e308]]) expect(() => ask(name, huge, [2, 5])).toThrow(/expected/); // prettier-ignore
  });

  it.each(named('counts').filter((name) => name !== 'fisher' && name !== 'z'))('%s of nothing, on one side or on both, is an error that says which', (name) => {
    expect(() => ask(name, [0, 0], [5, 5])).toThrow(/no count above 0 in reference_counts, expected something that was counted/);
    expect(() => ask(name, [5, 5], [0, 0])).toThrow(/no count above 0 in current_counts/);
    for (const nothing of [[], [0], [0, 0]]) expect(() => ask(name, nothing, nothing)).toThrow(/no count above 0 in reference_counts/);
    expect(() => ask(name, [], [5])).toThrow(/0 reference_counts and 1 current_counts, expected as many of either/);
  });

  it('have nothing, or a category that nobody has', () => {
    expect(ask('chisquare', [0, 3], [1, 2])).toEqual({ statistic: Number.POSITIVE_INFINITY, p_value: 0 }); // as scipy 1.17.1: chisquare([1, 2], [0, 3])
    expect(() => ask('z', [0, 0], [1, 2])).toThrow(/no count above 0 in reference_counts/);
    expect(() => ask('chisquare', [0, 3, 4], [0, 2, 5])).toThrow(/category 0 without a count/);
    expect(() => ask('g', [0, 3, 4], [0, 2, 5])).toThrow(/category 0 without a count/);
    expect(ask('kl', [1, 2], [3, 0]).statistic).toBe(Number.POSITIVE_INFINITY);
    expect(ask('fisher', [0, 0], [1, 2])).toEqual({ statistic: Number.NaN, p_value: 1 });
  });
});

describe('two proportions', () => {
  it('give the root of the contingency test without correction', () => {
    // scipy 1.17.1: chi2_contingency([[40, 60], [55, 45]], correction=False): 4.511278195488721, 0.033672068856345896
    const { statistic, p_value } = proportions({ hits: 40, n: 100 }, { hits: 55, n: 100 });
    expect(statistic ** 2).toBeCloseTo(4.511278195488721, 12);
    expect(p_value).toBeCloseTo(0.033672068856345896, 12);
    expect(proportions({ hits: 40, n: 100 }, { hits: 55, n: 100 }, { alternative: 'less' }).p_value).toBeCloseTo(p_value / 2, 14);
    expect(proportions({ hits: 0, n: 9 }, { hits: 0, n: 4 })).toEqual({ statistic: 0, p_value: 1 });
    expect(() => proportions({ hits: 5, n: 4 }, { hits: 0, n: 4 })).toThrow(/5 hits in 4/);
  });
});

describe('false discovery control', () => {
  it('gives the values of scipy', () => {
    // scipy 1.17.1: false_discovery_control([0.01, 0.04, 0.03, 0.005, 0.9], method='bh' and 'by')
    const p_values = [0.01, 0.04, 0.03, 0.005, 0.9];
    [0.025, 0.05, 0.05, 0.025, 0.9].forEach((expected, i) => expect(benjaminiHochberg(p_values)[i]!).toBeCloseTo(expected, 14));
    [0.05708333333333333, 0.11416666666666665, 0.11416666666666665, 0.05708333333333333, 1].forEach((expected, i) =>
      expect(benjaminiYekutieli(p_values)[i]!).toBeCloseTo(expected, 14),
    );
  });

  it('leaves NaN untested and takes an empty list', () => {
    expect(benjaminiHochberg([0.01, Number.NaN, 0.02])).toEqual([0.02, Number.NaN, 0.02]);
    expect(benjaminiYekutieli([])).toEqual([]);
  });
});

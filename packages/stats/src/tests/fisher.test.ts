import { describe, expect, it } from 'vitest';
import { fisherGreater } from './fisher.ts';

// scipy 1.17.1: fisher_exact([[hits, m - hits], [reference_hits, n - reference_hits]], alternative='greater').pvalue
const scipy: [number, number, number, number, number][] = [
  [0, 1000, 1, 100, 0.09090909090909091],
  [0, 1000, 5, 100, 5.661015424159783e-6],
  [3, 1000, 5, 100, 0.0002531958466119037],
  [50, 1000, 12, 100, 0.007409784818722721],
  [0, 60, 20, 20, 2.8286013464534573e-19],
  [0, 100_000, 3, 10_000, 0.0007511099061651811],
  [400, 5000, 40, 400, 0.0971461250531591],
  [250, 500, 10, 40, 0.9994934231265371],
  [7, 9, 3, 4, 0.7972027972027973],
  [12_000, 1_000_000, 700, 50_000, 5.0897612677989164e-5],
  [990, 1000, 100, 100, 0.3839597277190302],
  [0, 1_000_000, 1_000_000, 1_000_000, 0],
];

describe("Fisher's exact test", () => {
  it.each(scipy)('of %i in %i against %i in %i is the value of scipy', (reference_hits, n, hits, m, expected) => {
    const p_value = fisherGreater({ hits: reference_hits, n }, { hits, n: m });
    expect(Math.abs(p_value - expected)).toBeLessThanOrEqual(expected * 1e-7);
  });

  it('takes the reference as finite: a small one gives weaker evidence for the same rates', () => {
    const current = { hits: 4, n: 20 };
    expect(fisherGreater({ hits: 0, n: 20 }, current)).toBeGreaterThan(fisherGreater({ hits: 0, n: 20_000 }, current));
  });

  it('finds nothing where a side is empty or nothing was hit, and is NaN for counts that are none', () => {
    expect([fisherGreater({ hits: 0, n: 0 }, { hits: 3, n: 3 }), fisherGreater({ hits: 0, n: 9 }, { hits: 0, n: 9 })]).toEqual([1, 1]);
    expect(fisherGreater({ hits: 5, n: 9 }, { hits: 0, n: 0 })).toBe(1);
    for (const bad of [
      { hits: 3, n: 2 },
      { hits: -1, n: 2 },
      { hits: Number.NaN, n: 2 },
    ])
      expect(fisherGreater({ hits: 0, n: 9 }, bad)).toBeNaN();
  });
});

import { describe, expect, it } from 'vitest';
import { kolmogorovSmirnovOnBins } from '../tests/kolmogorov-smirnov.ts';
import { kuiperOnBins } from './kuiper.ts';

describe("Kuiper's distance on bins", () => {
  it('is that of Kolmogorov and Smirnov where all moved one way, and twice it where both tails grew', () => {
    const even = [25, 25, 25, 25];
    const moved = [50, 25, 25, 0];
    expect(kuiperOnBins(even, moved)).toBeCloseTo(kolmogorovSmirnovOnBins(even, moved).distance, 12);
    expect(kuiperOnBins(even, [35, 15, 15, 35])).toBeCloseTo(0.2, 12);
    expect(kolmogorovSmirnovOnBins(even, [35, 15, 15, 35]).distance).toBeCloseTo(0.1, 12);
  });

  it('is 0 where a side is empty or both are alike, and 1 where they share nothing', () => {
    expect([kuiperOnBins([], []), kuiperOnBins([1, 2], [0, 0]), kuiperOnBins([1, 2], [10, 20]), kuiperOnBins([5, 0], [0, 9])]).toEqual([0, 0, 0, 1]);
  });
});

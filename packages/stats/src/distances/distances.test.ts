import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jensenShannon } from './jensen-shannon.ts';
import { hellinger } from './hellinger.ts';
import { populationStabilityIndex } from './population-stability.ts';
import { totalVariation } from './total-variation.ts';
import { wasserstein1OnBins } from './wasserstein.ts';

describe('distances', () => {
  it('Jensen-Shannon is that of scipy', () => {
    // scipy 1.17.1: spatial.distance.jensenshannon([10, 0, 30, 60], [20, 5, 25, 0], base=2)
    expect(jensenShannon([10, 0, 30, 60], [20, 5, 25, 0], 2)).toBeCloseTo(0.6616225321950375, 12);
    expect(jensenShannon([7, 0], [0, 3], 2)).toBe(1);
  });

  it('the population stability index has half a count in every bin', () => {
    // numpy 2.4.6: p = (counts + .5)/(n + 2), sum((p - q) log(p / q))
    expect(populationStabilityIndex([100, 50, 25, 0], [10, 0, 25, 65])).toBeCloseTo(5.460997263866741, 12);
  });

  it('Wasserstein is the area between the distribution functions', () => {
    // numpy 2.4.6: trapezoid of |interp difference| on 4,000,001 points = 0.3266666667
    expect(wasserstein1OnBins([0, 1, 3, 4], [10, 20, 40, 20, 10], [5, 45, 10, 25, 15])).toBeCloseTo(0.3266666667, 9);
  });

  it('Wasserstein of mass that moved by two bins of width 1 is 2', () => {
    expect(wasserstein1OnBins([0, 1, 2, 3], [0, 8, 0, 0, 0], [0, 0, 0, 8, 0])).toBeCloseTo(2, 12);
  });

  it('total variation is the share that would have to move', () => {
    expect(totalVariation([50, 50, 0], [5, 3, 2])).toBeCloseTo(0.2, 12);
  });

  it('are zero for equal shares, symmetric, and zero where a side is empty', () => {
    const counts = fc.array(fc.nat(50), { minLength: 4, maxLength: 4 }).filter((list) => list.some((count) => count > 0));
    const all = [
      totalVariation,
      (a: number[], b: number[]) => jensenShannon(a, b),
      hellinger,
      populationStabilityIndex,
      (a: number[], b: number[]) => wasserstein1OnBins([0, 1, 5], a, b),
    ];
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        for (const distance of all) {
          expect(distance(a, a)).toBeCloseTo(0, 12);
          expect(distance(a, b)).toBeCloseTo(distance(b, a), 10);
          expect(distance(a, [0, 0, 0, 0])).toBe(0);
        }
      }),
    );
  });
});

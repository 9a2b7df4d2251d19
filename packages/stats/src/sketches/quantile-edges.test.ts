import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addCounts, binOf, countOnEdges, quantileEdges } from './quantile-edges.ts';

describe('quantile edges', () => {
  it('are the inverse-distribution quantiles of numpy', () => {
    // numpy 2.4.6: quantile(v, [0.25, 0.5, 0.75], method='inverted_cdf') = -1.25, 2.5, 3.5
    expect(quantileEdges([3.5, -1.25, 8, 0, 2.5, 2.5, -7.75, 100.125], 4)).toEqual([-1.25, 2.5, 3.5]);
  });

  it('hold equal counts where the reference has no ties', () => {
    const values = Array.from({ length: 3200 }, (_, i) => Math.sin(i * 12.9898) * 43758.5453);
    expect(countOnEdges(quantileEdges(values, 32), values)).toEqual(Array.from({ length: 32 }, () => 100));
  });

  it('keep an atom in a bin of its own, so that a step off it is seen to either side', () => {
    const edges = quantileEdges([1, 2, ...Array.from({ length: 96 }, () => 5), 8, 9], 10);
    const atom = binOf(edges, 5);
    expect(edges).toEqual([2, 5]);
    expect(binOf(edges, 2)).not.toBe(atom);
    expect(binOf(edges, 5.001)).not.toBe(atom);
  });

  it('see values on both sides of a constant reference', () => {
    const edges = quantileEdges(
      Array.from({ length: 50 }, () => 0.25),
      32,
    );
    expect(countOnEdges(edges, [0.2, 0.25, 0.25, 0.3])).toEqual([1, 2, 1]);
  });

  it('ascend strictly and put every finite value in one bin', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.double(), fc.integer({ min: -3, max: 3 })), { maxLength: 80 }), fc.integer({ min: 1, max: 40 }), (values, bins) => {
        const edges = quantileEdges(values, bins);
        for (let i = 1; i < edges.length; i++) expect(edges[i]!).toBeGreaterThan(edges[i - 1]!);
        const counted = countOnEdges(edges, values).reduce((sum, count) => sum + count, 0);
        expect(counted).toBe(values.filter(Number.isFinite).length);
      }),
    );
  });

  it('have no edge and one bin for an empty reference', () => {
    expect(quantileEdges([Number.NaN], 32)).toEqual([]);
    expect(countOnEdges([], [1, 2])).toEqual([2]);
  });

  it('refuse to add counts of different profiles', () => {
    expect(() => addCounts([1, 2], [1, 2, 3])).toThrow(/3 numbers, expected 2/);
  });
});

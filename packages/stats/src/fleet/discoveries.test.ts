import { describe, expect, it } from 'vitest';
import { next } from '../detectors/random.ts';
import { discoveryThreshold } from './discoveries.ts';

/** The definition, without any order: the greatest k of which k reach K / (alpha k). */
function byDefinition(e: readonly number[], alpha: number): number {
  for (let k = e.length; k >= 1; k--) if (e.filter((value) => value >= e.length / (alpha * k)).length >= k) return k;
  return 0;
}

describe('e-BH', () => {
  it('finds as many as its definition says, on lists with ties, zeros and infinities', () => {
    const random = { random: 3 };
    for (let run = 0; run < 300; run++) {
      const e = Array.from({ length: 1 + Math.floor(40 * next(random)) }, () => Math.round(1 / (next(random) ** 3 + 0.0005)));
      if (run % 7 === 0) e[0] = Number.POSITIVE_INFINITY;
      if (run % 5 === 0) e[e.length - 1] = 0;
      const threshold = discoveryThreshold(e.map(Math.log), 0.1);
      expect(e.filter((value) => Math.log(value) >= threshold).length).toBe(byDefinition(e, 0.1));
    }
  });

  it('finds nothing among no streams, and takes NaN for no evidence', () => {
    expect(discoveryThreshold([], 0.05)).toBe(Number.POSITIVE_INFINITY);
    expect(discoveryThreshold([Number.NaN, Number.NaN], 0.05)).toBe(Number.POSITIVE_INFINITY);
    expect(discoveryThreshold([Number.NaN, Math.log(1e9)], 0.05)).toBeCloseTo(Math.log(40), 12);
  });
});

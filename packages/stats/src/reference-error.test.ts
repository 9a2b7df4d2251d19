import { describe, expect, it } from 'vitest';
import { next } from './detectors/random.ts';
import { totalVariation } from './distances/total-variation.ts';
import { beyond, kolmogorovError, kuiperError, mixError } from './reference-error.ts';

const random = { random: 17 };

describe('the error of a reference', () => {
  it('is exceeded by about one in 20 of its size: Kolmogorov and Kuiper on uniform values', () => {
    const [n, runs] = [124, 2_000];
    const off = Array.from({ length: runs }, () => {
      const values = Array.from({ length: n }, () => next(random)).sort((a, b) => a - b);
      const above = Math.max(...values.map((value, i) => (i + 1) / n - value));
      const below = Math.max(...values.map((value, i) => value - i / n));
      return [Math.max(above, below) > kolmogorovError(n), above + below > kuiperError(n)];
    });
    for (const at of [0, 1]) {
      const share = off.filter((one) => one[at]).length / runs;
      expect(share).toBeGreaterThan(0.03);
      expect(share).toBeLessThan(0.06);
    }
  });

  it('of a mix of classes is exceeded by fewer, whatever the shares', () => {
    for (const shares of [Array.from({ length: 10 }, () => 0.1), [0.9, 0.05, 0.03, 0.02]]) {
      const off = Array.from({ length: 1_000 }, () => {
        const counts = shares.map(() => 0);
        for (let i = 0; i < 150; i++) {
          let [at, left] = [0, next(random)];
          while (at < shares.length - 1 && (left -= shares[at]!) > 0) at++;
          counts[at]! += 1;
        }
        return totalVariation(shares, counts) > mixError(150, shares.length);
      });
      expect(off.filter(Boolean).length).toBeLessThanOrEqual(50);
    }
  });

  it('takes nothing from a distance where the reference is large, all of it where it explains it, and is all there is without values', () => {
    expect(beyond(0.2, kolmogorovError(1e6))).toBeCloseTo(0.2, 4);
    expect(beyond(0.1, kolmogorovError(124))).toBe(0);
    expect([kolmogorovError(0), mixError(0, 3), beyond(1, 1)]).toEqual([1, 1, 0]);
    expect(mixError(100, 1)).toBe(0);
  });
});

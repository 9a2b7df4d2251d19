import { describe, expect, it } from 'vitest';
import { nullRate } from '../../cases/null-rate.ts';

// The short form of `npm run bench -- drift tests`: 1,000 runs without a difference, seeded. Two standard errors of 0.05 are 0.014.
const runs = 1000;
const [least, most] = [0.025 - 0.014, 0.06 + 0.014];

describe('with nothing wrong, at 0.05', () => {
  it.each(['ks', 'cramervonmises', 'anderson', 'mannwhitney', 'welch', 'epps-singleton'])('%s rejects about as often as it says', (test) => {
    for (const [n, m] of [
      [30, 30],
      [100, 60],
    ] as const) {
      const rate = nullRate({ test, law: 'normal', n, m }, runs, 5);
      expect(rate).toBeGreaterThan(least);
      expect(rate).toBeLessThan(most);
    }
  });

  it.each(['chisquare-contingency', 'g', 'fisher'])('%s rejects no more often than it says, where no category is thin', (test) => {
    const rate = nullRate({ test, law: test === 'fisher' ? 2 : 5, n: 300, m: 300 }, runs, 5);
    expect(rate).toBeGreaterThan(least);
    expect(rate).toBeLessThan(most);
  });

  it('Kolmogorov-Smirnov is conservative on ties, and no more', () => {
    expect(nullRate({ test: 'ks', law: 'tied', n: 100, m: 100 }, runs, 5)).toBeLessThan(0.05);
  });
});

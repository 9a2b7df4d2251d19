import { describe, expect, it } from 'vitest';
import { categoriesOf, seldomOf } from './categories.ts';
import { next } from './detectors/random.ts';
import { unseenLimit } from './reading.ts';
import { unseenShare } from './unseen.ts';

const random = { random: 11 };

/** Words of a law by their numbers: Zipf's, of shares in proportion to 1/k, or of equal shares. */
function drawn(size: number, law: 'zipf' | 'equal', n: number): { words: number[]; shares: number[] } {
  const weights = Array.from({ length: size }, (_, k) => (law === 'zipf' ? 1 / (k + 1) : 1));
  const total = weights.reduce((sum, one) => sum + one, 0);
  const sums = weights.map(
    (
      (sum) => (one: number) =>
        (sum += one / total)
    )(0),
  );
  const one = () => {
    const at = next(random);
    const found = sums.findIndex((sum) => at < sum);
    return found < 0 ? size - 1 : found;
  };
  return { words: Array.from({ length: n }, one), shares: weights.map((weight) => weight / total) };
}

function seldomIn(words: readonly number[]): { once: number; twice: number } {
  const counts = new Map<number, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const often = (times: number) => [...counts.values()].filter((count) => count === times).length;
  return { once: often(1), twice: often(2) };
}

describe('the share of words that a reference never had', () => {
  it.each([
    ['zipf', 2_000, 500],
    ['zipf', 2_000, 5_000],
    ['zipf', 50, 1_000],
    ['equal', 100, 300],
    ['equal', 1_000, 1_000],
    ['equal', 5, 30],
  ] as const)('is below the limit in all but one of 500 references: %s, %d words, %d rows', (law, size, n) => {
    let beyond = 0;
    const runs = 500;
    for (let run = 0; run < runs; run++) {
      const { words, shares } = drawn(size, law, n);
      const seen = new Set(words);
      const unseen = shares.reduce((sum, share, k) => (seen.has(k) ? sum : sum + share), 0);
      beyond += Number(unseen > unseenShare(seldomIn(words), n));
    }
    expect(beyond).toBeLessThanOrEqual(1);
  });

  it('is all of it where there was no word, and a few of the size where each came often', () => {
    expect(unseenShare({ once: 0, twice: 0 }, 0)).toBeCloseTo(1, 2);
    expect(unseenShare({ once: 0, twice: 0 }, 500)).toBeCloseTo(9 / 500, 12);
  });

  it('is told by the words themselves, and where a profile of before does not say it, by how many may be rare', () => {
    const words = ['a', 'a', 'a', 'b', 'b', 'b', 'c', 'c', 'd'];
    const { seldom, ...before } = categoriesOf(words);
    expect(seldom).toEqual({ once: 1, twice: 1 });
    expect(seldomOf({ ...before }, [3, 3, 2, 1, 0, 0])).toEqual({ once: 2, twice: 0, rare: 0 });
    expect(seldomOf({ ...before, others: [7, 8] }, [3, 3, 3, 3, 2, 0])).toEqual({ once: 2, twice: 0, rare: 2 });
    expect(seldomOf({ ...before, codes: [1, 2, 3, 4] }, [3, 3, 3, 3, 0, 2])).toEqual({ once: 2, twice: 0, rare: 0 });
    expect(seldomOf({ ...before, others: null }, [3, 3, 3, 3, 0, 0])).toBeNull();
  });

  it('cannot be told where a word stays for a while, since none is seen once then: most of what comes may be new', () => {
    const visits = drawn(200, 'equal', 100).words;
    const words = visits.flatMap((place) => Array.from({ length: 20 }, () => `place ${place}`));
    const feature = { counts: [words.length, 0, 0], categories: categoriesOf(words) };
    expect(unseenLimit(feature)).toBeLessThan(0.01);
    expect(new Set(visits).size).toBeLessThan(100);
    expect(unseenLimit({ ...feature, autocorrelation_time: 20 })).toBeNull();
    expect(unseenLimit({ ...feature, autocorrelation_time: 1.2 })).toBe(unseenLimit(feature));
  });
});

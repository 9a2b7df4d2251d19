import { describe, expect, it } from 'vitest';
import { categorical, level } from '../../cases/null-rate.ts';
import { uniforms } from '../../cases/cases.ts';
import { wordsTest } from './words-test.ts';

const often = { once: 0, twice: 0, rare: 2 };

describe('the test of words', () => {
  it('finds new words that take the place of rare ones, which the frequencies of known ones do not show', () => {
    const reference = [600, 300, 90, 10, 0];
    expect(wordsTest(reference, [600, 300, 90, 0, 10], often)).toBeGreaterThan(0.1);
    expect(wordsTest([600, 300, 10, 90, 0], [600, 300, 10, 0, 90], often)).toBeLessThan(1e-9);
    expect(wordsTest([600, 300, 10, 90, 0], [600, 300, 10, 0, 90], null)).toBe(1);
  });

  it('finds words that change places, and words with a bin that give way to rare ones', () => {
    expect(wordsTest([600, 300, 100, 0, 0], [300, 600, 100, 0, 0], often)).toBeLessThan(1e-9);
    expect(wordsTest([600, 300, 50, 50, 0], [300, 150, 25, 525, 0], often)).toBeLessThan(1e-9);
  });

  it('is 1 where a side is empty', () => {
    expect(wordsTest([0, 0, 0], [1, 0, 0], often)).toBe(1);
    expect(wordsTest([1, 0, 0], [0, 0, 0], often)).toBe(1);
    expect(wordsTest([5, 3, 0, 0], [5, 3, 0, 0], often)).toBe(1);
  });

  /** Words of k kinds, each as likely as the others; the reference chooses the 30 most frequent. */
  function evenWindow(next: () => number, kinds: number, rows: number, n: number): ReturnType<typeof onBins> {
    const draw = (size: number) => {
      const counts = Array.from({ length: kinds }, () => 0);
      for (let i = 0; i < size; i++) counts[Math.floor(next() * kinds)]! += 1;
      return counts;
    };
    return onBins(draw(rows), draw(n));
  }
  function onBins(of_reference: readonly number[], of_window: readonly number[]) {
    const order = of_reference.map((_, kind) => kind).sort((a, b) => of_reference[b]! - of_reference[a]!);
    const sum = (some: readonly number[]) => some.reduce((total, one) => total + one, 0);
    const rest = order.slice(30);
    const [rare, fresh] = [rest.filter((kind) => of_reference[kind]! > 0), rest.filter((kind) => of_reference[kind] === 0)];
    const bins = (counts: readonly number[]) => [
      ...order.slice(0, 30).map((kind) => counts[kind]!),
      sum(rare.map((kind) => counts[kind]!)),
      sum(fresh.map((kind) => counts[kind]!)),
    ];
    const often_in = (times: number) => of_reference.filter((count) => count === times).length;
    return { reference: bins(of_reference), counts: bins(of_window), seldom: { once: often_in(1), twice: often_in(2), rare: rare.length } };
  }

  it.each([31, 40, 100, 300])('keeps its level where %d kinds are equally likely, so that chance alone chose the 30 with a bin', (kinds) => {
    const next = uniforms(kinds);
    let rejected = 0;
    for (let run = 0; run < 400; run++) {
      const { reference, counts, seldom } = evenWindow(next, kinds, 1_000, 1_000);
      rejected += Number(wordsTest(reference, counts, seldom) <= level);
    }
    expect(rejected / 400).toBeLessThan(level + 3 * Math.sqrt((level * (1 - level)) / 400));
  });

  it.each([31, 100])('finds that one of %d equally likely kinds has become frequent, whichever it is', (kinds) => {
    const next = uniforms(kinds);
    const draw = (first: number) => {
      const counts = Array.from({ length: kinds }, () => 0);
      for (let i = 0; i < 1_000; i++) counts[next() < first ? 0 : Math.floor(next() * kinds)]! += 1;
      return counts;
    };
    for (let run = 0; run < 20; run++) {
      const { reference, counts, seldom } = onBins(draw(0), draw(0.5));
      expect(wordsTest(reference, counts, seldom)).toBeLessThan(0.01);
    }
  });

  it('keeps its level, and uses it, where some kinds are far more likely than others', () => {
    const next = uniforms(9);
    let rejected = 0;
    for (let run = 0; run < 1_000; run++) {
      const { reference, counts, seldom } = onBins(categorical(next, 100, 5_000), categorical(next, 100, 1_000));
      rejected += Number(wordsTest(reference, counts, seldom) <= level);
    }
    expect(rejected / 1_000).toBeLessThan(1.2 * level + 0.02);
    expect(rejected / 1_000).toBeGreaterThan(0.4 * level);
  });
});

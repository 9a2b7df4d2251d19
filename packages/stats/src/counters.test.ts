import { describe, expect, it } from 'vitest';
import { buildProfile } from './build-profile.ts';
import { featureCounters } from './counters.ts';
import { featureInWords, pairName } from './pairs.ts';
import { compareNumbers, compareWords } from './report/compare.ts';
import { currentWords, referenceWords } from './report/category-counts.ts';
import { CurrentNumbers, ReferenceNumbers } from './report/numeric-side.ts';
import { countedInWords } from './report/words.ts';
import { WindowCounts } from './sketches/window-counts.ts';

const values = Array.from({ length: 1_000 }, (_, i) => Float64Array.of(i < 20 ? Number.NaN : i, i));
const words = values.map((_, i) => (i % 4 === 0 ? 'amber' : 'green'));
const profile = buildProfile({
  names: ['input.x', 'input.y'],
  values,
  predicted: values.map(() => -1),
  class_names: [],
  words: [{ name: 'input.light', words }],
});
const feature = (name: string) => profile.features.find((one) => one.name === name)!;

describe('the counters of a feature', () => {
  it('are what a window counted, beside what the reference had: nothing of it is outside of its own range', () => {
    const window = new WindowCounts(profile);
    const own = (value: number) => Float64Array.from(profile.features, ({ name }) => (name === 'input.x' ? value : 0));
    for (const value of [500, Number.NaN, Number.POSITIVE_INFINITY, 5_000, -1]) window.add(own(value), -1);
    const part = window.features().find(({ name }) => name === 'input.x')!;
    expect(featureCounters(profile, feature('input.x'), part, 5)).toEqual([
      { kind: 'missing', reference: { count: 20, of: 1_000 }, current: { count: 2, of: 5 } },
      { kind: 'infinite', reference: null, current: { count: 1, of: 5 } }, // which of its 20 were infinite, the profile does not say
      { kind: 'out_of_range', reference: { count: 0, of: 1_000 }, current: { count: 2, of: 5 } },
    ]);
  });

  it('are not known where the window does not tell them, and 0 where it counted none', () => {
    const bins = feature('input.y').counts.map(() => 0);
    const of = (part: Parameters<typeof featureCounters>[2]) =>
      featureCounters(profile, feature('input.y'), part, 10).map(({ current }) => countedInWords(current));
    expect(of({ counts: bins })).toEqual(['100 %, 10 of 10', 'not known', 'not known']);
    expect(of({ counts: bins, infinite: 0, out_of_range: 0 })).toEqual(['100 %, 10 of 10', '0 %, 0 of 10', '0 %, 0 of 10']);
    expect(featureCounters(profile, feature('input.y'), undefined, 10)[1]).toMatchObject({ reference: { count: 0 }, current: null });
  });

  it('of words are those that the reference never had', () => {
    const light = feature('input.light');
    const [, news] = featureCounters(profile, light, { counts: light.counts.map((_, i) => i), infinite: 0, out_of_range: 0 }, 10);
    expect(news).toEqual({ kind: 'new_category', reference: { count: 0, of: 1_000 }, current: { count: light.counts.length - 1, of: 10 } });
  });

  it('of two files are counted value by value; which words are new is not known where the reference has more than are kept', () => {
    const reference = new ReferenceNumbers();
    for (const value of [1, 2, 3, Number.NEGATIVE_INFINITY, Number.NaN]) reference.add(value);
    const frozen = reference.freeze();
    const current = new CurrentNumbers(frozen);
    for (const value of [0, 1, 3, 4, Number.POSITIVE_INFINITY]) current.add(value);
    expect(compareNumbers('x', 'numeric', frozen, current.freeze()).shown.counters).toEqual([
      { kind: 'missing', reference: { count: 2, of: 5 }, current: { count: 1, of: 5 } },
      { kind: 'infinite', reference: { count: 1, of: 5 }, current: { count: 1, of: 5 } },
      { kind: 'out_of_range', reference: { count: 0, of: 5 }, current: { count: 2, of: 5 } },
    ]);
    const newOf = (kinds: number) => {
      const side = referenceWords();
      for (let i = 0; i < kinds; i++) side.add(`word ${i}`);
      const known = side.freeze();
      const now = currentWords(known);
      for (const word of ['word 1', 'other']) now.add(word);
      return compareWords('w', known, now.freeze()).shown.counters!.find(({ kind }) => kind === 'new_category')!.current;
    };
    expect([newOf(10), newOf(1_001)]).toEqual([{ count: 1, of: 2 }, null]);
  });
});

it('a pair is called by its two features, any other feature by its name', () => {
  expect(featureInWords(pairName(['input.x', 'input.y']))).toBe('input.x with input.y, together');
  expect(featureInWords('input.x')).toBe('input.x');
});

import { describe, expect, it } from 'vitest';
import { buildProfile } from './build-profile.ts';
import { category_limits, categoryRanks, categoriesOf } from './categories.ts';
import { categoryCode } from './descriptors/category.ts';
import { parseProfile } from './parse-profile.ts';
import { WindowCounts } from './sketches/window-counts.ts';

const rows = 600;
const colour = (i: number) => (i % 6 === 0 ? null : i % 2 === 0 ? 'red' : i % 3 === 0 ? 'green' : 'blue');
const words = Array.from({ length: rows }, (_, i) => colour(i));
const values = Array.from({ length: rows }, (_, i) => Float64Array.of(i));
const made = { names: ['input.x'], values, predicted: values.map(() => -1), class_names: [], words: [{ name: 'input.colour', words }] };
const profile = buildProfile(made);

describe('a feature of words', () => {
  it('has a bin a word by frequency, one for the rarer and one for the new, and is read back', () => {
    const [, feature] = profile.features;
    expect(feature).toMatchObject({
      name: 'input.colour',
      counts: [200, 200, 100, 0, 0],
      missing: 100,
      categories: { names: ['blue', 'red', 'green'], others: [] },
    });
    expect(parseProfile(JSON.stringify(profile))).toEqual(profile);
  });

  it('is read without order: the window of another mix is drifted, and new words are counted', () => {
    const rank = categoryRanks(profile.features[1]!.categories!);
    const window = (of: (i: number) => string | null) => {
      const counts = new WindowCounts(profile);
      for (let i = 0; i < 120; i++) counts.add(Float64Array.of(5 * i, of(i) === null ? Number.NaN : rank(categoryCode(of(i)!))), -1);
      return counts;
    };
    const alike = window(colour);
    expect(alike.features()[1]).toMatchObject({ missing: 20, new_category: 0, out_of_range: 0, distance: 0 });
    const strange = window((i) => (i % 4 === 0 ? 'mauve' : colour(i)));
    expect(strange.features()[1]).toMatchObject({ new_category: 30, out_of_range: 0 });
    expect(strange.read({ alpha: 0.001, distance_min: 0.1 })[1]).toMatchObject({ name: 'input.colour', drifted: true, fault: 'distribution' });
  });

  it('puts what is rare together, and cannot tell the new from it where there are too many', () => {
    const many = Array.from({ length: 2000 }, (_, i) => (i % 2 === 0 ? 'often' : `rare ${i % 400}`));
    const known = categoriesOf(many);
    const rank = categoryRanks(known);
    expect(known.names.length).toBe(category_limits.names_max);
    expect([rank(categoryCode('often')), rank(categoryCode('rare 399')), rank(categoryCode('never')), rank(Number.NaN)]).toEqual([0, 30, 31, Number.NaN]);
    const too_many = categoriesOf(Array.from({ length: 3000 }, (_, i) => `word ${i}`));
    expect([too_many.others, categoryRanks(too_many)(categoryCode('never'))]).toEqual([null, 30]);
  });

  it.each([
    [{ names: ['a'], others: [] }, 'features[1].categories.names: saw 1 names, expected two less than bins'],
    [{ names: ['a', 'a', 'b'], others: [] }, 'features[1].categories.names[1]: saw the name "a" again'],
    [{ names: ['a', 'b', 'c'], others: [0.5] }, 'features[1].categories.others[0]: saw 0.5, expected a whole number'],
  ])('of %j is refused with its place', (categories, message) => {
    const features = profile.features.map((feature, i) => (i === 1 ? { ...feature, categories } : feature));
    expect(() => parseProfile(JSON.stringify({ ...profile, features }))).toThrow(message);
  });

  it('refuses words that are not one a row', () => {
    expect(() => buildProfile({ ...made, words: [{ name: 'w', words: ['a'] }] })).toThrow(expect.objectContaining({ code: 'HF-STAT-001' }));
  });
});

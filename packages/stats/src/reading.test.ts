import { describe, expect, it } from 'vitest';
import { categorical } from '../cases/null-rate.ts';
import { uniforms } from '../cases/cases.ts';
import { categoryRanks } from './categories.ts';
import { categoryCode } from './descriptors/category.ts';
import { effectOf as fleetEffectOf } from './fleet/effect.ts';
import { featureLaw } from './fleet/law.ts';
import { buildProfile, suspects, WindowCounts } from './index.ts';
import { effectOf, readFeature } from './reading.ts';

// Two conditions, far apart: 0 to 1 and 10 to 11. A device meets one of them.
const near = Array.from({ length: 500 }, (_, i) => Float64Array.of((i * 0.618) % 1));
const far = Array.from({ length: 500 }, (_, i) => Float64Array.of(10 + ((i * 0.618) % 1)));
const values = [...near, ...far];
const common = { names: ['x'], values, predicted: values.map((_, i) => (i < 500 ? i % 2 : 2)), class_names: ['a', 'b', 'c'] };
const conditions = { names: ['near', 'far'], of: values.map((_, i) => (i < 500 ? 0 : 1)) };
const rule = { alpha: 0.001, distance_min: 0.1 };

function found(profile: ReturnType<typeof buildProfile>, rows: readonly Float64Array[], predicted: (i: number) => number): string[] {
  const window = new WindowCounts(profile);
  rows.slice(0, 200).forEach((row, i) => window.add(row, predicted(i)));
  return suspects(window.read(rule));
}

describe('a profile with conditions', () => {
  it('accepts a device that meets one of them, where the mixture alone would not', () => {
    expect(found(buildProfile(common), far, () => 2)).toContain('x');
    expect(found(buildProfile({ ...common, conditions }), far, () => 2)).toEqual([]);
    expect(found(buildProfile({ ...common, conditions }), near, (i) => i % 2)).toEqual([]);
  });

  it('still finds what fits none of them', () => {
    const between = near.map(([x]) => Float64Array.of(5 + x!));
    expect(found(buildProfile({ ...common, conditions }), between, (i) => i % 2)).toEqual(['x']);
    expect(found(buildProfile({ ...common, conditions }), near, () => 0)).toEqual(['classes']);
  });

  it('keeps counts that add up to the whole, and survives JSON', () => {
    const profile = buildProfile({ ...common, conditions });
    const [one, two] = profile.features[0]!.conditions!;
    expect(one!.map((count, i) => count + two![i]!)).toEqual(profile.features[0]!.counts);
    expect(profile.classes.conditions).toEqual([
      [250, 250, 0],
      [0, 0, 500],
    ]);
    expect(JSON.parse(JSON.stringify(profile))).toEqual(profile);
  });

  it.each([1, 2, 5])('finds what leaves it beside a condition of %i rows, which nearly anything would fit', (few) => {
    const tiny = { names: ['most', 'few'], of: values.map((_, i) => (i < few ? 1 : 0)) };
    const profile = buildProfile({ ...common, conditions: tiny });
    const [feature] = profile.features;
    expect(found(profile, far.map(([x]) => Float64Array.of(10 + x!)), () => 2)).toContain('x'); // prettier-ignore
    const outside = feature!.counts.map((_, bin, all) => (bin === all.length - 1 ? 300 : 0));
    expect(effectOf(feature!, outside)).toBeGreaterThan(0.9);
    const law = featureLaw(feature!);
    expect(fleetEffectOf(law, { inferences: 300, missing: 0, counts: outside }).values).toBeGreaterThan(0.9);
    const missed = featureLaw({ ...feature!, conditions_missing: [0, few], conditions: [feature!.counts, feature!.counts.map(() => 0)], missing: few });
    expect(missed.missing_share).toBeLessThan(0.1);
  });

  it('refuses too many conditions, or a condition missing for an inference', () => {
    expect(() => buildProfile({ ...common, conditions: { names: Array.from({ length: 65 }, () => 'x'), of: conditions.of } })).toThrow(/64/);
    expect(() => buildProfile({ ...common, conditions: { names: ['x'], of: [0] } })).toThrow(/1 numbers, expected 1000/);
  });
});

describe('a feature of words', () => {
  /** Words like those of a text: the k-th is as frequent as 1 / (k + 1); the reference of 1,000 lacks some of them. */
  const draw = (next: () => number, count: number) => categorical(next, 100, count).flatMap((seen, k) => Array.from({ length: seen }, () => `word ${k}`));
  const profileOf = (words: string[]) =>
    buildProfile({ names: [], values: words.map(() => new Float64Array()), predicted: words.map(() => -1), class_names: [], words: [{ name: 'w', words }] });
  const countsOf = (profile: ReturnType<typeof profileOf>, words: readonly string[]): number[] => {
    const rank = categoryRanks(profile.features[0]!.categories!);
    const counts = profile.features[0]!.counts.map(() => 0);
    for (const word of words) counts[rank(categoryCode(word))]! += 1;
    return counts;
  };

  it('with a long tail is not found drifted by the words that the reference happens to lack', () => {
    const next = uniforms(77);
    const rejected = Array.from({ length: 400 }, () => {
      const profile = profileOf(draw(next, 1000));
      return readFeature(profile.features[0]!, countsOf(profile, draw(next, 1000))).p_value;
    }).filter((p) => p <= 0.05).length;
    expect(rejected / 400).toBeLessThan(0.05 * 1.2 + 0.022); // two standard errors of 400 runs are 0.022
    expect(rejected / 400).toBeGreaterThan(0.05 * 0.5 - 0.022);
  });

  it('is found drifted by a new word that takes the place of others', () => {
    const next = uniforms(78);
    const profile = profileOf(draw(next, 1000));
    const other = draw(next, 500).map((word, i) => (i % 3 === 0 ? 'quite new' : word));
    expect(readFeature(profile.features[0]!, countsOf(profile, other)).p_value).toBeLessThan(1e-6);
    const few = profileOf(Array.from({ length: 300 }, (_, i) => (i % 2 === 0 ? 'go' : 'stay')));
    expect(
      readFeature(few.features[0]!, countsOf(few, [...Array.from({ length: 40 }, () => 'go'), ...Array.from({ length: 60 }, () => 'new')])).p_value,
    ).toBeLessThan(1e-9);
  });
});

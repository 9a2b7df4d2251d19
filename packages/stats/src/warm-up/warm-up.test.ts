import { describe, expect, it } from 'vitest';
import { bell } from '../../test/streams.ts';
import { buildProfile } from '../build-profile.ts';
import { categoryRanks } from '../categories.ts';
import { categoryCode } from '../descriptors/category.ts';
import { ProfileEvidence } from '../detectors/profile-evidence.ts';
import { pairName } from '../pairs.ts';
import { parseProfile } from '../parse-profile.ts';
import type { ReferenceProfile } from '../profile.ts';
import { WindowCounts } from '../sketches/window-counts.ts';
import { WarmUp } from './warm-up.ts';

const random = { random: 5 };
const z = () => bell(random);
const row = (i: number) => Float64Array.of(z(), 20 + 3 * z(), i % 10 === 0 ? Number.NaN : 7);
const names = ['input.a', 'input.b', 'input.c'];

function warmed(rows: number, of: (i: number) => Float64Array = row, names_of: readonly string[] = names): ReferenceProfile {
  const warm_up = new WarmUp({ names: names_of, class_names: ['no', 'yes'], rows });
  let made: ReferenceProfile | null = null;
  for (let i = 0; made === null; i++) made = warm_up.take(of(i), i % 2);
  return made;
}

describe('a warm-up', () => {
  const profile = warmed(4000);

  it('gives, with the last row, a profile that says what it is: counts of the second half, missing values, classes', () => {
    expect(parseProfile(JSON.stringify(profile))).toEqual(profile);
    expect([profile.n, profile.warm_up, profile.classes.counts]).toEqual([2000, true, [1000, 1000]]);
    expect(profile.features.map((f) => [f.name, f.missing, f.counts.reduce((sum, count) => sum + count, 0)])).toEqual([
      ['input.a', 0, 2000],
      ['input.b', 0, 2000],
      ['input.c', 200, 1800],
    ]);
    expect(profile.features[1]!.moments.mean).toBeCloseTo(20, 0);
  });

  it('has bins of like size, and two edges where all is one value', () => {
    const [a, , c] = profile.features;
    expect(a!.edges.length).toBe(31);
    expect(Math.max(...a!.counts)).toBeLessThan((2.5 * 2000) / 32);
    expect(c!.edges.length).toBe(2);
  });

  it('is a reference that gives no false evidence, and finds a shift', () => {
    const last = (shift: number) => {
      const [evidence, counts] = [new ProfileEvidence(profile), new WindowCounts(profile)];
      let highest = Number.NEGATIVE_INFINITY;
      for (let window = 0; window < 40; window++) {
        counts.reset();
        for (let i = 0; i < 100; i++)
          counts.add(
            row(i).map((value, at) => (at === 0 ? value + shift : value)),
            i % 2,
          );
        highest = Math.max(highest, ...evidence.close(counts.counts(), 1e-12));
      }
      return highest;
    };
    expect(last(0)).toBeLessThan(Math.log(1000));
    expect(last(0.3)).toBeGreaterThan(Math.log(1e6));
  });

  it('knows how far neighbours depend', () => {
    let level = 0;
    const made = warmed(2000, () => Float64Array.of((level = 0.8 * level + 0.6 * z())), ['input.a']);
    expect(made.features[0]!.autocorrelation_time).toBeGreaterThan(4);
    expect(profile.features[0]!.autocorrelation_time ?? 1).toBeLessThan(1.5);
  });

  it('of a feature that never had a value has no edge, and refuses more features than a profile may have', () => {
    expect(warmed(100, () => Float64Array.of(Number.NaN), ['input.a']).features[0]).toMatchObject({ edges: [], counts: [0], missing: 50 });
    expect(() => new WarmUp({ names: Array.from({ length: 1001 }, String), class_names: [], rows: 10 })).toThrow(
      expect.objectContaining({ code: 'HF-REQ-008' }),
    );
  });
});

/** Numbers that move together, two words (one with rare ones, one that never repeats), an embedding's projections, and holes. */
const mixed_names = ['input.a', 'input.b', 'input.colour', 'input.serial', ...Array.from({ length: 8 }, (_, i) => `input.e.p${i}`)];
const colours = ['red', 'green', 'blue'];
const mixed = (i: number): Float64Array => {
  const a = z();
  const colour = i % 50 === 7 ? `rare ${i % 400}` : colours[i % 5 < 3 ? 0 : i % 5 < 4 ? 1 : 2]!;
  const e = Array.from({ length: 8 }, (_, k) => (k < 3 ? 3 * a : 0) + 0.1 * z());
  return Float64Array.of(i % 20 === 3 ? Number.NaN : a, 100 + 2 * a + z(), categoryCode(colour), i, ...e);
};
const mixed_of = { names: mixed_names, words: ['input.colour', 'input.serial'], class_names: ['no', 'yes'], rows: 4000 };
const mixed_rows = Array.from({ length: 4000 }, (_, i) => mixed(i));
const feed = (warm_up: WarmUp, from: number, to: number): ReferenceProfile | null => {
  let made: ReferenceProfile | null = null;
  for (let i = from; i < to; i++) made = warm_up.take(mixed_rows[i]!, i % 2);
  return made;
};

describe('a warm-up of words and of pairs', () => {
  const made = feed(new WarmUp(mixed_of), 0, 4000)!;
  const named = (name: string) => made.features.find((feature) => feature.name === name)!;

  it('gives words a bin each by their codes, the frequent ones first, the rare ones together, and what came late as new', () => {
    expect(parseProfile(JSON.stringify(made))).toEqual(made);
    const { categories, counts, missing } = named('input.colour');
    expect(categories!.codes!.slice(0, 3)).toEqual(colours.map(categoryCode));
    expect(categories!.names[0]).toBe(`#${categoryCode('red').toString(16).padStart(6, '0')}`);
    expect([counts.slice(0, 3).every((count) => count > 300), counts.at(-1), missing]).toEqual([true, 0, 0]);
    const rank = categoryRanks(categories!);
    expect([...colours, 'mauve'].map((word) => rank(categoryCode(word)))).toEqual([0, 1, 2, counts.length - 1]);
    expect(made.n).toBe(named('input.colour').counts.reduce((sum, count) => sum + count, 0));
  });

  it('of a word that never repeats keeps no more codes than it has room for, and calls none of them new', () => {
    const { categories, counts } = named('input.serial');
    expect([categories!.names.length, categories!.others, counts.at(-1)]).toEqual([30, null, 0]);
  });

  it('chooses the pairs that a packaged profile chooses, none of words and none within an embedding, and counts their products', () => {
    const pairs = made.pairs!.map(({ features }) => pairName(features));
    expect(pairs).toContain(pairName(['input.a', 'input.b']));
    expect(pairs).toHaveLength(7);
    expect(pairs.some((name) => name.includes('colour') || name.includes('serial') || /e\.p\d\*.*e\.p\d/.test(name))).toBe(false);
    const numbers = mixed_names.filter((_, at) => at !== 2 && at !== 3);
    const values = mixed_rows.map((one) => one.filter((_, at) => at !== 2 && at !== 3));
    const packaged = buildProfile({ names: numbers, values, predicted: values.map(() => 0), class_names: ['no'], embeddings: ['e'] });
    expect(pairs.toSorted()).toEqual(packaged.pairs!.map(({ features }) => pairName(features)).toSorted());
    const pair = made.pairs!.find(({ features }) => pairName(features) === pairName(['input.a', 'input.b']))!;
    const feature = named(pairName(pair.features));
    expect([pair.count, feature.missing]).toEqual([feature.moments.count, 100]);
    expect(pair.products / pair.count).toBeCloseTo(2, 0); // the covariance
  });

  it('says its tolerance: that of any profile, or two standard errors of a small one', () => {
    expect([made.tolerance, warmed(400).tolerance]).toEqual([0.05, 2 / Math.sqrt(200)]);
  });

  it.each([1, 700, 1999, 2000, 2001, 3100, 3999])('gives the same profile where it was cut off after %i rows and goes on from its state', (cut) => {
    const first = new WarmUp(mixed_of);
    feed(first, 0, cut);
    const { head, numbers } = first.state;
    const second = new WarmUp(mixed_of, { head: JSON.parse(JSON.stringify(head)) as typeof head, numbers: Float64Array.from(numbers) });
    expect(feed(second, cut, 4000)).toEqual(made);
  });

  it('refuses a state that is of other rows or another version', () => {
    const first = new WarmUp(mixed_of);
    feed(first, 0, 700);
    const { head, numbers } = first.state;
    expect(() => new WarmUp(mixed_of, { head, numbers: numbers.slice(0, 100) })).toThrow(RangeError);
    expect(() => new WarmUp(mixed_of, { head: { ...head, v: 2 as never }, numbers })).toThrow(RangeError);
    expect(() => new WarmUp({ ...mixed_of, rows: 100 }, { head, numbers })).toThrow(RangeError);
  });

  it('keeps a bounded state, whatever comes', () => {
    const names = Array.from({ length: 200 }, (_, i) => `input.w${i}`);
    const wide = new WarmUp({ names, words: names, class_names: [], rows: 20_000 });
    for (let i = 0; i < 3_000; i++) wide.take(Float64Array.from(names, (_, k) => 1_000 * i + k), -1); // prettier-ignore
    expect(wide.state.numbers.length).toBeLessThan(2 * 65_536 + 250_000);
    const one = new WarmUp({ names: ['input.a'], class_names: [], rows: 2_000_000 });
    for (let i = 0; i < 1_000_000; i++) one.take(Float64Array.of((i * 0.618034) % 1), -1);
    expect(one.state.numbers.length).toBeLessThan(2_500);
  });
});

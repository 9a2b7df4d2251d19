import { describe, expect, it } from 'vitest';
import { bell } from '../test/streams.ts';
import { buildProfile } from './build-profile.ts';
import { project } from './descriptors/embedding.ts';
import { featuresOfPair, pairsOf, withoutEchoes } from './pairs.ts';
import { parseProfile } from './parse-profile.ts';
import { WindowCounts } from './sketches/window-counts.ts';

const random = { random: 12 };
const z = () => bell(random);
const plain = (names: readonly string[], values: readonly Float64Array[]) => ({ names, values, predicted: values.map(() => -1), class_names: [] });

describe('the pairs of a profile', () => {
  const rows = Array.from({ length: 800 }, () => {
    const a = z();
    return Float64Array.of(a, 0.9 * a + 0.3 * z(), z(), -0.6 * a + z());
  });
  const profile = buildProfile(plain(['a', 'b', 'c', 'd'], rows));

  it('are those that move together, the closest first, and no others', () => {
    expect(profile.pairs!.map(({ features }) => features.join())).toEqual(['a,b', 'a,d', 'b,d']);
    expect(profile.pairs!.every(({ count }) => count === 800)).toBe(true);
    expect(parseProfile(JSON.stringify(profile))).toEqual(profile);
  });

  it('are features too, whose mean is the co-moment: in a window they show a correlation that flipped, and nothing else does', () => {
    const product = profile.features.find(({ name }) => name === 'pair.a*b')!;
    expect(product.moments.mean * product.moments.count).toBeCloseTo(profile.pairs![0]!.products, 6);
    const [mean_a, mean_b] = profile.features.slice(0, 2).map(({ moments }) => moments.mean);
    const effects = (sign: number) => {
      const counts = new WindowCounts(profile);
      for (const row of rows.slice(0, 300)) {
        const flipped = row.with(1, sign * row[1]!);
        counts.add(Float64Array.of(...flipped, (flipped[0]! - mean_a!) * (flipped[1]! - mean_b!), Number.NaN, Number.NaN), -1);
      }
      return counts.effects().slice(0, 5);
    };
    expect(Math.max(...effects(1).map(({ effect }) => effect))).toBeLessThan(0.1);
    const [pair, ...others] = effects(-1).sort((x, y) => y.effect - x.effect);
    expect(pair).toMatchObject({ name: 'pair.a*b' });
    expect(pair!.effect).toBeGreaterThan(0.6);
    expect(others[0]!.effect).toBeLessThan(0.12);
  });

  it('tell something only where neither of their features does', () => {
    const named = (...names: string[]) => names.map((name) => ({ name }));
    expect(withoutEchoes(named('a', 'pair.a*b', 'pair.c*d'))).toEqual(named('a', 'pair.c*d'));
    expect(featuresOfPair('pair.input.a*input.b')).toEqual(['input.a', 'input.b']);
    expect([featuresOfPair('input.a*b'), featuresOfPair('pair.a')]).toEqual([null, null]);
  });

  it('are absent where nothing moves together, and leave out what has no value', () => {
    expect(
      buildProfile(
        plain(
          ['a', 'b'],
          Array.from({ length: 500 }, () => Float64Array.of(z(), z())),
        ),
      ).pairs,
    ).toBeUndefined();
    const holed = rows.map((row, i) => (i % 2 === 0 ? row.with(0, Number.NaN) : row));
    expect(buildProfile(plain(['a', 'b', 'c', 'd'], holed)).pairs!.find(({ features }) => features.includes('a'))!.count).toBe(400);
  });

  it('are not made of values whose squared products are no numbers: the profile can be read', () => {
    const wide = rows.map((row) => row.map((value) => value * 1e80));
    const profile = buildProfile(plain(['a', 'b', 'c', 'd'], wide));
    expect(profile.pairs).toBeUndefined();
    expect(parseProfile(JSON.stringify(profile))).toEqual(profile);
  });

  it('cost one reading of each column, and one of each that is in a pair, however many pairs there could be', () => {
    const many = Array.from({ length: 300 }, () => Float64Array.from({ length: 60 }, z));
    for (const row of many) row[40] = row[3]! + 0.2 * row[40]!;
    const { features } = buildProfile(plain([...Array(60).keys()].map(String), many));
    let reads = 0;
    const counted = features.slice(0, 60).map((_, at) => {
      const get = (values: number[], key: string | symbol): unknown => (key !== 'length' && reads++, Reflect.get(values, key));
      return new Proxy(many.map((row) => row[at]!), { get }); // prettier-ignore
    });
    expect(pairsOf(features.slice(0, 60), counted).map(({ pair }) => pair.features)).toEqual([['3', '40']]);
    expect(reads).toBeLessThanOrEqual(62 * 300);
  });
});

describe('a profile of rows in order', () => {
  it('says how far neighbours depend, and one of rows without order does not', () => {
    let level = 0;
    const rows = Array.from({ length: 3000 }, () => Float64Array.of((level = 0.6 * level + 0.8 * z()), z()));
    const [slow, quick] = buildProfile({ ...plain(['slow', 'quick'], rows), is_ordered: true, tolerance: 0.1 }).features;
    expect(slow!.autocorrelation_time).toBeGreaterThan(3);
    expect(quick!.autocorrelation_time ?? 1).toBeLessThan(1.3);
    expect(buildProfile(plain(['slow', 'quick'], rows)).features[0]!.autocorrelation_time).toBeUndefined();
  });
});

describe('a profile of embeddings', () => {
  const names = Array.from({ length: 8 }, (_, i) => `input.pooled.p${i}`);
  const centre = Array.from({ length: 64 }, () => 3 * z());
  const near = () => Float64Array.from(project(centre.map((value) => value + z())));
  const profile = buildProfile({ ...plain(names, Array.from({ length: 400 }, near)), embeddings: ['pooled'] });

  it('keeps exemplars of length 1, and how novel its own rows are', () => {
    const { name, exemplars } = profile.embeddings![0]!;
    expect([name, exemplars.length]).toEqual(['pooled', 64]);
    expect(exemplars.every((one) => Math.abs(Math.hypot(...one) - 1) < 1e-12)).toBe(true);
    const novelty = profile.features.at(-1)!;
    expect([novelty.name, novelty.missing]).toEqual(['embedding.pooled.novelty', 0]);
    expect(novelty.moments.min).toBeGreaterThan(0);
    expect(parseProfile(JSON.stringify(profile))).toEqual(profile);
  });

  it.each([
    [[{ name: 'pooled', exemplars: [[1, 2]] }], 'embeddings[0].exemplars[0]: saw 2 numbers, expected 8'],
    [[{ name: '', exemplars: [] }], 'embeddings[0].name: saw ""'],
    [Array.from({ length: 17 }, () => null), 'embeddings: saw a list of 17, expected 16 at most'],
  ])('is refused where they are none: %j', (embeddings, message) => {
    expect(() => parseProfile(JSON.stringify({ ...profile, embeddings }))).toThrow(message);
  });
});

describe('a profile of nothing', () => {
  it.each([
    ['no rows', [] as number[], [], [0]],
    ['one value', [3], [3 - 3e-9, 3], [0, 1, 0]],
    ['NaN alone', [Number.NaN, Number.NaN], [], [0]],
    ['a constant', [7, 7, 7, 7], [7 - 7e-9, 7], [0, 4, 0]],
  ])('is made of %s, says so by its edges, and is read back', (_what, numbers, edges, counts) => {
    const profile = buildProfile(
      plain(
        ['x'],
        numbers.map((value) => Float64Array.of(value)),
      ),
    );
    expect(profile.features[0]!.edges).toEqual(edges);
    expect(profile.features[0]!.counts).toEqual(counts);
    expect(parseProfile(JSON.stringify(profile))).toEqual(profile);
  });
});

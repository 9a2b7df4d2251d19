import { describe, expect, it } from 'vitest';
import { parseProfile } from './parse-profile.ts';
import { buildProfile } from './build-profile.ts';
import { profile_limits, type ReferenceProfile } from './profile.ts';

function madeProfile(): ReferenceProfile {
  const values = Array.from({ length: 100 }, (_, i) => Float64Array.of(i, i * i));
  const of = Array.from({ length: 100 }, (_, i) => i % 2);
  const predicted = Array.from({ length: 100 }, (_, i) => i % 3);
  const actual = Array.from({ length: 100 }, (_, i) => (i % 3) - (i % 10 === 0 ? 1 : 0));
  const conditions = { names: ['clear', 'fog'], of };
  return buildProfile({ names: ['a', 'output.confidence'], values, predicted, actual, class_names: ['x', 'y', 'z'], bins: 8, conditions });
}

/** The text of a good profile with one place of it put to another value. */
function changed(path: readonly (string | number)[], value: unknown): string {
  const profile = structuredClone(madeProfile()) as never;
  const owner = path.slice(0, -1).reduce<Record<string | number, unknown>>((inner, key) => inner[key] as never, profile);
  owner[path.at(-1)!] = value;
  return JSON.stringify(profile);
}

describe('parseProfile', () => {
  it('gives back what buildProfile made, with and without conditions', () => {
    const profile = madeProfile();
    expect(parseProfile(JSON.stringify(profile))).toEqual(profile);
    const plain = buildProfile({ names: ['a'], values: [Float64Array.of(1)], predicted: [0], class_names: ['x'] });
    expect(parseProfile(JSON.stringify(plain))).toEqual(plain);
    const empty = buildProfile({ names: ['a'], values: [], predicted: [], class_names: [] });
    expect(parseProfile(JSON.stringify(empty))).toEqual(empty);
  });

  it.each([
    ['{}', 'v: saw nothing, expected 1'],
    ['[]', 'the profile: saw a list of 0, expected an object'],
    ['null', 'the profile: saw null, expected an object'],
    [changed(['n'], -1), 'n: saw -1, expected a whole number'],
    [changed(['n'], 1.5), 'n: saw 1.5, expected a whole number'],
    [changed(['features'], {}), 'features: saw an object, expected a list'],
    [changed(['features', 1], null), 'features[1]: saw null, expected an object'],
    [changed(['features', 1, 'name'], 'a'), 'features[1].name: saw the name "a" again'],
    [changed(['features', 0, 'name'], ''), 'features[0].name: saw "", expected a name'],
    [changed(['features', 1, 'edges', 2], 0), 'features[1].edges[2]: saw 0, expected a number above the edge before it'],
    [changed(['features', 1, 'edges', 2], null), 'features[1].edges[2]: saw null, expected a finite number'],
    [changed(['features', 0, 'counts'], [1, 2]), 'features[0].counts: saw 2 counts, expected 8'],
    [changed(['features', 0, 'counts', 3], -1), 'features[0].counts[3]: saw -1, expected a whole number, 0 or more'],
    [changed(['features', 0, 'counts', 3], 0.5), 'features[0].counts[3]: saw 0.5'],
    [changed(['features', 0, 'moments', 'mean'], null), 'features[0].moments.mean: saw null, expected a finite number'],
    [changed(['features', 0, 'moments', 'm2'], -1), 'features[0].moments.m2: saw -1, expected 0 or more'],
    [changed(['features', 0, 'moments'], 1), 'features[0].moments: saw 1, expected an object'],
    [changed(['features', 0, 'missing'], -1), 'features[0].missing: saw -1, expected a whole number, 0 or more'],
    [changed(['features', 0, 'conditions_missing'], [0]), 'features[0].conditions_missing: saw 1 counts, expected 2'],
    [changed(['features', 0, 'conditions'], []), 'features[0].conditions: saw 0 lists, expected 2'],
    [changed(['features', 0, 'conditions', 1], [1]), 'features[0].conditions[1]: saw 1 counts, expected 8'],
    [changed(['conditions'], undefined), 'features[0].conditions: saw a list of 2, expected none'],
    [changed(['conditions'], ['clear', 'clear']), 'conditions[1]: saw the name "clear" again'],
    [changed(['classes', 'names'], ['x']), 'classes.counts: saw a list of 3, expected 1 at most'],
    [changed(['classes', 'counts'], [1]), 'classes.counts: saw 1 counts, expected 3'],
    [changed(['classes'], undefined), 'classes: saw nothing, expected an object'],
    [changed(['tolerance'], -1), 'tolerance: saw -1, expected a number from 0 to 10'],
    [changed(['features', 0, 'autocorrelation_time'], 0.5), 'features[0].autocorrelation_time: saw 0.5, expected a number from 1'],
    [changed(['calibration', 'counts'], [1]), 'calibration.counts: saw 1 counts, expected 8'],
    [changed(['calibration', 'edges', 1], 0), 'calibration.edges[1]: saw 0, expected a number above the edge before it'],
    [changed(['calibration', 'correct', 2], 99), 'calibration.correct[2]: saw 99, expected at most'],
    [changed(['calibration', 'classes', 'actual'], []), 'calibration.classes.actual: saw 0 counts, expected 3'],
    [changed(['pairs', 0, 'features'], ['a', 'nobody']), 'pairs[0].features: saw "nobody", expected two features of the profile'],
    [changed(['pairs', 0, 'features'], ['a']), 'pairs[0].features: saw a list of 1, expected two features of the profile'],
    [changed(['pairs'], undefined), 'features[2].name: saw "pair.a*output.confidence", expected a feature whose pair is among the pairs'],
    [changed(['pairs', 0, 'features'], ['output.confidence', 'a']), 'features[2].name: saw "pair.a*output.confidence", expected a feature whose pair'],
  ])('refuses %.60s and names the place', (text, message) => {
    expect(() => parseProfile(text)).toThrow(expect.objectContaining({ code: 'HF-STAT-004', message: expect.stringContaining(message) }));
  });

  it('takes a pair without a feature of its own, as profiles of before had them', () => {
    const { features, ...rest } = madeProfile();
    const before = { ...rest, features: features.slice(0, 2) };
    expect(parseProfile(JSON.stringify(before))).toEqual(before);
  });

  it('refuses what is not JSON, and a number that JSON reads as infinite', () => {
    expect(() => parseProfile('{"v":')).toThrow(expect.objectContaining({ code: 'HF-STAT-004' }));
    expect(() => parseProfile(changed(['features', 0, 'edges', 0], 'HERE').replace('"HERE"', '1e999'))).toThrow('features[0].edges[0]: saw Infinity');
  });

  it('refuses a text beyond the limit before it parses it, and lists beyond theirs', () => {
    expect(() => parseProfile(' '.repeat(profile_limits.text_chars_max + 1))).toThrow(`${profile_limits.text_chars_max} at most`);
    const features = Array.from({ length: profile_limits.features_max + 1 }, () => null);
    expect(() => parseProfile(changed(['features'], features))).toThrow(
      `features: saw a list of ${features.length}, expected ${profile_limits.features_max} at most`,
    );
  });
});

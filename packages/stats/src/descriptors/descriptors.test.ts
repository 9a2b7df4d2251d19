import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bell } from '../../test/streams.ts';
import { describeAudio } from './audio.ts';
import { categoryCode } from './category.ts';
import { embedding_limits, exemplarsOf, novelty, project, projection_dimensions } from './embedding.ts';
import { describeText } from './text.ts';

interface Golden {
  texts: { text: string; is: (number | null)[] }[];
  words: { word: string; is: number }[];
  sounds: { samples: number[]; rate_hz: number; is: (number | null)[] }[];
  embeddings: { embedding: number[]; is: (number | null)[] }[];
}
const golden = JSON.parse(readFileSync(new URL('../../golden/descriptors.json', import.meta.url), 'utf8')) as Golden;

function expectNumbers(seen: readonly number[], expected: readonly (number | null)[]): void {
  expect(seen.map(Number.isNaN)).toEqual(expected.map((value) => value === null));
  seen.forEach((value, i) => (expected[i] === null ? undefined : expect(value).toBeCloseTo(expected[i]!, 9)));
}

describe('descriptors are those of the Python SDK', () => {
  it.each(golden.texts.map(({ text, is }) => [text, is] as const))('of the text %j', (text, is) => {
    expectNumbers(describeText(text === 'x * 100001' ? 'x'.repeat(100_001) : text), is);
  });
  it('of words', () => {
    expect(golden.words.map(({ word }) => categoryCode(word))).toEqual(golden.words.map(({ is }) => is));
    expect(categoryCode('a\ud800')).toBe(categoryCode('a\ufffd'));
    expect(golden.words.every(({ is }) => Math.fround(is) === is)).toBe(true);
  });
  it.each(golden.sounds.map(({ samples, rate_hz, is }, i) => [i, samples, rate_hz, is] as const))('of sound %i', (_i, samples, rate_hz, is) => {
    expectNumbers(describeAudio(samples, rate_hz), is);
  });
  it.each(golden.embeddings.map(({ embedding, is }) => [embedding.length, embedding, is] as const))('of an embedding of %i', (_n, embedding, is) => {
    expectNumbers(project(embedding), is);
  });
});

describe('the descriptors of a sound', () => {
  it('are, of a tone, its level, its frequency and twice its periods', () => {
    const tone = Array.from({ length: 16_000 }, (_, i) => 0.5 * Math.sin((2 * Math.PI * 1000 * (i + 0.5)) / 16_000));
    const [level_db, centroid_hz, crossings] = describeAudio(tone, 16_000);
    expect(level_db).toBeCloseTo(10 * Math.log10(0.125), 6);
    expect(centroid_hz).toBeCloseTo(1000, 0);
    expect(crossings! * 15_999).toBe(1999);
  });
  it('are NaN of a sample that is not finite, and of silence for the centroid alone', () => {
    expect(describeAudio([0.1, Number.NaN], 8000).map(Number.isNaN)).toEqual([true, true, true]);
    expect(describeAudio([0, 0, 0], 8000)).toEqual([-120, Number.NaN, 0]);
  });
});

describe('an embedding', () => {
  const random = { random: 4 };
  const draw = (n: number, shift = 0) => Array.from({ length: n }, (_, i) => bell(random) + (i % 7 === 0 ? shift : 0));

  it('keeps its length on average in its projections', () => {
    const ratios = Array.from({ length: 300 }, () => {
      const embedding = draw(256);
      const square = (values: readonly number[]) => values.reduce((sum, value) => sum + value * value, 0);
      return square(project(embedding)) / square(embedding);
    });
    expect(ratios.reduce((sum, one) => sum + one, 0) / 300).toBeGreaterThan(0.9);
    expect(ratios.reduce((sum, one) => sum + one, 0) / 300).toBeLessThan(1.1);
  });

  it('that points elsewhere than the reference is more novel than one of it', () => {
    const centre = draw(128, 3);
    const near = () => project(centre.map((value) => value + 0.5 * bell(random)));
    const rows = Array.from({ length: 500 }, near);
    const { exemplars, of } = exemplarsOf(rows);
    expect([exemplars.length, of.length]).toEqual([embedding_limits.exemplars_max, embedding_limits.exemplars_max]);
    const known = Array.from({ length: 50 }, () => novelty(near(), exemplars));
    const strange = Array.from({ length: 50 }, () => novelty(project(draw(128)), exemplars));
    expect(Math.max(...known)).toBeLessThan(strange.toSorted((a, b) => a - b)[25]!);
    expect(novelty(rows[of[3]!]!, exemplars)).toBeLessThan(novelty(rows[of[3]!]!, exemplars, 3));
  });

  it('of no length, or with a value that is none, has no projection and no novelty', () => {
    expect(project([1, Number.NaN])).toEqual(Array.from({ length: projection_dimensions }, () => Number.NaN));
    expect([novelty([0, 0], [[1, 0]]), novelty([1, 0], []), novelty([Number.NaN, 0], [[1, 0]])].map(Number.isNaN)).toEqual([true, true, true]);
    expect(exemplarsOf([[0, 0]]).exemplars).toEqual([]);
  });
});

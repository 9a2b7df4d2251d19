import { describe, expect, it } from 'vitest';
import { buildProfile } from '../build-profile.ts';
import { categoryRanks } from '../categories.ts';
import { categoryCode } from '../descriptors/category.ts';
import type { ReferenceProfile } from '../profile.ts';
import { KnownWords, hasCodes, parseWords, unnamedInWords, unnamedWords } from './known-words.ts';
import { WarmUp } from './warm-up.ts';

const words = ['north', 'south', 'west'];
const warm_up = new WarmUp({ names: ['input.site'], words: ['input.site'], class_names: ['a'], rows: 1_000 });
const learned: ReferenceProfile = Array.from({ length: 1_000 }, (_, i) => warm_up.take(Float64Array.of(categoryCode(words[i % 3]!)), 0)).at(-1)!;
const packaged = (list: readonly string[]): ReferenceProfile =>
  buildProfile({
    names: [],
    values: list.map(() => new Float64Array()),
    predicted: list.map(() => 0),
    class_names: ['a'],
    words: [{ name: 'input.site', words: list }],
  });
const categoriesOf = (profile: ReferenceProfile) => profile.features.find(({ name }) => name === 'input.site')!.categories!;

describe('words that a device learned', () => {
  it('are shown as another profile or a list names them; codes, counts and ranks stay', () => {
    expect([hasCodes(learned), hasCodes(packaged(words))]).toEqual([true, false]);
    const known = new KnownWords();
    known.addProfile(packaged(['south', 'east']));
    const half = categoriesOf(known.named(learned));
    expect(half.names.toSorted()).toEqual(['south', ...categoriesOf(learned).names.filter((_, at) => half.names[at] !== 'south')].toSorted());
    expect(unnamedWords(half)).toHaveLength(2);
    for (const [name, list] of parseWords('{"site": ["north", "west", "south"]}')) known.add(`input.${name}`, list);
    const all = known.named(learned);
    expect([categoriesOf(all).names.toSorted(), unnamedWords(categoriesOf(all))]).toEqual([words, []]);
    expect(all.features.map(({ counts }) => counts)).toEqual(learned.features.map(({ counts }) => counts));
    const ranks = [learned, all].map((profile) => words.map((word) => categoryRanks(categoriesOf(profile))(categoryCode(word))));
    expect(ranks[1]).toEqual(ranks[0]);
  });

  it('stay codes where nobody names them, whatever is known of another feature or learned elsewhere', () => {
    const known = new KnownWords();
    known.add('input.colour', words);
    known.addProfile(learned);
    expect(known.named(learned)).toEqual(learned);
    const unnamed = unnamedWords(categoriesOf(learned));
    expect(unnamed.every((name) => /^#[\da-f]{6}$/.test(name))).toBe(true);
    expect(unnamedInWords(unnamed.slice(0, 1))).toMatch(/^#[\da-f]{6} is a word that the device learned; its text is not sent\. /);
    expect(unnamedInWords([...unnamed, '#000001'])).toMatch(/^#\w+, #\w+, #\w+ and 1 more are words that the device learned; their text is not sent\. /);
    expect(unnamedWords(categoriesOf(packaged(words)))).toEqual([]);
  });

  it.each([
    ['[]', 'no object'],
    ['{"site": "north"}', '"site", which is no such list'],
    ['{"site": ["north", 3]}', '"site"[1], which is no word'],
    ['{"site": ', 'expected one JSON object'],
  ])('are named by no list such as %s', (text, says) => {
    expect(() => parseWords(text)).toThrow(says);
  });
});

// stats/warm-up: the words that a device learned in its warm-up: it saw their codes alone, since an app sends no text. Where somebody else names a word of the same model
// (a packaged profile, a list in a bundle), it is shown by that; codes and counts stay as they are. A word that nobody names goes by `#` and its code.
import { failure } from '@holdfast/base';
import type { ReferenceCategories } from '../categories.ts';
import { categoryCode } from '../descriptors/category.ts';
import type { ReferenceProfile } from '../profile.ts';

export const words_limits = { text_bytes_max: 1_048_576, words_max: 10_000 } as const;

/** Whether words of it go by their codes. */
export const hasCodes = ({ features }: ReferenceProfile): boolean => features.some(({ categories }) => categories?.codes !== undefined);

export class KnownWords {
  readonly #by_feature = new Map<string, Map<number, string>>();

  /** Of two words with one code (1 pair in 16 million) the one that was told first is shown. */
  add(feature: string, words: readonly string[]): void {
    const known = this.#by_feature.get(feature) ?? new Map<number, string>();
    this.#by_feature.set(feature, known);
    for (const word of words) if (!known.has(categoryCode(word))) known.set(categoryCode(word), word);
  }

  addProfile({ features }: ReferenceProfile): void {
    for (const { name, categories } of features) if (categories && !categories.codes) this.add(name, categories.names);
  }

  /** The profile with what is known in place of codes. */
  named(profile: ReferenceProfile): ReferenceProfile {
    const features = profile.features.map((feature) => {
      const { name, categories } = feature;
      const known = this.#by_feature.get(name);
      if (!categories?.codes || !known) return feature;
      const names = categories.names.map((shown, at) => known.get(categories.codes![at]!) ?? shown);
      return { ...feature, categories: { ...categories, names } };
    });
    return { ...profile, features };
  }
}

/** The names that are no words but their codes. */
export const unnamedWords = ({ names, codes }: ReferenceCategories): string[] =>
  names.filter((name, at) => codes !== undefined && categoryCode(name) !== codes[at]);

/** What to say beside them. */
export function unnamedInWords(unnamed: readonly string[]): string {
  const shown = unnamed.slice(0, 3).join(', ');
  const rest = unnamed.length > 3 ? ` and ${unnamed.length - 3} more` : '';
  const learned =
    unnamed.length === 1 ? 'is a word that the device learned; its text is not sent' : 'are words that the device learned; their text is not sent';
  return `${shown}${rest} ${learned}. A profile of another version, or a words.json in a bundle, may name ${unnamed.length === 1 ? 'it' : 'them'}.`;
}

/** The words of `words.json` by the names that the app logs them by: {"site": ["north", "south"]}. Fails with HF-REG-005. */
export function parseWords(text: string): ReadonlyMap<string, readonly string[]> {
  const refuse = (saw: string) =>
    failure('HF-REG-005', { file: 'words.json', saw, expected: `{"feature": [words]}, at most ${words_limits.words_max} words each` });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw failure('HF-REG-005', { file: 'words.json', saw: (cause as Error).message, expected: 'one JSON object' }, cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse('no object');
  const lists = Object.entries(value);
  for (const [name, words] of lists) {
    if (!Array.isArray(words) || words.length > words_limits.words_max) throw refuse(`${JSON.stringify(name)}, which is no such list`);
    const wrong = words.findIndex((word) => typeof word !== 'string');
    if (wrong >= 0) throw refuse(`${JSON.stringify(name)}[${wrong}], which is no word`);
  }
  return new Map(lists as [string, string[]][]);
}

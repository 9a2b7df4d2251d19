// stats: a feature that is a word (a colour, a site) on bins: each frequent word has a bin of its own, most frequent first, then come the rarer ones together,
// then those that the reference never had. A word travels as its code (descriptors/category.ts); its rank is the value that is counted, so counts, evidence,
// merging and pictures are those of every feature. Tests of them take no order into account: categories have none.
// Limits: 30 bins of words, 1,000 rarer ones known by code; where there are more, what is new cannot be told from what is rare and counts as rare.
import { choiceOf } from './choice.ts';
import { categoryCode } from './descriptors/category.ts';
import { type SeldomSeen, independent_max } from './unseen.ts';

export interface ReferenceCategories {
  /** Of the first bins, most frequent first. */
  readonly names: readonly string[];
  /** Codes of the rarer ones; null where there were too many to keep. */
  readonly others: readonly number[] | null;
  /** Of the names, where they were made of codes because nobody knew the words: a device that warms up sees codes alone. */
  readonly codes?: readonly number[];
  /** How many of all words the reference has once, and twice; absent from profiles of before, and where they were chosen before they were counted. */
  readonly seldom?: Pick<SeldomSeen, 'once' | 'twice'>;
}

export const category_limits = { names_max: 30, others_max: 1_000 } as const;

export function categoriesOf(words: readonly (string | null)[]): ReferenceCategories {
  const counts = new Map<string, number>();
  for (const word of words) if (word !== null) counts.set(word, (counts.get(word) ?? 0) + 1);
  const sorted = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([word]) => word);
  const names = sorted.slice(0, category_limits.names_max);
  const others = sorted.slice(names.length).map(categoryCode);
  const often = (times: number) => sorted.filter((word) => counts.get(word) === times).length;
  return { names, others: others.length > category_limits.others_max ? null : others, seldom: { once: often(1), twice: often(2) } };
}

/** Of codes and how often each was seen, where the words are not known: they go by their codes. `all` is false where rarer ones were forgotten. */
export function categoriesOfCodes(counts: readonly (readonly [code: number, count: number])[], all: boolean): ReferenceCategories {
  const sorted = [...counts].sort(([a, n], [b, m]) => m - n || a - b).map(([code]) => code);
  const [codes, others] = [sorted.slice(0, category_limits.names_max), sorted.slice(category_limits.names_max)];
  const names = codes.map((code) => `#${code.toString(16).padStart(6, '0')}`);
  return { names, others: all && others.length <= category_limits.others_max ? others : null, codes };
}

/** Between the ranks: as many edges as there are words with a bin, and one more before what is new. */
export const categoryEdges = ({ names }: ReferenceCategories): number[] => Array.from({ length: names.length + 1 }, (_, i) => i + 0.5);

/** What each bin is. */
export const categoryBins = ({ names }: ReferenceCategories): string[] => [...names, 'rarer ones', 'never seen before'];

/** From a code to its rank; NaN stays NaN. */
export function categoryRanks({ names, others, codes }: ReferenceCategories): (code: number) => number {
  const ranks = new Map(others?.map((code) => [code, names.length]));
  names.forEach((name, rank) => ranks.set(codes?.[rank] ?? categoryCode(name), rank));
  const unknown = others === null ? names.length : names.length + 1;
  return (code) => (Number.isFinite(code) ? (ranks.get(code) ?? unknown) : Number.NaN);
}

/**
 * The counts with the last two bins as one, as evidence reads them: which words have a bin, or are known as rare, the reference itself chose, so that its 0 of
 * new ones is no surprise. What its choice adds to the named ones is in `errorsOfOrder`.
 */
export const foldNews = (counts: readonly number[]): number[] =>
  counts.map((count, bin) => (bin === counts.length - 1 ? 0 : bin === counts.length - 2 ? count + counts.at(-1)! : count));

/**
 * Of all words, how many the reference has once and twice, which says how many it may lack; null where new ones cannot be told from rare ones. Where it is not
 * known, all rare ones may be such. Where the words were chosen before they were counted, the counts have new ones themselves.
 */
export function seldomOf({ names, others, codes, seldom }: ReferenceCategories, counts: readonly number[]): SeldomSeen | null {
  if (others === null) return null;
  const rare = others.length;
  if (seldom) return { ...seldom, rare };
  if (codes) return { once: counts.at(-1)!, twice: 0, rare };
  return { once: others.length + counts.slice(0, names.length).filter((count) => count === 1 || count === 2).length, twice: 0, rare };
}

/**
 * By how many a reference's error, squared, is larger where its values are words. They stand in the order of how often it has them, so that its errors add up along it:
 * as many as there are bins but one. And it chose those that have a bin, where not all have one (choice.ts).
 */
export function errorsOfOrder({ categories, counts, autocorrelation_time: time = 1 }: Ordered): number {
  if (!categories) return 1;
  const rest = counts.at(-2)! + counts.at(-1)!;
  if (counts.at(-2) === 0) return counts.length - 1;
  const others = time > independent_max ? null : categories.others;
  const { sum, square } = choiceOf(counts.slice(0, -2), sumOf(counts), others?.length ?? Number.POSITIVE_INFINITY, time);
  return counts.length - 1 + square + (sum * sum) / (rest * time);
}

interface Ordered {
  readonly categories?: ReferenceCategories;
  readonly counts: readonly number[];
  readonly autocorrelation_time?: number;
}

const sumOf = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

// stats: a window against its reference profile: distance and p-value of a feature's values, of what is missing of it, and of the classes.
// Where the profile has conditions, the window is compared with the whole and with each condition, and the nearest is what counts: the null is
// "the window comes from one of them", for which the largest p-value is valid (an intersection-union test: R. L. Berger, Technometrics 24(4), 1982).
import { seldomOf } from './categories.ts';
import { reference_limits } from './detectors/e-reference.ts';
import { kuiperOnBins } from './distances/kuiper.ts';
import { totalVariation } from './distances/total-variation.ts';
import type { ReferenceClasses, ReferenceFeature } from './profile.ts';
import { type Share, fisherGreater } from './tests/fisher.ts';
import { beyond, kuiperError, mixError } from './reference-error.ts';
import { gTest } from './tests/g-test.ts';
import { kolmogorovSmirnovOnBins } from './tests/kolmogorov-smirnov.ts';
import { wordsTest } from './tests/words-test.ts';
import { type SeldomSeen, independent_max, unseenShare } from './unseen.ts';

export interface Reading {
  /** Effect size, 0 to 1. */
  readonly distance: number;
  readonly p_value: number;
}

/** Kolmogorov-Smirnov on the bins of the feature; of words, which have no order, their own test. */
export function readFeature(reference: Pick<ReferenceFeature, 'counts' | 'conditions' | 'categories'>, counts: readonly number[]): Reading {
  const { categories } = reference;
  if (categories) return readWords({ ...reference, seldom: seldomOf(categories, reference.counts) }, counts);
  return nearest(referencesOf(reference), (each) => kolmogorovSmirnovOnBins(each, counts));
}

/** Kuiper's distance on the bins (of words, total variation) to the nearest reference, as far as it is beyond the reference's own error. */
export function effectOf(
  reference: Pick<ReferenceFeature, 'counts' | 'conditions' | 'categories' | 'autocorrelation_time'>,
  counts: readonly number[],
): number {
  const effect = (each: readonly number[]) =>
    reference.categories
      ? beyond(totalVariation(each, counts), mixError(sumOf(each), each.length))
      : beyond(kuiperOnBins(each, counts), kuiperError(sumOf(each) / (reference.autocorrelation_time ?? 1)));
  return Math.min(...referencesOf(reference).map(effect));
}

/** G test and total variation of the class counts. */
export function readClasses(reference: Pick<ReferenceClasses, 'counts' | 'conditions'>, counts: readonly number[]): Reading {
  return nearest(referencesOf(reference), (each) => ({ distance: totalVariation(each, counts), p_value: gTest(each, counts).p_value }));
}

/** The test of words (tests/words-test.ts) and the total variation, which counts all bins apart. */
export function readWords(reference: ReferenceWords, counts: readonly number[]): Reading {
  return nearest(referencesOf(reference), (each) => ({
    distance: totalVariation(each, counts),
    p_value: wordsTest(each, counts, reference.seldom),
  }));
}

/** Counts of words, whose last two bins are the rarer ones and those that the reference never had. */
export type ReferenceWords = Pick<ReferenceClasses, 'counts' | 'conditions'> & {
  /** Null where new ones cannot be told from rare ones. */
  readonly seldom: SeldomSeen | null;
};

/**
 * Fisher's exact test of "missing more often than in the reference". The distance is by how much more often: the total variation of there and not
 * there, on the scale of the other distances. Where neither side misses a value, no window could be a suspect: p is NaN, which Holm takes as not
 * tested (R. E. Tarone, Biometrics 46(2), 1990: what the margins of a table rule out need not be paid for).
 */
export function readMissing(references: readonly Share[], current: Share): Reading {
  if (references[0]!.hits + current.hits === 0) return { distance: 0, p_value: Number.NaN };
  return nearest(references, (each) => ({ distance: Math.max(0, shareOf(current) - shareOf(each)), p_value: fisherGreater(each, current) }));
}

/** What is missing of a feature in the whole reference, then in each condition that is enough. */
export function missingOf(reference: ReferenceFeature): Share[] {
  const share = (hits: number, counts: readonly number[]) => ({ hits, n: hits + sumOf(counts) });
  const parts = (reference.conditions ?? []).map((counts, i) => share(reference.conditions_missing?.[i] ?? 0, counts));
  return [share(reference.missing ?? 0, reference.counts), ...parts.filter(({ n }) => n >= reference_limits.values_min)];
}

/**
 * The largest share of new words that is no drift, of the condition where it is greatest: each may be the one that has the words that were seen once. Null where it
 * cannot be told: a word that stays for a while is never seen once, so that of 100 such visits to 200 places none looks rare, and most of what is to come is new.
 */
export function unseenLimit(reference: Pick<ReferenceFeature, 'counts' | 'conditions' | 'categories' | 'autocorrelation_time'>): number | null {
  const { categories, counts, autocorrelation_time = 1 } = reference;
  const seldom = categories && autocorrelation_time <= independent_max ? seldomOf(categories, counts) : null;
  return seldom ? Math.max(...referencesOf(reference).map((each) => unseenShare(seldom, sumOf(each)))) : null;
}

/** 0 where nothing was looked at. */
export const shareOf = ({ hits, n }: Share): number => (n === 0 ? 0 : hits / n);

export const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** The whole, and each condition that is enough: one of no value or a few is no reference, since nearly anything would fit it, and no drift would ever be seen. */
export function referencesOf(reference: Pick<ReferenceClasses, 'counts' | 'conditions'>): (readonly number[])[] {
  return [reference.counts, ...(reference.conditions ?? []).filter((counts) => sumOf(counts) >= reference_limits.values_min)];
}

/** The smallest distance and the largest p-value. */
function nearest<R>(references: readonly R[], read: (reference: R) => Reading): Reading {
  const readings = references.map(read);
  return { distance: Math.min(...readings.map((each) => each.distance)), p_value: Math.max(...readings.map((each) => each.p_value)) };
}

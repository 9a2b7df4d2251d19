// stats/report: one column of both sides: which test, its p, and the effects that are shown beside it. Nothing is decided here: that is the drift rule.
// - Numbers: Kolmogorov-Smirnov. While both sides are kept, on the values: exactly where that is cheap (both of one size, or at most 4 million pairs), else
//   by the law of large samples; beyond that on the frozen bins of the reference, whose limit law lies above the true one (conservative).
// - Numbers of few values (at most 20 in the reference, each there 5 times in the mean) and words: the G test; what the reference has not joins the thin categories.
// - Text: its length, as a number. Time: shown only, since time moves on by itself.
// An empty side is not tested (p NaN). Values of which the reference has none cannot be compared: never clean.
import { type Counter, missingCounter } from '../counters.ts';
import { jensenShannon } from '../distances/jensen-shannon.ts';
import { populationStabilityIndex } from '../distances/population-stability.ts';
import { totalVariation } from '../distances/total-variation.ts';
import { wasserstein1, wasserstein1OnBins } from '../distances/wasserstein.ts';
import { type Reading, readMissing, sumOf } from '../reading.ts';
import type { Compared } from '../rule.ts';
import { variance } from '../sketches/moments.ts';
import { kolmogorovSmirnov } from '../tests/kolmogorov-smirnov-two-sample.ts';
import { kolmogorovSmirnovOnBins } from '../tests/kolmogorov-smirnov.ts';
import { wordsTest } from '../tests/words-test.ts';
import type { CategoryReference, CategorySide } from './category-counts.ts';
import type { ColumnKind, Effects, ReportColumn, SideSummary } from './column.ts';
import type { NumericReference, NumericSide } from './numeric-side.ts';
import { intervalPicture, wordPicture } from './picture.ts';

/** A column before the correction: what the rule judges, and what the report shows of it. */
export interface Draft {
  readonly compared: Compared | { readonly name: string };
  readonly shown: Pick<ReportColumn, 'kind' | 'test' | 'method' | 'effects' | 'reference' | 'current' | 'counters' | 'picture' | 'note'>;
}

const few_values = 20;
const rows_a_value = 5;
const pairs_max = 4_000_000;
const untested: Reading = { distance: 0, p_value: Number.NaN };

export function compareNumbers(name: string, kind: Exclude<ColumnKind, 'category'>, reference: NumericReference, current: NumericSide): Draft {
  const { test, method, reading, note } = kind === 'time' ? shownOnly : testNumbers(reference, current);
  const [low, high] = [Math.min(...ends(reference, 'min'), ...ends(current, 'min')), Math.max(...ends(reference, 'max'), ...ends(current, 'max'))];
  const fine = { edges: reference.edges, reference: reference.counts, current: current.counts, low, high };
  const counters = numericCounters(kind, reference, current);
  const shown = { kind, test, method, note, ...summaries(reference, current), counters, picture: intervalPicture(fine) };
  return { compared: comparedOf(name, reading, reference, current), shown: { ...shown, effects: method === null ? null : numericEffects(reference, current) } };
}

const shownOnly = { test: 'none', method: null, reading: untested, note: 'Shown, not tested: time moves on by itself.' } as const;

const ends = ({ moments }: NumericSide, end: 'min' | 'max'): number[] => (moments.count > 0 ? [moments[end]] : []);

function testNumbers(reference: NumericReference, current: NumericSide) {
  const [n, m] = [reference.moments.count, current.moments.count];
  if (n === 0 || m === 0) return { test: 'none', method: null, reading: untested, note: emptyNote(n, m) } as const;
  const { distinct, values } = reference;
  if (distinct !== null && distinct.length <= few_values && distinct.length * rows_a_value <= n) {
    const [a, b] = onValues(reference, current);
    return { test: 'g', method: 'counts', reading: readCategories(a, b), note: null } as const;
  }
  if (values === null || current.values === null)
    return { test: 'kolmogorov-smirnov', method: 'counts', reading: kolmogorovSmirnovOnBins(reference.counts, current.counts), note: null } as const;
  const method = n === m || n * m <= pairs_max ? 'exact' : 'asymptotic';
  const { statistic, p_value } = kolmogorovSmirnov(values, current.values, { method });
  return { test: 'kolmogorov-smirnov', method, reading: { distance: statistic, p_value }, note: null } as const;
}

/**
 * The last count of either side is that of whatever has no category of its own. Where the reference has all of its own apart, on the current side it is of new
 * ones; else new ones are among the rarer.
 */
function readCategories(reference: readonly number[], current: readonly number[]): Reading {
  const [named, theirs, others, hits] = [reference.slice(0, -1), current.slice(0, -1), reference.at(-1)!, current.at(-1)!];
  const often = (times: number) => named.filter((count) => count === times).length;
  const seldom = others > 0 ? null : { once: often(1), twice: often(2), rare: 0 };
  const p_value = wordsTest([...named, others, 0], seldom ? [...theirs, 0, hits] : [...theirs, hits, 0], seldom);
  return { distance: totalVariation(reference, current), p_value };
}

const emptyNote = (n: number, m: number): string =>
  n === 0 && m === 0
    ? 'Neither side has a value.'
    : n === 0
      ? 'The reference has no value: it cannot be compared. Make the reference of rows that have one.'
      : 'The current side has no value: nothing to compare with.';

/** Counts of each value of the reference, then those of all others. */
function onValues({ counts }: NumericReference, current: NumericSide): [number[], number[]] {
  const own = counts.flatMap((count, i) => (count > 0 ? [i] : []));
  const theirs = own.map((i) => current.counts[i]!);
  return [
    [...own.map((i) => counts[i]!), 0],
    [...theirs, current.moments.count - sumOf(theirs)],
  ];
}

const coarse_bins = 16;

export function numericEffects(
  reference: Pick<NumericReference, 'edges' | 'counts' | 'moments' | 'values'>,
  current: Pick<NumericSide, 'counts' | 'values'>,
): Effects {
  const sd = Math.sqrt(variance(reference.moments));
  const moved =
    reference.values !== null && current.values !== null
      ? wasserstein1(reference.values, current.values)
      : wasserstein1OnBins(reference.edges, reference.counts, current.counts);
  return { wasserstein_sd: sd > 0 ? moved / sd : null, ...countEffects(...coarse(reference.counts, current.counts)) };
}

export const countEffects = (reference: readonly number[], current: readonly number[]): Pick<Effects, 'jensen_shannon' | 'population_stability'> => ({
  jensen_shannon: jensenShannon(reference, current, 2),
  population_stability: populationStabilityIndex(reference, current),
});

/** Neighbours together, up to a sixteenth of the reference each: with finer bins both measures grow by chance alone. */
function coarse(reference: readonly number[], current: readonly number[]): [number[], number[]] {
  const share = sumOf(reference) / coarse_bins;
  const both: [number[], number[]] = [[], []];
  let held = share;
  reference.forEach((count, i) => {
    if (held >= share) for (const side of both) side.push(0);
    held = held >= share ? count : held + count;
    both[0][both[0].length - 1]! += count;
    both[1][both[1].length - 1]! += current[i]!;
  });
  return both;
}

export function compareWords(name: string, reference: CategoryReference, current: CategorySide): Draft {
  const [n, m] = [sumOf(reference.counts), sumOf(current.counts)];
  const empty = n === 0 || m === 0;
  const { counts } = reference;
  const reading = empty ? untested : readCategories(counts, current.counts);
  const side = ({ missing }: CategorySide, all: number): SideSummary => ({ rows: missing + all, missing, mean: null, sd: null, min: null, max: null });
  return {
    compared: comparedOf(name, reading, { missing: reference.missing, count: n }, { missing: current.missing, count: m }),
    shown: {
      kind: 'category',
      test: empty ? 'none' : 'g',
      method: empty ? null : 'counts',
      effects: empty ? null : { wasserstein_sd: null, ...countEffects(counts, current.counts) },
      reference: side(reference, n),
      current: side(current, m),
      counters: wordCounters(reference, current),
      picture: wordPicture(reference.words, counts, current.counts),
      note: empty ? emptyNote(n, m) : null,
    },
  };
}

/** What is no comparison: never clean, and never drifted. */
export function notComparable(name: string, kind: ColumnKind, note: string): Draft {
  const nothing = { rows: 0, missing: 0, mean: null, sd: null, min: null, max: null };
  return { compared: { name }, shown: { kind, test: 'none', method: null, effects: null, reference: nothing, current: nothing, picture: null, note } };
}

interface Presence {
  readonly missing: number;
  readonly count: number;
}
const presenceOf = (side: NumericSide | Presence): Presence => ('count' in side ? side : { missing: side.missing, count: side.moments.count });
const shareOf = ({ missing, count }: Presence) => ({ hits: missing, n: missing + count });

function comparedOf(name: string, values: Reading, reference: NumericSide | Presence, current: NumericSide | Presence): Draft['compared'] {
  const sides = [presenceOf(reference), presenceOf(current)] as const;
  if (sides[0].count === 0 && sides[1].count > 0) return { name };
  const [reference_missing, missing] = [shareOf(sides[0]), shareOf(sides[1])];
  return { name, values, absent: readMissing([reference_missing], missing), missing, reference_missing };
}

/** Time moves on by itself: it has no range to be outside of. */
function numericCounters(kind: ColumnKind, reference: NumericReference, current: NumericSide): Counter[] {
  const [of_reference, of_current] = [reference, current].map((side) => side.missing + side.moments.count) as [number, number];
  const both = (count: (side: NumericSide) => number) => ({
    reference: { count: count(reference), of: of_reference },
    current: { count: count(current), of: of_current },
  });
  const beyond: Counter[] = kind === 'time' ? [] : [{ kind: 'out_of_range', ...both((side) => side.out_of_range) }];
  return [{ kind: 'missing', ...both((side) => side.missing) }, { kind: 'infinite', ...both((side) => side.infinite) }, ...beyond];
}

/** Where the reference has more words than are counted apart, the others of the current side may be among them: then it is not known. */
function wordCounters(reference: CategoryReference, current: CategorySide): Counter[] {
  const [of_reference, of_current] = [reference, current].map(({ missing, counts }) => missing + sumOf(counts)) as [number, number];
  const is_whole = reference.counts.at(-1) === 0;
  return [
    missingCounter({ count: reference.missing, of: of_reference }, { count: current.missing, of: of_current }),
    { kind: 'new_category', reference: { count: 0, of: of_reference }, current: is_whole ? { count: current.counts.at(-1)!, of: of_current } : null },
  ];
}

function summaries(reference: NumericSide, current: NumericSide): Record<'reference' | 'current', SideSummary> {
  return { reference: momentsSummary(reference), current: momentsSummary(current) };
}

export function momentsSummary({ moments, missing }: Pick<NumericSide, 'moments' | 'missing'>): SideSummary {
  const rows = { rows: missing + moments.count, missing };
  if (moments.count === 0) return { ...rows, mean: null, sd: null, min: null, max: null };
  return { ...rows, mean: moments.mean, sd: Math.sqrt(variance(moments)), min: moments.min, max: moments.max };
}

// stats/tests: whether words come as often as in a reference that chose itself which of them have a bin: the most frequent ones, by counts that chance has a
// part in. What is chosen for being frequent is less so the next time, and what is new to a reference is so by its choice; a G test of all bins rejects for both.
// Rule: five tests under one level (Bonferroni, weighted). Clear words, which come three standard errors more often than the least with a bin, among each other, by
// the G test. The others with a bin among each other; the clear ones together against all others; all with a bin together against those without: each beyond
// what the choice adds (choice.ts). And whether more are new than such a reference lacks (unseen.ts). Where every word has a bin, the first is of all.
// Complexity: O(bins). Empty sides: p 1.
import { choiceOf, nearMax } from '../choice.ts';
import { binomialTail } from '../special/beta.ts';
import { chiSquareTail, normalTail } from '../special/gamma.ts';
import { type SeldomSeen, unseenShare } from '../unseen.ts';
import { gTest } from './g-test.ts';

/** Parts of the level. What is not taken goes to the words among each other. */
const parts = { near: 0.1, together: 0.1, fresh: 0.1 } as const;

/** Counts on bins, the last two of which are rarer words and new ones; `seldom` is null where new ones cannot be told from rare ones. */
export function wordsTest(reference: readonly number[], counts: readonly number[], seldom: SeldomSeen | null): number {
  const [n, m] = [sumOf(reference), sumOf(counts)];
  if (n === 0 || m === 0) return 1;
  const fresh = seldom ? binomialTail(counts.at(-1)!, m, unseenShare(seldom, n)) : 1;
  const left = seldom ? 1 - parts.fresh : 1;
  const is_chosen = reference.at(-2)! > 0;
  const known = is_chosen ? ofChosen(reference, counts, { level: left, rare: seldom?.rare ?? Number.POSITIVE_INFINITY }) : ofAll(reference, counts) / left;
  return Math.min(1, known, fresh / parts.fresh);
}

/** The G test where every word has a bin; what is new to the reference is thin. */
const ofAll = (reference: readonly number[], counts: readonly number[]): number =>
  gTest(reference.slice(0, -2), counts.slice(0, -2), [sumOf(reference.slice(-2)), sumOf(counts.slice(-2))]).p_value;

function ofChosen(reference: readonly number[], counts: readonly number[], { level, rare }: { level: number; rare: number }): number {
  const bins = reference.slice(0, -2).map((_, bin) => bin);
  const near_max = nearMax(reference.slice(0, -2));
  const [clear, near] = [bins.filter((bin) => reference[bin]! > near_max), bins.filter((bin) => reference[bin]! <= near_max)];
  const of = (some: readonly number[]) => [some.map((bin) => reference[bin]!), some.map((bin) => counts[bin]!)] as const;
  const tests = [
    gTest(...of(clear)).p_value / (level - parts.near - parts.together),
    amongNear(...of(near), { n: sumOf(reference), m: sumOf(counts), rare }) / parts.near,
    againstOthers(of(clear), [reference, counts], rare + near.length) / (parts.together / 2),
    againstOthers(of(bins), [reference, counts], rare) / (parts.together / 2),
  ];
  return Math.min(...tests);
}

const sumOf = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

function amongNear(known: readonly number[], seen: readonly number[], { n, m, rare }: { n: number; m: number; rare: number }): number {
  const { statistic, df } = gTest(known, seen);
  const added = (choiceOf(known, n, rare).square * m) / (n + m);
  return df === 0 ? 1 : chiSquareTail(Math.max(0, statistic - added), df);
}

/** Of some bins together; `others` is how many words there are beside at most. */
function againstOthers([known, seen]: Sides, [reference, counts]: Sides, others: number): number {
  const [n, m] = [sumOf(reference), sumOf(counts)];
  return sharesApart({ hits: sumOf(known), n }, { hits: sumOf(seen), n: m }, choiceOf(known, n, others).sum / n);
}

type Sides = readonly [reference: readonly number[], counts: readonly number[]];

/** p of two shares that are farther apart than `allowed`. */
function sharesApart(a: { hits: number; n: number }, b: { hits: number; n: number }, allowed: number): number {
  const pooled = (a.hits + b.hits) / (a.n + b.n);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / a.n + 1 / b.n));
  const apart = Math.abs(a.hits / a.n - b.hits / b.n) - allowed;
  return apart <= 0 || error === 0 ? 1 : 2 * normalTail(apart / error);
}

// stats/report: from fine bins to a picture: 32 intervals of one width between the outer half percents of both sides, or the commonest words.
// The counts of a fine bin are spread evenly over it; what lies beyond the outer intervals is counted into them, so each side keeps its sum.
// Complexity: O(bins). An empty side is all 0; where nothing is left to be drawn, there is no picture (null).
import type { Picture } from './column.ts';

export interface FineBins {
  /** edges.length + 1 counts a side; the outer bins end at `low` and `high`. */
  readonly edges: readonly number[];
  readonly reference: readonly number[];
  readonly current: readonly number[];
  /** The smallest and the largest value of both sides. */
  readonly low: number;
  readonly high: number;
}

const intervals = 32;
const words_max = 24;
const outer_share = 0.005;

export function intervalPicture(fine: FineBins): Picture | null {
  const spans = spansOf(fine);
  if (spans.length === 0 || !(fine.high >= fine.low)) return null;
  const [from, to] = rangeOf(fine, spans);
  const edges = Array.from({ length: intervals + 1 }, (_, i) => from + ((to - from) * i) / intervals);
  return { kind: 'intervals', edges, reference: spread(spans, 'reference', from, to), current: spread(spans, 'current', from, to) };
}

interface Span {
  readonly low: number;
  readonly high: number;
  readonly reference: number;
  readonly current: number;
}

function spansOf({ edges, reference, current, low, high }: FineBins): Span[] {
  return reference.flatMap((count, i) => {
    const from = Math.min(Math.max(low, edges[i - 1] ?? low), high);
    const to = Math.max(from, Math.min(high, edges[i] ?? high));
    return count + current[i]! > 0 ? [{ low: from, high: to, reference: count, current: current[i]! }] : [];
  });
}

/** Where both sides, each taken as one, have all but their outer half percents; never without width. */
function rangeOf({ reference, current }: FineBins, spans: readonly Span[]): [number, number] {
  const [n, m] = [sum(reference) || 1, sum(current) || 1];
  const share = ({ reference: r, current: c }: Span) => Math.max(r / n, c / m);
  const from = outermost(spans, share, (span) => span.low);
  const to = outermost([...spans].reverse(), share, (span) => span.high);
  const wide = Math.abs(from) * 1e-9 + Number.MIN_VALUE;
  return to - from > wide ? [from, to] : [from - 0.5, to + 0.5];
}

function outermost(spans: readonly Span[], share: (span: Span) => number, end: (span: Span) => number): number {
  let passed = 0;
  for (const span of spans) {
    passed += share(span);
    if (passed > outer_share) return end(span);
  }
  return end(spans.at(-1)!);
}

function spread(spans: readonly Span[], side: 'reference' | 'current', from: number, to: number): number[] {
  const counts = Array.from({ length: intervals }, () => 0);
  const at = (value: number) => ((Math.min(Math.max(value, from), to) - from) / (to - from)) * intervals;
  for (const span of spans) {
    const [first, last] = [at(span.low), at(span.high)];
    const begin = Math.min(Math.floor(first), intervals - 1);
    const end = Math.min(Math.ceil(last) - 1, intervals - 1);
    if (end <= begin) counts[begin]! += span[side];
    else for (let i = begin; i <= end; i++) counts[i]! += (span[side] * (Math.min(i + 1, last) - Math.max(i, first))) / (last - first);
  }
  return counts;
}

/** The last count of either side is that of all words that have none of their own. */
export function wordPicture(words: readonly string[], reference: readonly number[], current: readonly number[]): Picture | null {
  const [n, m] = [sum(reference) || 1, sum(current) || 1];
  const weight = (i: number) => Math.max(reference[i]! / n, current[i]! / m);
  const order = words.map((_, i) => i).sort((a, b) => weight(b) - weight(a) || a - b);
  const shown = order.slice(0, words_max);
  const pick = (counts: readonly number[]) => {
    const own = shown.map((i) => counts[i]!);
    return [...own, sum(counts) - sum(own)];
  };
  const both = { reference: pick(reference), current: pick(current) };
  if (sum(reference) + sum(current) === 0) return null;
  const names = [...shown.map((i) => words[i]!), 'all others'];
  const keep = (_: unknown, i: number) => i < names.length - 1 || both.reference[i]! + both.current[i]! > 0;
  return { kind: 'words', words: names.filter(keep), reference: both.reference.filter(keep), current: both.current.filter(keep) };
}

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);

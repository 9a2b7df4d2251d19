// web/traces: the spans of a trace as a tree in the order in which it is read, each with its place in time. Pure.
import type { Span } from './queries.ts';

export interface SpanLine {
  readonly span: Span;
  readonly depth: number;
  /** Shares of the whole trace, 0 to 1. */
  readonly from: number;
  readonly to: number;
}

/** A span whose parent is not here stands at the root, and so does one of a circle, which no honest client sends. */
export function treeOf(spans: readonly Span[]): SpanLine[] {
  const known = new Set(spans.map(({ id }) => id));
  const inside = Map.groupBy(spans, ({ id, parent }) => (parent !== null && parent !== id && known.has(parent) ? parent : ''));
  const [begin, end] = extentOf(spans);
  const placed = new Set<string>();
  const lines: SpanLine[] = [];
  const share = (at_us: number): number => (end > begin ? (at_us - begin) / (end - begin) : 0);
  const place = (roots: readonly Span[]) => {
    const open = roots.toReversed().map((span) => ({ span, depth: 0 }));
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { span, depth } = next;
      if (placed.has(span.id)) continue;
      placed.add(span.id);
      lines.push({ span, depth, from: share(span.start_us), to: share(span.duration_us === null ? end : span.start_us + span.duration_us) });
      for (const child of (inside.get(span.id) ?? []).toReversed()) open.push({ span: child, depth: depth + 1 });
    }
  };
  place(inside.get('') ?? []);
  for (const span of spans) place([span]);
  return lines;
}

/** From the first begin to the last end; a span that has not ended reaches as far as the others. */
function extentOf(spans: readonly Span[]): readonly [number, number] {
  const starts = spans.map(({ start_us }) => start_us);
  const ends = spans.map(({ start_us, duration_us }) => start_us + (duration_us ?? 0));
  return [starts.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY), ends.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)];
}

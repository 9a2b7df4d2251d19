// tracking: which spans of a batch still fit into their traces. A span that is there already takes the place that it has.
import type { Db } from '@holdfast/postgres';
import { type NewSpan, spanSizes } from './span-table.ts';
import { trace_limits } from './trace-limits.ts';
import type { Span, TraceRow } from './trace-types.ts';

export interface Fitting {
  readonly kept: readonly NewSpan[];
  /** By how much each trace grew. */
  readonly grown: ReadonlyMap<number, { readonly spans: number; readonly bytes: number }>;
  readonly refused: number;
  readonly why: string | undefined;
}

export async function fitting(trx: Db, held: readonly { readonly row: TraceRow }[], by_trace: ReadonlyMap<string, readonly Span[]>): Promise<Fitting> {
  const own = held.map(({ row }) => ({ row, spans: by_trace.get(row.id)! }));
  const known = await spanSizes(trx, own.map(({ row }) => row.num), own.flatMap(({ spans }) => spans.map((span) => span.span_id))); // prettier-ignore
  const parts = own.map(({ row, spans }) => ({ num: row.num, ...ofOne(row, spans, known) }));
  return {
    kept: parts.flatMap((part) => part.kept),
    grown: new Map(parts.map(({ num, grown }) => [num, grown])),
    refused: parts.reduce((sum, part) => sum + part.refused, 0),
    why: parts.find((part) => part.why !== undefined)?.why,
  };
}

function ofOne(row: TraceRow, spans: readonly Span[], known: ReadonlyMap<string, number>) {
  const kept: NewSpan[] = [];
  const grown = { spans: 0, bytes: 0 };
  let why: string | undefined;
  for (const span of spans) {
    const size_bytes = sizeOf(span);
    const before = known.get(`${row.num}/${span.span_id}`);
    const next = { spans: grown.spans + (before === undefined ? 1 : 0), bytes: grown.bytes + size_bytes - (before ?? 0) };
    const wrong = tooMuch(row, next, size_bytes);
    why ??= wrong;
    if (wrong === undefined) {
      kept.push({ trace: row.num, span, size_bytes });
      Object.assign(grown, next);
    }
  }
  return { kept, grown, refused: spans.length - kept.length, why };
}

function tooMuch(row: TraceRow, next: { spans: number; bytes: number }, size_bytes: number): string | undefined {
  const { spans_max, trace_bytes_max, span_bytes_max } = trace_limits;
  if (size_bytes > span_bytes_max) return `a span of trace ${row.id} has ${size_bytes} bytes, the limit is ${span_bytes_max}`;
  if (row.spans + next.spans > spans_max) return `trace ${row.id} has ${row.spans} spans, the limit is ${spans_max}`;
  if (row.span_bytes + next.bytes > trace_bytes_max) return `the spans of trace ${row.id} have ${row.span_bytes} bytes, the limit is ${trace_bytes_max}`;
  return undefined;
}
const sizeOf = ({ name, status_message, attributes, events, links }: Span): number =>
  Buffer.byteLength(name) + Buffer.byteLength(JSON.stringify([status_message, attributes, events, links]));

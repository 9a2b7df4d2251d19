// The only SQL of trace_span: a row a span, its attributes in one column, its events and links in another.
import { type Db, sql } from '@holdfast/postgres';
import type { Span, SpanRest, SpanRow } from './trace-types.ts';

export interface NewSpan {
  readonly trace: number;
  readonly span: Span;
  readonly size_bytes: number;
}

/** The sizes of those that are there already, by `trace/span`. */
export async function spanSizes(trx: Db, traces: readonly number[], span_ids: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ key: string; size_bytes: number }>`select trace || '/' || span_id as key, size_bytes from trace_span
    where trace = any(${[...traces]}::bigint[]) and span_id = any(${[...span_ids]}::text[])`.execute(trx);
  return new Map(rows.map((row) => [row.key, row.size_bytes]));
}

/** A span that is there already is written over: it is one. The rows of one call are of different spans. */
export async function putSpans(trx: Db, given: readonly NewSpan[]): Promise<void> {
  const column = <T>(of: (one: NewSpan) => T): T[] => given.map(of);
  const rest = ({ kind, status_message, events, links }: Span): SpanRest => ({ kind, status_message, events, links });
  await sql`insert into trace_span (trace, span_id, parent_id, name, type, status, start_ns, end_ns, size_bytes, attributes, rest)
    select * from unnest(${column((s) => s.trace)}::bigint[], ${column((s) => s.span.span_id)}::text[], ${column((s) => s.span.parent_id)}::text[],
      ${column((s) => s.span.name)}::text[], ${column((s) => typeOf(s.span))}::text[], ${column((s) => s.span.status)}::text[],
      ${column((s) => String(s.span.start_ns))}::bigint[], ${column((s) => s.span.end_ns?.toString() ?? null)}::bigint[],
      ${column((s) => s.size_bytes)}::integer[], ${column((s) => JSON.stringify(s.span.attributes))}::jsonb[], ${column((s) => JSON.stringify(rest(s.span)))}::jsonb[])
    on conflict (trace, span_id) do update set parent_id = excluded.parent_id, name = excluded.name, type = excluded.type, status = excluded.status,
      start_ns = excluded.start_ns, end_ns = excluded.end_ns, size_bytes = excluded.size_bytes, attributes = excluded.attributes, rest = excluded.rest`.execute(
    trx,
  );
}
/** What MLflow calls the type of a span. */
function typeOf({ attributes }: Span): string {
  const type = attributes['mlflow.spanType'];
  return type && 'string_value' in type && type.string_value ? type.string_value.slice(0, 100) : 'UNKNOWN';
}

/** All spans of a trace in the order in which they began. */
export async function spansOf(db: Db, trace: number): Promise<SpanRow[]> {
  const { rows } = await sql<SpanRow>`select span_id, parent_id, name, status, start_ns::text, end_ns::text, attributes, rest
    from trace_span where trace = ${trace} order by trace_span.start_ns, span_id`.execute(db);
  return rows;
}

// mlflow: a span as it is read off the wire, before it is known to be one. What it lacks, or has too much of, refuses this span alone.
import type { Span, SpanAttributes, SpanEvent, SpanLink, SpanValue } from '@holdfast/tracking';

export const otlp_limits = {
  /** A request, and what it unpacks to. */
  body_bytes_max: 16_777_216,
  unpacked_bytes_max: 33_554_432,
  spans_max: 10_000,
  /** Spans, attributes, events and values together: each is an object in memory, and two bytes on the wire. */
  messages_max: 500_000,
  attributes_max: 1_024,
  events_max: 1_024,
  links_max: 1_024,
  /** Of messages in each other; a list in a list is two of them. */
  depth_max: 64,
  name_chars_max: 1_024,
  key_chars_max: 1_024,
} as const;

export type Pairs = (readonly [string, SpanValue])[];
export interface EventDraft {
  time_ns: bigint;
  name: string;
  attributes: Pairs;
}
export interface LinkDraft {
  trace_id: string;
  span_id: string;
  attributes: Pairs;
}
export interface SpanDraft {
  trace_id: string;
  span_id: string;
  parent_id: string;
  name: string;
  kind: number;
  start_ns: bigint;
  end_ns: bigint;
  status_code: number;
  status_message: string;
  attributes: Pairs;
  events: EventDraft[];
  links: LinkDraft[];
}
export interface Batch {
  readonly spans: { readonly draft: SpanDraft; readonly resource: Pairs }[];
}

export const emptySpan = (): SpanDraft => ({
  trace_id: '',
  span_id: '',
  parent_id: '',
  name: '',
  kind: 0,
  start_ns: 0n,
  end_ns: 0n,
  status_code: 0,
  status_message: '',
  attributes: [],
  events: [],
  links: [],
});

/** PostgreSQL keeps no NUL and no half of a surrogate pair. */
export const clean = (text: string): string => text.toWellFormed().replaceAll('\0', '\u{fffd}');

const longest = 2n ** 63n - 1n;
const isId = (hex: string, digits: number): boolean => hex.length === digits && !/^0*$/.test(hex);

/** Why a draft is no span that can be kept; undefined where it is one. */
function fault(draft: SpanDraft): string | undefined {
  const { attributes, events, links } = draft;
  if (!isId(draft.trace_id, 32)) return 'trace_id is required: 16 bytes that are not all zero';
  if (!isId(draft.span_id, 16)) return 'span_id is required: 8 bytes that are not all zero';
  if (draft.parent_id !== '' && draft.parent_id.length !== 16) return 'parent_span_id has to be 8 bytes';
  if (draft.name.length > otlp_limits.name_chars_max) return `the name of a span has at most ${otlp_limits.name_chars_max} characters`;
  if (draft.start_ns > longest || draft.end_ns > longest) return 'a time is beyond the year 2262';
  const counts = { attributes: attributes.length, events: events.length, links: links.length };
  const most = { attributes: otlp_limits.attributes_max, events: otlp_limits.events_max, links: otlp_limits.links_max };
  for (const what of ['attributes', 'events', 'links'] as const)
    if (counts[what] > most[what]) return `a span has ${counts[what]} ${what}, the limit is ${most[what]}`;
  return [...events, ...links].some((one) => one.attributes.length > otlp_limits.attributes_max) ? 'an event or link has too many attributes' : undefined;
}

/** The last value of a key counts. */
const attributesOf = (pairs: Pairs): SpanAttributes =>
  Object.fromEntries(pairs.map(([key, value]) => [clean(key).slice(0, otlp_limits.key_chars_max).toWellFormed(), value]));
const eventOf = ({ time_ns, name, attributes }: EventDraft): SpanEvent => ({
  time_ns: String(time_ns),
  name: clean(name),
  attributes: attributesOf(attributes),
});
const linkOf = ({ trace_id, span_id, attributes }: LinkDraft): SpanLink => ({ trace_id, span_id, attributes: attributesOf(attributes) });

/** What of a batch can be kept; of the rest how many, and why the first of them. */
export function spansOf(batch: Batch): { spans: Span[]; refused: number; why: string | undefined } {
  const spans: Span[] = [];
  let why: string | undefined;
  for (const { draft, resource } of batch.spans) {
    const wrong = fault(draft);
    why ??= wrong;
    if (wrong === undefined) spans.push(spanOf(draft, attributesOf(resource.slice(0, otlp_limits.attributes_max))));
  }
  return { spans, refused: batch.spans.length - spans.length, why };
}

function spanOf(draft: SpanDraft, resource: SpanAttributes): Span {
  const { trace_id, span_id, parent_id, kind, start_ns, end_ns } = draft;
  return {
    trace_id,
    span_id,
    parent_id: parent_id === '' || /^0*$/.test(parent_id) ? null : parent_id,
    name: clean(draft.name),
    kind: kind >= 0 && kind <= 5 ? kind : 0,
    start_ns,
    end_ns: end_ns === 0n ? null : end_ns,
    status: draft.status_code === 2 ? 'ERROR' : draft.status_code === 1 ? 'OK' : 'UNSET',
    status_message: clean(draft.status_message),
    attributes: attributesOf(draft.attributes),
    events: draft.events.map(eventOf),
    links: draft.links.filter((link) => isId(link.trace_id, 32) && isId(link.span_id, 16)).map(linkOf),
    resource,
  };
}

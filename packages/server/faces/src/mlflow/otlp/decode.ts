// mlflow: ExportTraceServiceRequest of OTLP, in protobuf (opentelemetry-proto 1.x, trace/v1/trace.proto): the fields that are kept, by their numbers.
import type { SpanValue } from '@holdfast/tracking';
import { type Fields, NotProtobuf, ProtobufReader } from './protobuf.ts';
import { type Batch, type EventDraft, type LinkDraft, type Pairs, type SpanDraft, clean, emptySpan, otlp_limits } from './span-draft.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** JSON has no word for these. */
export function doubleOf(value: number): number | 'NaN' | 'Infinity' | '-Infinity' {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? value : value > 0 ? 'Infinity' : '-Infinity';
}

interface Held {
  value: SpanValue;
}
interface Pair extends Held {
  key: string;
}
const set = (read: (reader: ProtobufReader) => SpanValue) => (reader: ProtobufReader, into: Held) => void (into.value = read(reader));
const valueOf = (reader: ProtobufReader): SpanValue => reader.message(value_fields, { value: {} }).value;
const value_fields: Fields<Held> = {
  1: [2, set((r) => ({ string_value: clean(r.string()) }))],
  2: [0, set((r) => ({ bool_value: r.varint() !== 0n }))],
  3: [0, set((r) => ({ int_value: String(BigInt.asIntN(64, r.varint())) }))],
  4: [1, set((r) => ({ double_value: doubleOf(r.double()) }))],
  5: [2, set((r) => ({ array_value: { values: r.message(list_fields, []) } }))],
  6: [2, set((r) => ({ kvlist_value: { values: r.message<Pairs>(pairs_fields, []).map(([key, value]) => ({ key: clean(key), value })) } }))],
  7: [2, set((r) => ({ bytes_value: Buffer.from(r.bytes()).toString('base64') }))],
};
const list_fields: Fields<SpanValue[]> = { 1: [2, (r, into) => void into.push(valueOf(r))] };
const pair_fields: Fields<Pair> = { 1: [2, (r, into) => void (into.key = r.string())], 2: [2, (r, into) => void (into.value = valueOf(r))] };
function addPair(reader: ProtobufReader, into: Pairs): void {
  const { key, value } = reader.message(pair_fields, { key: '', value: {} });
  into.push([key, value]);
}
const pairs_fields: Fields<Pairs> = { 1: [2, addPair] };

const event_fields: Fields<EventDraft> = {
  1: [1, (r, into) => void (into.time_ns = r.fixed64())],
  2: [2, (r, into) => void (into.name = r.string())],
  3: [2, (r, into) => addPair(r, into.attributes)],
};
const link_fields: Fields<LinkDraft> = {
  1: [2, (r, into) => void (into.trace_id = hex(r.bytes()))],
  2: [2, (r, into) => void (into.span_id = hex(r.bytes()))],
  4: [2, (r, into) => addPair(r, into.attributes)],
};
const status_fields: Fields<SpanDraft> = {
  2: [2, (r, into) => void (into.status_message = r.string())],
  3: [0, (r, into) => void (into.status_code = Number(r.varint()))],
};
const span_fields: Fields<SpanDraft> = {
  1: [2, (r, into) => void (into.trace_id = hex(r.bytes()))],
  2: [2, (r, into) => void (into.span_id = hex(r.bytes()))],
  4: [2, (r, into) => void (into.parent_id = hex(r.bytes()))],
  5: [2, (r, into) => void (into.name = r.string())],
  6: [0, (r, into) => void (into.kind = Number(r.varint()))],
  7: [1, (r, into) => void (into.start_ns = r.fixed64())],
  8: [1, (r, into) => void (into.end_ns = r.fixed64())],
  9: [2, (r, into) => addPair(r, into.attributes)],
  11: [2, (r, into) => void into.events.push(r.message(event_fields, { time_ns: 0n, name: '', attributes: [] }))],
  13: [2, (r, into) => void into.links.push(r.message(link_fields, { trace_id: '', span_id: '', attributes: [] }))],
  15: [2, (r, into) => void r.message(status_fields, into)],
};

interface ResourceSpans {
  readonly resource: Pairs;
  readonly drafts: SpanDraft[];
}
const scope_fields: Fields<ResourceSpans> = { 2: [2, (r, into) => void into.drafts.push(r.message(span_fields, emptySpan()))] };
const resource_fields: Fields<ResourceSpans> = {
  1: [2, (r, into) => void r.message(pairs_fields, into.resource)],
  2: [2, (r, into) => void r.message(scope_fields, into)],
};
/** The resource may come behind its spans. */
function addResourceSpans(reader: ProtobufReader, batch: Batch): void {
  const { resource, drafts } = reader.message(resource_fields, { resource: [], drafts: [] });
  if (batch.spans.length + drafts.length > otlp_limits.spans_max) throw new NotProtobuf(`more than ${otlp_limits.spans_max} spans in one request`);
  for (const draft of drafts) batch.spans.push({ draft, resource });
}

/** Fails with NotProtobuf. */
export function decodeBatch(bytes: Uint8Array): Batch {
  const budget = { messages: otlp_limits.messages_max, depth_max: otlp_limits.depth_max };
  return new ProtobufReader(bytes, budget).fields<Batch>({ 1: [2, addResourceSpans] }, { spans: [] });
}

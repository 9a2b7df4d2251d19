// mlflow: ExportTraceServiceRequest of OTLP, in JSON: ids in hex, 64-bit integers as text or number, names in camelCase (opentelemetry.io/docs/specs/otlp).
import type { SpanValue } from '@holdfast/tracking';
import { doubleOf } from './decode.ts';
import { NotProtobuf } from './protobuf.ts';
import { type Batch, type EventDraft, type LinkDraft, type Pairs, type SpanDraft, clean, otlp_limits } from './span-draft.ts';

type Given = Readonly<Record<string, unknown>>;
const wrong = (what: string): NotProtobuf => new NotProtobuf(what);

function objectOf(value: unknown, at: string): Given {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw wrong(`${at} that is no object`);
  return value as Given;
}
function listOf(value: unknown, at: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrong(`${at} that is no list`);
  return value as readonly unknown[];
}
function textOf(value: unknown, at: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw wrong(`${at} that is no text`);
  return value;
}
function hexOf(value: unknown, at: string): string {
  const text = textOf(value, at).toLowerCase();
  if (!/^[\da-f]*$/.test(text)) throw wrong(`${at} that is not in hex`);
  return text;
}
function integerOf(value: unknown, at: string): bigint {
  if (value === undefined || value === null) return 0n;
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return BigInt(value);
  throw wrong(`${at} that is no integer`);
}
function timeOf(value: unknown, at: string): bigint {
  const time = integerOf(value, at);
  if (time < 0n) throw wrong(`${at} before 1970`);
  return time;
}
const statuses: Readonly<Record<string, number>> = { STATUS_CODE_UNSET: 0, STATUS_CODE_OK: 1, STATUS_CODE_ERROR: 2 };
const kinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'].map((kind) => `SPAN_KIND_${kind}`);
const smallOf = (value: unknown, at: string): number => Number(BigInt.asUintN(32, integerOf(value, at)));

function valueOf(value: unknown, depth: number): SpanValue {
  if (depth > otlp_limits.depth_max) throw wrong(`values in each other deeper than ${otlp_limits.depth_max}`);
  const given = objectOf(value, 'a value');
  if (given['stringValue'] !== undefined) return { string_value: clean(textOf(given['stringValue'], 'stringValue')) };
  if (given['boolValue'] !== undefined) return { bool_value: given['boolValue'] === true };
  if (given['intValue'] !== undefined) return { int_value: String(BigInt.asIntN(64, integerOf(given['intValue'], 'intValue'))) };
  if (given['doubleValue'] !== undefined) return { double_value: doubleOf(Number(given['doubleValue'])) };
  if (given['bytesValue'] !== undefined) return { bytes_value: Buffer.from(textOf(given['bytesValue'], 'bytesValue'), 'base64').toString('base64') };
  const list = given['arrayValue'] ?? given['kvlistValue'];
  if (list === undefined) return {};
  const values = objectOf(list, 'a list')['values'];
  if (given['arrayValue'] !== undefined) return { array_value: { values: listOf(values, 'arrayValue').map((one) => valueOf(one, depth + 1)) } };
  return { kvlist_value: { values: pairsOf(values, depth + 1).map(([key, one]) => ({ key: clean(key), value: one })) } };
}
const pairsOf = (value: unknown, depth: number): Pairs =>
  listOf(value, 'attributes').map((one) => {
    const { key, value: inner } = objectOf(one, 'an attribute');
    return [textOf(key, 'key'), valueOf(inner, depth)] as const;
  });

function eventOf(value: unknown): EventDraft {
  const given = objectOf(value, 'an event');
  return { time_ns: timeOf(given['timeUnixNano'], 'timeUnixNano'), name: textOf(given['name'], 'name'), attributes: pairsOf(given['attributes'], 1) };
}
function linkOf(value: unknown): LinkDraft {
  const given = objectOf(value, 'a link');
  return { trace_id: hexOf(given['traceId'], 'traceId'), span_id: hexOf(given['spanId'], 'spanId'), attributes: pairsOf(given['attributes'], 1) };
}
function draftOf(value: unknown): SpanDraft {
  const given = objectOf(value, 'a span');
  const status = objectOf(given['status'], 'status');
  const code = status['code'];
  const kind = given['kind'];
  return {
    trace_id: hexOf(given['traceId'], 'traceId'),
    span_id: hexOf(given['spanId'], 'spanId'),
    parent_id: hexOf(given['parentSpanId'], 'parentSpanId'),
    name: textOf(given['name'], 'name'),
    kind: typeof kind === 'string' && kinds.includes(kind) ? kinds.indexOf(kind) : smallOf(kind, 'kind'),
    start_ns: timeOf(given['startTimeUnixNano'], 'startTimeUnixNano'),
    end_ns: timeOf(given['endTimeUnixNano'], 'endTimeUnixNano'),
    status_code: typeof code === 'string' && Object.hasOwn(statuses, code) ? statuses[code]! : smallOf(code, 'code'),
    status_message: textOf(status['message'], 'message'),
    attributes: pairsOf(given['attributes'], 1),
    events: listOf(given['events'], 'events').map(eventOf),
    links: listOf(given['links'], 'links').map(linkOf),
  };
}

/** Fails with NotProtobuf, or as JSON does. */
export function decodeJsonBatch(text: string): Batch {
  const batch: Batch = { spans: [] };
  for (const one of listOf(objectOf(JSON.parse(text), 'a request')['resourceSpans'], 'resourceSpans')) {
    const given = objectOf(one, 'resourceSpans');
    const resource = pairsOf(objectOf(given['resource'], 'resource')['attributes'], 1);
    const spans = listOf(given['scopeSpans'], 'scopeSpans').flatMap((scope) => listOf(objectOf(scope, 'scopeSpans')['spans'], 'spans'));
    if (batch.spans.length + spans.length > otlp_limits.spans_max) throw wrong(`more than ${otlp_limits.spans_max} spans in one request`);
    for (const span of spans) batch.spans.push({ draft: draftOf(span), resource });
  }
  return batch;
}

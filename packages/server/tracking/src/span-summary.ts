// tracking: what the spans of a batch say of their trace: when it began and ended, how it went, its name, and what it was asked and answered.
import type { Span, SpanAttributes, SpanValue, TraceState } from './trace-types.ts';

const preview_chars_max = 1_000;
const tag_chars_max = { key: 250, value: 8_000 };

export interface SpanSummary {
  readonly start_ms: number;
  /** Null while no span has ended. */
  readonly end_ms: number | null;
  /** Null without a root span: what has no root yet goes on. */
  readonly state: TraceState | null;
  readonly request_preview: string | null;
  readonly response_preview: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A root span that did not fail is taken for a trace that went well, whatever else is in it (MLflow's rule). */
export function summaryOf(spans: readonly Span[]): SpanSummary {
  const root = spans.find((span) => span.parent_id === null);
  const ends = spans.flatMap((span) => (span.end_ns === null ? [] : [span.end_ns]));
  return {
    start_ms: milliseconds(spans.map((span) => span.start_ns).reduce((a, b) => (a < b ? a : b))),
    end_ms: ends.length === 0 ? null : milliseconds(ends.reduce((a, b) => (a > b ? a : b))),
    state: root ? (root.status === 'ERROR' ? 'ERROR' : 'OK') : null,
    request_preview: root ? previewOf(root.attributes['mlflow.spanInputs']) : null,
    response_preview: root ? previewOf(root.attributes['mlflow.spanOutputs']) : null,
    tags: { ...resourceTags(spans[0]!.resource), ...(root ? rootTags(root) : {}) },
    metadata: metadataOf(spans),
  };
}

const milliseconds = (ns: bigint): number => Number(ns / 1_000_000n);

/** Text as it is; anything else as the JSON that MLflow's own attributes hold. */
export function textOf(value: SpanValue | undefined): string | null {
  if (value === undefined) return null;
  if ('string_value' in value && value.string_value !== undefined) return value.string_value;
  const plain = plainOf(value);
  return plain === null ? null : typeof plain === 'object' ? JSON.stringify(plain) : String(plain);
}
function plainOf(value: SpanValue): unknown {
  if ('array_value' in value && value.array_value !== undefined) return value.array_value.values.map(plainOf);
  if ('kvlist_value' in value && value.kvlist_value !== undefined)
    return Object.fromEntries(value.kvlist_value.values.map((one) => [one.key, plainOf(one.value)]));
  return Object.values(value)[0] ?? null;
}
function previewOf(value: SpanValue | undefined): string | null {
  const text = textOf(value);
  return text === null ? null : text.slice(0, preview_chars_max).toWellFormed();
}

/** Tags of a trace that a client writes at its root span (`mlflow.traceTag.KEY`); without a name among them, that of the root. */
function rootTags(root: Span): Record<string, string> {
  const prefix = 'mlflow.traceTag.';
  const given = Object.entries(root.attributes).flatMap(([key, value]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : []));
  return { 'mlflow.traceName': root.name.slice(0, 250).toWellFormed(), ...asTags(given) };
}
/** The program that was traced; not what its SDK is, and nothing in the names that are MLflow's own. */
const resourceTags = (resource: SpanAttributes): Record<string, string> =>
  asTags(Object.entries(resource).filter(([key]) => !key.startsWith('telemetry.sdk.') && !key.startsWith('mlflow.')));

function asTags(pairs: readonly (readonly [string, SpanValue])[]): Record<string, string> {
  const kept = pairs.flatMap(([key, value]) => {
    const text = textOf(value);
    return text === null || key === '' || key.length > tag_chars_max.key ? [] : [[key, text.slice(0, tag_chars_max.value).toWellFormed()] as const];
  });
  return Object.fromEntries(kept);
}

/** Who asked and in which session, by the names of OpenTelemetry. */
function metadataOf(spans: readonly Span[]): Record<string, string> {
  const first = (keys: readonly string[]): string | undefined =>
    spans.flatMap((span) => keys.flatMap((key) => textOf(span.attributes[key]) ?? [])).find((text) => text !== '' && text.length <= tag_chars_max.key);
  const found = { 'mlflow.trace.session': first(['session.id', 'gen_ai.conversation.id']), 'mlflow.trace.user': first(['user.id']) };
  return Object.fromEntries(Object.entries(found).filter((pair): pair is [string, string] => pair[1] !== undefined));
}

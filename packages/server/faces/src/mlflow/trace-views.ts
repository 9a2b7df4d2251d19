// mlflow: traces and spans as MLflow's clients read them: protobuf's JSON, with ids of spans in base64 and 64-bit integers as text.
import type { SpanAttributes, SpanRow, TraceDetails } from '@holdfast/tracking';
import { pairsView, some } from './views.ts';

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(3)}s`;

export const traceInfoView = ({ row, tags, metadata }: TraceDetails) => ({
  trace_id: row.id,
  client_request_id: row.client_request_id ?? undefined,
  trace_location: { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: String(row.experiment_id) } },
  request_preview: row.request_preview ?? undefined,
  response_preview: row.response_preview ?? undefined,
  request_time: new Date(row.start_ms).toISOString(),
  execution_duration: row.duration_ms === null ? undefined : seconds(row.duration_ms),
  state: row.state,
  trace_metadata: metadata,
  tags,
});

const pairsOf = (words: Readonly<Record<string, string>>) => pairsView(Object.entries(words).map(([key, value]) => ({ key, value })));
/** As 2.x clients know it. */
export const traceInfoViewV2 = ({ row, tags, metadata }: TraceDetails) => ({
  request_id: row.id,
  experiment_id: String(row.experiment_id),
  timestamp_ms: row.start_ms,
  execution_time_ms: row.duration_ms ?? undefined,
  status: row.state === 'STATE_UNSPECIFIED' ? 'TRACE_STATUS_UNSPECIFIED' : row.state,
  request_metadata: pairsOf(metadata),
  tags: pairsOf(tags),
});

const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');
const attributesView = (attributes: SpanAttributes) => some(Object.entries(attributes).map(([key, value]) => ({ key, value })));
const kinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const;

export const spanView = (trace_id: string, { span_id, parent_id, name, status, start_ns, end_ns, attributes, rest }: SpanRow) => ({
  trace_id: base64(trace_id.replace(/^tr-/, '')),
  span_id: base64(span_id),
  parent_span_id: parent_id === null ? undefined : base64(parent_id),
  name,
  kind: `SPAN_KIND_${kinds[rest.kind] ?? kinds[0]}`,
  start_time_unix_nano: start_ns,
  end_time_unix_nano: end_ns ?? undefined,
  attributes: attributesView(attributes),
  events: some(rest.events.map((event) => ({ time_unix_nano: event.time_ns, name: event.name, attributes: attributesView(event.attributes) }))),
  links: some(rest.links.map((link) => ({ trace_id: base64(link.trace_id), span_id: base64(link.span_id), attributes: attributesView(link.attributes) }))),
  status: { message: rest.status_message || undefined, code: `STATUS_CODE_${status}` },
});

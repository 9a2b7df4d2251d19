// Handlers of what the pages of traces ask. The grammar of the filters and the orders is that of the MLflow face.
import { failure } from '@holdfast/base';
import type { SpanView, TraceView } from '@holdfast/protocol/rest';
import { type SpanAttributes, type SpanRow, type TraceDetails, textOf } from '@holdfast/tracking';
import { parseFilter } from '../mlflow/filter/parse.ts';
import { parseOrder } from '../mlflow/filter/order.ts';
import { trace_subject } from '../mlflow/filter/subjects.ts';
import { pageToken, readPageToken } from '../mlflow/page-token.ts';
import type { FaceOptions } from '../rooms.ts';
import type { Handlers } from './call.ts';

const page_traces = 100;
const shown_spans_max = 1_000;
const shown_chars = 2_000;
const states = { OK: 'ok', ERROR: 'error', IN_PROGRESS: 'running', STATE_UNSPECIFIED: 'unknown' } as const;
const span_states = { OK: 'ok', ERROR: 'error', UNSET: 'unset' } as const;

const traceView = ({ row, tags, metadata }: TraceDetails, experiment: string): TraceView => ({
  id: row.id,
  experiment,
  name: tags['mlflow.traceName'] ?? null,
  state: states[row.state],
  started_ms: row.start_ms,
  duration_ms: row.duration_ms,
  request_preview: row.request_preview,
  response_preview: row.response_preview,
  run: metadata['mlflow.sourceRun'] ?? null,
  spans: row.spans,
  tags,
  metadata,
});

const attributesOf = (attributes: SpanAttributes, chars: number) =>
  Object.entries(attributes).map(([key, value]) => {
    const text = textOf(value) ?? '';
    return { key, value: text.slice(0, chars).toWellFormed(), chars_total: text.length };
  });
const microseconds = (ns: bigint): number => Number(ns / 1_000n);

function spanView(span: SpanRow, began_ns: bigint, chars: number): SpanView {
  const { attributes, rest, start_ns, end_ns } = span;
  return {
    id: span.span_id,
    parent: span.parent_id,
    name: span.name,
    type: textOf(attributes['mlflow.spanType']) ?? 'UNKNOWN',
    state: span_states[span.status],
    message: rest.status_message,
    start_us: microseconds(BigInt(start_ns) - began_ns),
    duration_us: end_ns === null ? null : microseconds(BigInt(end_ns) - BigInt(start_ns)),
    attributes: attributesOf(attributes, chars),
    events: rest.events.map(({ name, time_ns, attributes: of }) => ({ name, at_us: microseconds(BigInt(time_ns) - began_ns), attributes: attributesOf(of, chars) })), // prettier-ignore
  };
}

export function traceHandlers({ rooms: { tracking } }: FaceOptions) {
  const { traces, experiments } = tracking;
  /** A run is a condition like those of the filter. */
  const conditionsOf = (filter: string | undefined, run: string | undefined) => [
    ...parseFilter(filter, trace_subject),
    ...(run === undefined ? [] : [{ entity: 'attribute', key: 'run_id', comparator: '=', value: run } as const]),
  ];
  return {
    traceSearch: async ({ may, query: { experiment, run, filter, order_by, page_token, limit = page_traces } }) => {
      const known = (await tracking.experimentViews(may.experiments)).filter((one) => experiment === undefined || one.name === experiment);
      if (experiment !== undefined && known.length === 0) throw failure('HF-TRACK-003', { name: experiment });
      const asked = ['trace rows', experiment, run, filter, order_by];
      const { rows, next } = await traces.search({
        experiment_ids: known.map((one) => one.id),
        conditions: conditionsOf(filter, run),
        order: parseOrder(order_by ? [order_by] : [], trace_subject),
        limit,
        after: readPageToken(page_token, asked),
      });
      const names = new Map(known.map((one) => [one.id, one.name]));
      const views = (await traces.details(rows)).map((of) => traceView(of, names.get(of.row.experiment_id)!));
      return { traces: views, next_page_token: next ? pageToken(next, asked) : null };
    },
    traceShow: async ({ params, query }) => {
      const [of] = await traces.details([await traces.get(params.id)]);
      const { name } = await experiments.get(of!.row.experiment_id);
      const spans = await traces.spans(of!.row);
      const began_ns = BigInt(spans[0]?.start_ns ?? 0);
      const shown = spans.slice(0, shown_spans_max).map((span) => spanView(span, began_ns, query.chars ?? shown_chars));
      return { trace: traceView(of!, name), spans_total: spans.length, spans: shown };
    },
  } satisfies Partial<Handlers>;
}

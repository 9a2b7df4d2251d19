// mlflow: the routes of traces: OTLP in, MLflow's own API of version 3, and what clients of version 2 use.
import { bool, choice, int64, list, map, message, required, route, text } from '../fields.ts';
import { experiment_id, filter, order_by, page_token, run_id } from './parts.ts';

const v2 = '/2.0/mlflow/traces';
const v3 = '/3.0/mlflow/traces';
const trace_id = text({ ...required, alias: 'request_id', rule: 'trace_id' });
const ids = list(text({ rule: 'trace_id' }), { items_max: 500 });
const words = map({ keys_max: 1_000, key_chars_max: 250, cut_chars: 8_000 });
const state = choice(['STATE_UNSPECIFIED', 'OK', 'ERROR', 'IN_PROGRESS'], { default: 'STATE_UNSPECIFIED' });
const preview = text({ cut_chars: 10_000 });
const location = message({ type: text(), mlflow_experiment: message({ experiment_id }) });
const info = message(
  {
    trace_id: text({ ...required, rule: 'trace_id' }),
    client_request_id: text({ chars_max: 250 }),
    trace_location: message({ type: text(), mlflow_experiment: message({ experiment_id }, required) }, required),
    request_preview: preview,
    response_preview: preview,
    request_time: text({ ...required, rule: 'timestamp' }),
    execution_duration: text({ rule: 'duration' }),
    state,
    trace_metadata: words,
    tags: words,
  },
  required,
);
const pair = message({ key: text({ ...required, chars_max: 250 }), value: text({ cut_chars: 8_000, default: '' }) });
const pairs = { request_metadata: list(pair, { items_max: 1_000 }), tags: list(pair, { items_max: 1_000 }) };
const search = { filter, max_results: int64({ min: 1, max: 500, default: 100 }), order_by, page_token };
const deletion = { experiment_id, max_timestamp_millis: int64({}), max_traces: int64({ min: 1 }), request_ids: list(text(), { items_max: 1_000 }) };
const tag = { trace_id, key: text({ ...required, chars_max: 250, rule: 'key' }), value: text({ chars_max: 8_000, default: '' }) };
const untag = { trace_id, key: text({ ...required }) };

const post = { methods: ['POST'], access: 'editor', tier: 2 } as const;
const get = { methods: ['GET'], access: 'viewer', tier: 2 } as const;

export const traceRoutes = {
  exportSpans: route({
    ...post,
    on: 'seen',
    path: '/v1/traces',
    root: true,
    summary: 'Spans of any OpenTelemetry client, as OTLP in protobuf or JSON, for the experiment of the header x-mlflow-experiment-id',
    fields: {},
    raw: true,
  }),
  startTrace: route({
    ...post,
    on: 'seen',
    path: v3,
    summary: 'Say of a trace how it went; what its spans told before is written over',
    fields: { trace: message({ trace_info: info }, required) },
  }),
  getTraceInfo: route({ ...get, on: 'trace', path: `${v3}/:trace_id`, summary: 'One trace without its spans', fields: { trace_id } }),
  getTrace: route({
    ...get,
    on: 'trace',
    path: `${v3}/get`,
    summary: 'One trace with its spans',
    fields: { trace_id, allow_partial: bool({ default: false }) },
  }),
  batchGetTraces: route({
    ...get,
    on: 'seen',
    path: `${v3}/batchGet`,
    summary: 'Traces with their spans; what is not there is left out',
    fields: { trace_ids: ids, experiment_ids: list(experiment_id, { items_max: 1_000 }) },
  }),
  batchGetTraceInfos: route({
    ...get,
    on: 'seen',
    methods: ['POST'],
    path: `${v3}/batchGetInfos`,
    summary: 'Traces without their spans; what is not there is left out',
    fields: { trace_ids: ids, experiment_ids: list(experiment_id, { items_max: 1_000 }) },
  }),
  searchTraces: route({
    ...get,
    on: 'seen',
    methods: ['POST'],
    path: `${v3}/search`,
    summary: 'Search traces by status, times, name, run, tags, metadata and spans',
    fields: { locations: list(location, { items_max: 1_000 }), ...search },
  }),
  deleteTraces: route({
    ...post,
    on: 'experiment',
    deed: 'remove',
    path: `${v2}/delete-traces`,
    summary: 'Delete traces by id, or the oldest until a time',
    fields: deletion,
  }),
  deleteTracesV3: route({ ...post, on: 'experiment', deed: 'remove', path: `${v3}/delete-traces`, summary: 'The same', fields: deletion }),
  setTraceTag: route({ ...post, on: 'trace', methods: ['PATCH'], path: `${v2}/:trace_id/tags`, summary: 'Set a tag of a trace', fields: tag }),
  setTraceTagV3: route({ ...post, on: 'trace', methods: ['PATCH'], path: `${v3}/:trace_id/tags`, summary: 'The same', fields: tag }),
  deleteTraceTag: route({ ...post, on: 'trace', methods: ['DELETE'], path: `${v2}/:trace_id/tags`, summary: 'Remove a tag of a trace', fields: untag }),
  deleteTraceTagV3: route({ ...post, on: 'trace', methods: ['DELETE'], path: `${v3}/:trace_id/tags`, summary: 'The same', fields: untag }),
  linkTracesToRun: route({
    ...post,
    on: 'run',
    path: `${v2}/link-to-run`,
    summary: 'Link traces (100 at most) to a run',
    fields: { trace_ids: list(text({ rule: 'trace_id' }), { items_max: 1_000 }), run_id },
  }),
  beginTraceV2: route({ ...post, on: 'experiment', path: v2, summary: 'Begin a trace (2.x clients)', fields: { experiment_id, timestamp_ms: int64({ ...required, min: 0 }), ...pairs } }), // prettier-ignore
  endTraceV2: route({
    ...post,
    on: 'trace',
    methods: ['PATCH'],
    path: `${v2}/:trace_id`,
    summary: 'End a trace (2.x clients)',
    fields: { trace_id, timestamp_ms: int64({ ...required, min: 0 }), status: state, ...pairs },
  }),
  getTraceInfoV2: route({ ...get, on: 'trace', path: `${v2}/:trace_id/info`, summary: 'One trace (2.x clients)', fields: { trace_id } }),
  searchTracesV2: route({
    ...get,
    on: 'seen',
    path: v2,
    summary: 'Search traces (2.x clients)',
    fields: { experiment_ids: list(experiment_id, { items_max: 1_000 }), ...search },
  }),
};

// mlflow: handlers of traces.
import { Readable } from 'node:stream';
import { failure } from '@holdfast/base';
import type { TraceDetails, TraceRow, Tracking } from '@holdfast/tracking';
import type { May } from '../../may.ts';
import type { MlflowCall, MlflowHandlers } from '../call.ts';
import { parseFilter } from '../filter/parse.ts';
import { parseOrder } from '../filter/order.ts';
import { trace_subject } from '../filter/subjects.ts';
import { pageToken, readPageToken } from '../page-token.ts';
import { spanView, traceInfoView, traceInfoViewV2 } from '../trace-views.ts';
import { some } from '../views.ts';

interface Asked {
  readonly experiment_ids: readonly string[];
  readonly filter?: string | undefined;
  readonly order_by: readonly string[];
  readonly page_token?: string | undefined;
  readonly max_results: number;
}
interface GivenDeletion {
  readonly experiment_id: string;
  readonly max_timestamp_millis?: number | undefined;
  readonly max_traces?: number | undefined;
  readonly request_ids: readonly string[];
}

/** "1.25s" */
const durationMs = (text: string | undefined): number | null => (text === undefined ? null : Math.round(Number(text.slice(0, -1)) * 1_000));
const wordsOf = (pairs: readonly { key: string; value: string }[]) => Object.fromEntries(pairs.map(({ key, value }) => [key, value]));

function deletionOf({ max_timestamp_millis: until_ms, max_traces, request_ids: ids }: GivenDeletion) {
  const wrong = (why: string): Error => failure('HF-MLF-008', { why });
  if (until_ms === undefined && ids.length === 0) throw wrong('Either `max_timestamp_millis` or `trace_ids` must be specified');
  if (until_ms !== undefined && ids.length > 0) throw wrong('Only one of `max_timestamp_millis` and `trace_ids` can be specified');
  if (max_traces !== undefined && ids.length > 0) throw wrong("`max_traces` can't be specified if `trace_ids` is specified");
  return until_ms === undefined ? { ids } : { until_ms };
}

/** How many spans the client made, where it said so when the trace was over. */
function promisedSpans({ metadata }: TraceDetails): number {
  const found = /"num_spans":\s*(\d+)/.exec(metadata['mlflow.trace.sizeStats'] ?? '');
  return Number(found?.[1] ?? 0);
}

export function traceHandlers({ traces }: Tracking): MlflowHandlers {
  const detail = async (id: string) => (await traces.details([await traces.get(id)]))[0]!;
  const whole = async (of: TraceDetails) => ({
    trace_info: traceInfoView(of),
    spans: some((await traces.spans(of.row)).map((span) => spanView(of.row.id, span))),
  });
  /** The spans of one trace at a time are in memory. */
  async function* slices(rows: readonly TraceRow[]): AsyncGenerator<string> {
    let before = '{"traces":[';
    for (const of of await traces.details(rows)) {
      yield before + JSON.stringify(await whole(of));
      before = ',';
    }
    yield rows.length === 0 ? '{}' : ']}';
  }
  const search = async (may: May, asked: Asked) => {
    const { experiment_ids, filter, order_by, max_results: limit, page_token } = asked;
    const bound = ['traces', experiment_ids, filter, order_by];
    const { rows, next } = await traces.search({
      experiment_ids: await may.experimentsSeen([...new Set(experiment_ids.map(Number))]),
      conditions: parseFilter(filter, trace_subject),
      order: parseOrder(order_by, trace_subject),
      limit,
      after: readPageToken(page_token, bound),
    });
    return { found: await traces.details(rows), next_page_token: next ? pageToken(next, bound) : undefined };
  };
  const remove = async ({ input, by }: MlflowCall<GivenDeletion>) => ({
    traces_deleted: await traces.delete(Number(input.experiment_id), deletionOf(input), by, input.max_traces),
  });
  const setTag = async ({ input }: MlflowCall<{ trace_id: string; key: string; value: string }>) => {
    await traces.setTag(input.trace_id, input);
    return {};
  };
  const deleteTag = async ({ input }: MlflowCall<{ trace_id: string; key: string }>) => {
    await traces.deleteTag(input.trace_id, input.key);
    return {};
  };

  return {
    startTrace: async ({ input, may }) => {
      const { trace_id: id, trace_location, request_time, execution_duration, trace_metadata: metadata, ...said } = input.trace.trace_info;
      const experiment_id = Number(trace_location.mlflow_experiment.experiment_id);
      await may.experiment(experiment_id, 'edit');
      await may.tracesToldOf([id]);
      const times = { start_ms: Date.parse(request_time), duration_ms: durationMs(execution_duration) };
      return { trace: { trace_info: traceInfoView(await traces.report({ ...said, ...times, id, experiment_id, metadata })) } };
    },
    getTraceInfo: async ({ input }) => ({ trace: { trace_info: traceInfoView(await detail(input.trace_id)) } }),
    getTrace: async ({ input }) => {
      const of = await detail(input.trace_id);
      if (!input.allow_partial && of.row.spans < promisedSpans(of)) throw failure('HF-MLF-018', { id: of.row.id });
      return { trace: await whole(of) };
    },
    batchGetTraces: async ({ input, may, reply }) => {
      const rows = await traces.find(await may.tracesSeen(input.trace_ids), scope(input.experiment_ids));
      return reply.type('application/json').send(Readable.from(slices(rows)));
    },
    batchGetTraceInfos: async ({ input, may }) => {
      const rows = await traces.find(await may.tracesSeen(input.trace_ids), scope(input.experiment_ids));
      return { trace_infos: some((await traces.details(rows)).map(traceInfoView)) };
    },
    searchTraces: async ({ input, may }) => {
      const experiment_ids = input.locations.flatMap((one) => one.mlflow_experiment?.experiment_id ?? []);
      const { found, next_page_token } = await search(may, { ...input, experiment_ids });
      return { traces: some(found.map(traceInfoView)), next_page_token };
    },
    searchTracesV2: async ({ input, may }) => {
      const { found, next_page_token } = await search(may, input);
      return { traces: some(found.map(traceInfoViewV2)), next_page_token };
    },
    deleteTraces: remove,
    deleteTracesV3: remove,
    setTraceTag: setTag,
    setTraceTagV3: setTag,
    deleteTraceTag: deleteTag,
    deleteTraceTagV3: deleteTag,
    linkTracesToRun: async ({ input, may }) => {
      await traces.linkToRun(input.run_id, await may.tracesSeen(input.trace_ids));
      return {};
    },
    beginTraceV2: async ({ input }) => {
      const { experiment_id, timestamp_ms: start_ms, request_metadata, tags } = input;
      const words = { metadata: wordsOf(request_metadata), tags: wordsOf(tags) };
      return { trace_info: traceInfoViewV2(await traces.begin({ experiment_id: Number(experiment_id), start_ms, ...words })) };
    },
    endTraceV2: async ({ input }) => {
      const words = { metadata: wordsOf(input.request_metadata), tags: wordsOf(input.tags) };
      return { trace_info: traceInfoViewV2(await traces.end(input.trace_id, { end_ms: input.timestamp_ms, state: input.status, ...words })) };
    },
    getTraceInfoV2: async ({ input }) => ({ trace_info: traceInfoViewV2(await detail(input.trace_id)) }),
  };
}

const scope = (experiment_ids: readonly string[]): number[] | undefined => (experiment_ids.length === 0 ? undefined : experiment_ids.map(Number));

// Tracking: traces of programs, with their spans. Spans come in any order and more than once; what is acknowledged is on disk, and is there once.
import { type RandomBytes, failure, toHex } from '@holdfast/base';
import type { Actor, Audit, Db, SearchPage } from '@holdfast/postgres';
import { deleteArtifacts } from './artifact-table.ts';
import { storePath } from './artifacts.ts';
import { findExperiment } from './experiment-table.ts';
import { mustBeActive } from './experiments.ts';
import { findRun } from './run-table.ts';
import { fitting } from './span-room.ts';
import { type SpanSummary, summaryOf } from './span-summary.ts';
import * as spans_table from './span-table.ts';
import { trace_limits } from './trace-limits.ts';
import { type TraceSearch, searchTraces } from './trace-search-table.ts';
import * as table from './trace-table.ts';
import type { Span, SpanRow, TraceDetails, TraceReport, TraceRow, TraceState } from './trace-types.ts';
import type { ExperimentRow, Pair } from './types.ts';

/** Says to clients that the spans of the trace are here, not in a file of its folder. */
const spans_here = { 'mlflow.trace.spansLocation': 'TRACKING_STORE' };
const traces_a_commit = 500;

export interface TraceOptions {
  readonly db: Db;
  readonly random: RandomBytes;
  readonly audit: Audit;
}

export class Traces {
  readonly #db: Db;
  readonly #random: RandomBytes;
  readonly #audit: Audit;

  constructor(options: TraceOptions) {
    this.#db = options.db;
    this.#random = options.random;
    this.#audit = options.audit;
  }

  /** Keeps spans, perhaps of many traces; a trace that is not there begins. Answers what was refused, in words, and how many of them. */
  async addSpans(experiment_id: number, spans: readonly Span[], run?: string): Promise<{ refused: number; why: string | undefined }> {
    const by_trace = Map.groupBy(unique(spans), (span) => traceId(span.trace_id));
    return this.#db.transaction().execute(async (trx) => {
      const experiment = await this.#experiment(trx, experiment_id);
      if (run !== undefined && !(await findRun(trx, run))) throw failure('HF-TRACK-004', { id: run });
      const fresh = [...by_trace].map(([id, own]) => newRow(id, experiment_id, summaryOf(own)));
      const held = await table.makeAndLock(trx, fresh);
      const { kept, grown, refused, why } = await fitting(trx, held, by_trace);
      await spans_table.putSpans(trx, kept);
      for (const { row, is_new } of held) await this.#noteSpans(trx, { row, is_new, own: by_trace.get(row.id)!, experiment, ...grown.get(row.num)! });
      if (run !== undefined) await table.linkToRun(trx, run, held.map(({ row }) => row.num)); // prettier-ignore
      return { refused, why };
    });
  }

  /** What a client says of a trace as a whole, when it is over; what came with its spans stays where the client says nothing. */
  async report(report: TraceReport): Promise<TraceDetails> {
    const { id, tags, metadata, experiment_id, start_ms, duration_ms, state, client_request_id, request_preview, response_preview } = report;
    const said = { experiment_id, start_ms, duration_ms, state, is_told: true };
    const row = await this.#db.transaction().execute(async (trx) => {
      const experiment = await this.#experiment(trx, experiment_id);
      const [held] = await table.makeAndLock(trx, [{ ...blank(id, experiment_id, start_ms), ...said }]);
      const before = held!.row;
      const after = {
        ...said,
        client_request_id: client_request_id ?? before.client_request_id,
        request_preview: request_preview ?? before.request_preview,
        response_preview: response_preview ?? before.response_preview,
      };
      await table.changeTrace(trx, before.num, after);
      await table.putWords(trx, 'trace_tag', before.num, { ...tags, ...folderTag(experiment, id) });
      await table.putWords(trx, 'trace_metadata', before.num, metadata);
      return { ...before, ...after };
    });
    return (await this.details([row]))[0]!;
  }
  /** A trace that begins before anything else is known of it, under an id of ours. */
  begin(report: Omit<TraceReport, 'id' | 'state' | 'duration_ms'>): Promise<TraceDetails> {
    return this.report({ ...report, id: `tr-${toHex(this.#random(16))}`, state: 'IN_PROGRESS', duration_ms: null });
  }
  async end(id: string, end: { end_ms: number; state: TraceState; tags: Readonly<Record<string, string>>; metadata: Readonly<Record<string, string>> }) {
    const { experiment_id, start_ms } = await this.get(id);
    const { end_ms, ...rest } = end;
    return this.report({ id, experiment_id, start_ms, duration_ms: Math.max(0, end_ms - start_ms), ...rest });
  }

  async get(id: string): Promise<TraceRow> {
    const row = await table.findTrace(this.#db, id);
    if (!row) throw failure('HF-TRACK-016', { id });
    return row;
  }
  /** In the order of the ids; what is not there is left out. */
  async find(ids: readonly string[], experiment_ids?: readonly number[]): Promise<TraceRow[]> {
    const rows = new Map((await table.findTraces(this.#db, ids)).map((row) => [row.id, row]));
    const found = [...new Set(ids)].flatMap((id) => rows.get(id) ?? []);
    return experiment_ids === undefined ? found : found.filter((row) => experiment_ids.includes(row.experiment_id));
  }
  async details(rows: readonly TraceRow[]): Promise<TraceDetails[]> {
    const nums = rows.map((row) => row.num);
    if (nums.length === 0) return [];
    const words = await Promise.all([table.wordsOf(this.#db, 'trace_tag', nums), table.wordsOf(this.#db, 'trace_metadata', nums)]);
    const [tags, metadata] = words.map((all) => Map.groupBy(all, (one) => one.trace));
    return rows.map((row) => ({ row, tags: asRecord(tags!.get(row.num)), metadata: asRecord(metadata!.get(row.num)) }));
  }
  spans(row: TraceRow): Promise<SpanRow[]> {
    return spans_table.spansOf(this.#db, row.num);
  }
  search(search: TraceSearch): Promise<SearchPage<TraceRow>> {
    return searchTraces(this.#db, search);
  }

  async setTag(id: string, { key, value }: Pair): Promise<void> {
    await this.#change(id, (trx, row) => table.putWords(trx, 'trace_tag', row.num, { [key]: value }));
  }
  async deleteTag(id: string, key: string): Promise<void> {
    await this.#change(id, async (trx, row) => {
      if (!(await table.deleteTag(trx, row.num, key))) throw failure('HF-TRACK-009', { key, kind: 'trace', id });
    });
  }
  /** Traces that are not there are left out, as those that were not sent yet. */
  async linkToRun(run: string, ids: readonly string[]): Promise<void> {
    if (ids.length > trace_limits.links_max) throw failure('HF-TRACK-017', { saw: ids.length, limit: trace_limits.links_max });
    await this.#db.transaction().execute(async (trx) => {
      if (!(await findRun(trx, run))) throw failure('HF-TRACK-004', { id: run });
      const rows = await table.findTraces(trx, ids);
      if (rows.length > 0) await table.linkToRun(trx, run, rows.map((row) => row.num)); // prettier-ignore
    });
  }

  /** The oldest first, in commits of a bounded size; files of a trace that kept its spans in one go along. Answers how many are gone. */
  async delete(experiment_id: number, of: table.Deletion, by: Actor, limit = Number.POSITIVE_INFINITY): Promise<number> {
    let gone = 0;
    for (let more = true; more;) {
      const slice = Math.min(traces_a_commit, limit - gone);
      const ids = slice > 0 ? await this.#deleteSlice(experiment_id, of, by, slice) : 0;
      gone += ids;
      more = slice > 0 && ids === slice;
    }
    return gone;
  }

  async #deleteSlice(experiment_id: number, of: table.Deletion, by: Actor, limit: number): Promise<number> {
    return this.#db.transaction().execute(async (trx) => {
      const experiment = await this.#experiment(trx, experiment_id);
      const rows = await table.deleteTraces(trx, experiment_id, of, limit);
      if (rows.length === 0) return 0;
      for (const { id } of rows.filter((row) => row.spans === 0)) {
        const folder = storePath(traceFolder(experiment, id));
        if (folder) await deleteArtifacts(trx, folder);
      }
      const before = { traces: rows.length, first: rows.slice(0, 100).map((row) => row.id) };
      await this.#audit(trx, { by, action: 'trace.delete', object: String(experiment_id), before, after: null });
      return rows.length;
    });
  }

  async #noteSpans(trx: Db, of: { row: TraceRow; is_new: boolean; own: readonly Span[]; experiment: ExperimentRow; spans: number; bytes: number }) {
    const { row, is_new, own, experiment } = of;
    const seen = summaryOf(own);
    await table.changeTrace(trx, row.num, {
      ...(row.is_told || is_new ? {} : { ...widened(row, seen), state: row.state === 'IN_PROGRESS' ? (seen.state ?? row.state) : row.state }),
      request_preview: row.request_preview ?? seen.request_preview,
      response_preview: row.response_preview ?? seen.response_preview,
      spans: row.spans + of.spans,
      span_bytes: row.span_bytes + of.bytes,
    });
    await table.putWords(trx, 'trace_tag', row.num, seen.tags, row.is_told);
    await table.putWords(trx, 'trace_tag', row.num, { ...folderTag(experiment, row.id), ...spans_here });
    await table.putWords(trx, 'trace_metadata', row.num, seen.metadata, true);
  }
  async #experiment(trx: Db, id: number): Promise<ExperimentRow> {
    const row = await findExperiment(trx, id);
    if (!row) throw failure('HF-TRACK-002', { id });
    return mustBeActive(row);
  }
  async #change(id: string, act: (trx: Db, row: TraceRow) => Promise<void>): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      const row = await table.lockTrace(trx, id);
      if (!row) throw failure('HF-TRACK-016', { id });
      await act(trx, row);
    });
  }
}

/** MLflow's name of the trace that OpenTelemetry knows by these digits. */
export const traceId = (hex: string): string => `tr-${hex}`;
const traceFolder = (experiment: ExperimentRow, id: string): string => `${experiment.artifact_location}/traces/${id}/artifacts`;
const folderTag = (experiment: ExperimentRow, id: string) => ({ 'mlflow.artifactLocation': traceFolder(experiment, id) });
const asRecord = (pairs: readonly Pair[] = []): Record<string, string> => Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
/** Of a span that is twice in a batch the last one counts. */
const unique = (spans: readonly Span[]): Span[] => [...new Map(spans.map((span) => [`${span.trace_id}/${span.span_id}`, span])).values()];

const blank = (id: string, experiment_id: number, start_ms: number): Omit<TraceRow, 'num'> => ({
  id,
  experiment_id,
  start_ms,
  duration_ms: null,
  state: 'IN_PROGRESS',
  client_request_id: null,
  request_preview: null,
  response_preview: null,
  is_told: false,
  spans: 0,
  span_bytes: 0,
});
const newRow = (id: string, experiment_id: number, seen: SpanSummary): Omit<TraceRow, 'num'> => ({
  ...blank(id, experiment_id, seen.start_ms),
  duration_ms: seen.end_ms === null ? null : Math.max(0, seen.end_ms - seen.start_ms),
  state: seen.state ?? 'IN_PROGRESS',
});
/** From the earliest beginning to the latest end. */
function widened(row: TraceRow, seen: SpanSummary): Pick<TraceRow, 'start_ms' | 'duration_ms'> {
  const start_ms = Math.min(row.start_ms, seen.start_ms);
  const ends = [...(row.duration_ms === null ? [] : [row.start_ms + row.duration_ms]), ...(seen.end_ms === null ? [] : [seen.end_ms])];
  return { start_ms, duration_ms: ends.length === 0 ? null : Math.max(0, Math.max(...ends) - start_ms) };
}

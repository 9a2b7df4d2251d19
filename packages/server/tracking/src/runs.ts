// Tracking: runs, as MLflow knows them. What a request logs is kept whole or not at all; what is acknowledged is on disk.
import { type Clock, type RandomBytes, failure, toHex } from '@holdfast/base';
import type { Actor, Audit, Db, SearchPage } from '@holdfast/postgres';
import { mustBeActive } from './experiments.ts';
import * as experiments from './experiment-table.ts';
import * as inputs from './input-table.ts';
import { addModelPoints } from './logged-model-table.ts';
import { type HistorySample, Metrics } from './metrics.ts';
import type { HistoryPoint } from './metric-points.ts';
import type { LatestPoint } from './metric-table.ts';
import { randomRunName } from './run-names.ts';
import { type RunSearch, searchRuns } from './run-search-table.ts';
import * as table from './run-table.ts';
import type { DatasetInput, MetricPoint, ModelLink, ModelPoint, Pair, RunDetails, RunLinks, RunRow, RunStatus } from './types.ts';

/** The tag that a run's name is too, for clients that look there. */
export const name_tag = 'mlflow.runName';

export interface RunBatch {
  readonly metrics?: readonly MetricPoint[];
  /** Points that are also about a logged model. */
  readonly model_metrics?: readonly ModelPoint[];
  readonly params?: readonly Pair[];
  readonly tags?: readonly Pair[];
}
export interface NewRunRequest {
  readonly experiment_id: number;
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly user_id: string;
  readonly start_ms?: number | undefined;
  readonly tags: readonly Pair[];
  readonly by: Actor;
}

/** What hangs on runs, by their number: reads that were begun before the rows of their page were there. */
export interface ReadAhead {
  readonly hanging: Promise<{ params: Hung<Pair>; tags: Hung<Pair>; metrics: Hung<LatestPoint> }>;
  readonly linked: Promise<{ datasets: Hung<inputs.DatasetOfRun>; models: Hung<inputs.ModelOfRun> }>;
}
type Hung<T> = Map<number, readonly T[]>;

export class Runs {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  readonly #audit: Audit;
  readonly #metrics: Metrics;

  constructor(options: { db: Db; clock: Clock; random: RandomBytes; audit: Audit }) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#audit = options.audit;
    this.#metrics = new Metrics(options.db);
  }

  /** Ids are 32 hex digits. An id that is there already gives that run, whatever else is said of it. */
  create(run: NewRunRequest, within?: Db): Promise<RunRow> {
    return this.#inOne(within, async (trx) => {
      const known = run.id === undefined ? undefined : await table.findRun(trx, run.id);
      if (known) return known;
      const experiment = await experiments.findExperiment(trx, run.experiment_id);
      if (!experiment) throw failure('HF-TRACK-002', { id: run.experiment_id });
      const id = run.id ?? toHex(this.#random(16));
      const name = run.name || randomRunName(this.#random);
      const row = await table.insertRun(trx, {
        id,
        experiment_id: run.experiment_id,
        name,
        status: 'RUNNING',
        user_id: run.user_id,
        start_ms: run.start_ms ?? this.#now(),
        end_ms: null,
        lifecycle_stage: 'active',
        artifact_uri: `${mustBeActive(experiment).artifact_location}/${id}/artifacts`,
      });
      if (!row) return this.get(id, trx);
      await table.putTags(trx, row.num, [...run.tags.filter((tag) => tag.key !== name_tag), { key: name_tag, value: name }]);
      const after = { experiment: experiment.name, name, tags: Object.fromEntries(run.tags.map((tag) => [tag.key, tag.value])) };
      await this.#audit(trx, { by: run.by, action: 'run.create', object: id, before: null, after });
      return row;
    });
  }

  /** Deleted ones too. */
  async get(id: string, db = this.#db): Promise<RunRow> {
    const row = await table.findRun(db, id);
    if (!row) throw failure('HF-TRACK-004', { id });
    return row;
  }
  /** `folded`: of rows that a search has just found; what waits is in its series already. */
  async details(rows: readonly RunRow[], { folded = false, ahead }: { folded?: boolean; ahead?: ReadAhead | undefined } = {}): Promise<RunDetails[]> {
    if (rows.length === 0) return [];
    const { params, tags, metrics } = await (ahead?.hanging ?? this.#hanging(rows.map(numOf), folded));
    return rows.map((row) => ({ row, params: params.get(row.num) ?? [], tags: tags.get(row.num) ?? [], metrics: metrics.get(row.num) ?? [] }));
  }
  /** What went in and what came out, for each row. */
  async links(rows: readonly RunRow[], ahead?: ReadAhead): Promise<RunLinks[]> {
    if (rows.length === 0) return [];
    const { datasets, models } = await (ahead?.linked ?? this.#linked(rows.map(numOf)));
    return rows.map(({ num }) => ({
      datasets: (datasets.get(num) ?? []).map(({ tags, run: _run, ...dataset }) => ({ dataset, tags })),
      models_in: (models.get(num) ?? []).filter((m) => m.side === 'input'),
      models_out: (models.get(num) ?? []).filter((m) => m.side === 'output'),
    }));
  }
  async #hanging(nums: readonly number[], folded: boolean) {
    const [params, tags, metrics] = await Promise.all([table.paramsOf(this.#db, nums), table.tagsOf(this.#db, nums), this.#metrics.latestOf(nums, folded)]);
    return { params, tags, metrics };
  }
  async #linked(nums: readonly number[]) {
    const [datasets, models] = await Promise.all([inputs.datasetsOf(this.#db, nums), inputs.modelsOf(this.#db, nums)]);
    return { datasets: Map.groupBy(datasets, runOf), models: Map.groupBy(models, runOf) };
  }
  /** Where the runs of the page are known before it is sorted, `ahead` is what hangs on them, already being read. */
  async search(search: RunSearch): Promise<SearchPage<RunRow> & { readonly ahead?: ReadAhead }> {
    let ahead: ReadAhead | undefined;
    const foresee = (nums: readonly number[]) => {
      ahead = { hanging: this.#hanging(nums, true), linked: this.#linked(nums) };
      for (const reading of Object.values(ahead)) reading.catch(() => undefined); // told to who awaits it; nobody may, where the page itself fails
    };
    const page = await searchRuns(this.#db, search, { fold: () => this.fold(), foresee });
    return ahead ? { ...page, ahead } : page;
  }

  update(id: string, set: { name?: string | undefined; status?: RunStatus | undefined; end_ms?: number | undefined }): Promise<RunRow> {
    return this.#inOne(undefined, async (trx) => {
      const row = await this.#lockActive(trx, id);
      const { name = row.name, status = row.status, end_ms = row.end_ms } = set;
      await table.changeRun(trx, row.num, { name, status, end_ms });
      if (name !== row.name) await table.putTags(trx, row.num, [{ key: name_tag, value: name }]);
      return { ...row, name, status, end_ms };
    });
  }
  /** A run that is deleted stays so. */
  delete(id: string, by: Actor): Promise<void> {
    return this.#setStage(id, by, 'deleted', this.#now());
  }
  restore(id: string, by: Actor): Promise<void> {
    return this.#setStage(id, by, 'active', null);
  }

  /** All of it or nothing. Metrics alone share a commit with those of other requests. */
  async log(id: string, batch: RunBatch): Promise<void> {
    const { metrics = [], model_metrics = [], params = [], tags = [] } = batch;
    if (metrics.length > 0 && model_metrics.length + params.length + tags.length === 0) {
      if (!(await this.#metrics.write(id, metrics))) await this.#active(id, this.#db);
      return;
    }
    await this.#inOne(undefined, (trx) => this.logWithin(trx, id, batch));
  }
  /**
   * The same, in the transaction of the caller. The run's row is locked only by a new name, and first; so writers of one run wait for each
   * other only where they write the same param or tag, in the order of their keys, and never in a circle.
   */
  async logWithin(trx: Db, id: string, { metrics = [], model_metrics = [], params = [], tags = [] }: RunBatch): Promise<void> {
    const { num } = await this.#active(id, trx);
    const name = tags.findLast((tag) => tag.key === name_tag)?.value;
    if (name !== undefined) await table.changeRun(trx, num, { name });
    if (params.length > 0) await this.#addParams(trx, { num, id }, params);
    const points = [...metrics, ...model_metrics];
    if (points.length > 0) await this.#metrics.writeWithin(trx, id, points);
    if (model_metrics.length > 0) await addModelPoints(trx, id, model_metrics);
    if (tags.length > 0) await table.putTags(trx, num, tags);
  }
  async deleteTag(id: string, key: string): Promise<void> {
    await this.#inOne(undefined, async (trx) => {
      const row = await this.#lockActive(trx, id);
      if (!(await table.deleteTag(trx, row.num, key))) throw failure('HF-TRACK-009', { key, kind: 'run', id });
    });
  }
  /** Makes a tag of the value, or of what `join` makes of the one before. */
  async appendTag(id: string, key: string, value: string, join: (before: string) => string): Promise<void> {
    await this.#inOne(undefined, async (trx) => table.appendTag(trx, (await this.#lockActive(trx, id)).num, key, value, join));
  }
  async addInputs(id: string, given: { datasets: readonly DatasetInput[]; models: readonly ModelLink[] }): Promise<void> {
    await this.#inOne(undefined, async (trx) => {
      const row = await this.#lockActive(trx, id);
      for (const dataset of given.datasets) await inputs.addDataset(trx, row, dataset);
      if (given.models.length > 0) await inputs.addModels(trx, row.num, 'input', given.models);
    });
  }
  async addOutputs(id: string, models: readonly ModelLink[]): Promise<void> {
    await this.#inOne(undefined, async (trx) => inputs.addModels(trx, (await this.#lockActive(trx, id)).num, 'output', models));
  }
  datasetSummaries(experiment_ids: readonly number[], limit: number): Promise<inputs.DatasetSummary[]> {
    return inputs.datasetSummaries(this.#db, experiment_ids, limit);
  }

  /** Points that were just logged go where searches find them. Every read of this room does it by itself; the server does it now and then. */
  fold(): Promise<void> {
    return this.#metrics.fold();
  }
  /** By time, step and value; empty for a run or a key that is not there. */
  history(id: string, key: string, limit: number, after?: HistoryPoint): Promise<HistoryPoint[]> {
    return this.#metrics.history(id, key, limit, after);
  }
  historyBySteps(id: string, key: string, limit: number): Promise<HistoryPoint[]> {
    return this.#metrics.historyBySteps(id, key, limit);
  }
  sampledHistory(of: HistorySample): Promise<(HistoryPoint & { run_id: string })[]> {
    return this.#metrics.sample(of);
  }

  async #addParams(trx: Db, run: { num: number; id: string }, params: readonly Pair[]): Promise<void> {
    const [other] = await table.addParams(trx, run.num, params);
    if (!other) return;
    throw failure('HF-TRACK-001', { key: other.key, was: other.was, run: run.id, saw: params.find((p) => p.key === other.key)?.value });
  }
  async #active(id: string, db: Db): Promise<RunRow> {
    const row = await this.get(id, db);
    if (row.lifecycle_stage !== 'active') throw failure('HF-TRACK-007', { id });
    return row;
  }
  async #lockActive(trx: Db, id: string): Promise<RunRow> {
    const row = await table.lockRun(trx, id);
    if (!row) throw failure('HF-TRACK-004', { id });
    if (row.lifecycle_stage !== 'active') throw failure('HF-TRACK-007', { id });
    return row;
  }
  async #setStage(id: string, by: Actor, lifecycle_stage: 'active' | 'deleted', deleted_ms: number | null): Promise<void> {
    await this.#inOne(undefined, async (trx) => {
      const row = await table.lockRun(trx, id);
      if (!row) throw failure('HF-TRACK-004', { id });
      if (row.lifecycle_stage === lifecycle_stage) return;
      await table.changeRun(trx, row.num, { lifecycle_stage, deleted_ms });
      const action = lifecycle_stage === 'active' ? 'run.restore' : 'run.delete';
      await this.#audit(trx, { by, action, object: id, before: { lifecycle_stage: row.lifecycle_stage }, after: { lifecycle_stage } });
    });
  }
  /** In the transaction of the caller, or in one of its own. */
  #inOne<T>(within: Db | undefined, act: (trx: Db) => Promise<T>): Promise<T> {
    return within ? act(within) : this.#db.transaction().execute(act);
  }
  #now(): number {
    return this.#clock.wall_ms();
  }
}

const numOf = (row: RunRow): number => row.num;
const runOf = (row: { run: number }): number => row.run;

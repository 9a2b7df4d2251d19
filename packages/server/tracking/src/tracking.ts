// Tracking: experiments and runs with params, metrics and tags, logged models, and the artifacts of both.
import type { Clock, RandomBytes } from '@holdfast/base';
import type { Blobs } from '@holdfast/blobs';
import type { Actor, Audit, Db, Sight } from '@holdfast/postgres';
import { Artifacts } from './artifacts.ts';
import { listExperiments } from './experiment-table.ts';
import { Experiments, checkRoot, default_root } from './experiments.ts';
import { LoggedModels } from './logged-models.ts';
import { Places } from './places.ts';
import { endRun, findRun, listRuns } from './run-table.ts';
import { Runs } from './runs.ts';
import { Traces } from './traces.ts';
import type { RunRow } from './types.ts';

export interface RunLog {
  readonly params?: Readonly<Record<string, string>> | undefined;
  readonly metrics?:
    | readonly { readonly key: string; readonly value: number; readonly step?: number | undefined; readonly at_ms?: number | undefined }[]
    | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly state?: 'finished' | 'failed' | undefined;
}

export interface TrackingOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly audit: Audit;
  readonly blobs: Blobs;
  /** Where new experiments keep their artifacts; absent: here. */
  readonly artifact_root?: string | undefined;
}

const points_shown_max = 100_000;
const states = { RUNNING: 'running', SCHEDULED: 'scheduled', FINISHED: 'finished', FAILED: 'failed', KILLED: 'killed' } as const;
const pairs = (record: Readonly<Record<string, string>>) => Object.entries(record).map(([key, value]) => ({ key, value }));
const record = (of: readonly { key: string; value: string }[]) => Object.fromEntries(of.map(({ key, value }) => [key, value]));

export class Tracking {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly experiments: Experiments;
  readonly runs: Runs;
  readonly models: LoggedModels;
  readonly artifacts: Artifacts;
  readonly traces: Traces;
  readonly places: Places;

  constructor(options: TrackingOptions) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.experiments = new Experiments({ ...options, artifact_root: checkRoot(options.artifact_root ?? default_root) });
    this.runs = new Runs(options);
    this.models = new LoggedModels(options);
    this.artifacts = new Artifacts(options);
    this.traces = new Traces(options);
    this.places = new Places(options.db);
  }

  /** Starts a run of an experiment that is made where there is none. `id` given again returns the run that exists. */
  async start(
    run: { experiment: string; name?: string | undefined; tags?: Readonly<Record<string, string>> | undefined; by: Actor; id?: string | undefined },
    within?: Db,
  ): Promise<string> {
    const { by, id, name } = run;
    const begin = async (trx: Db) => {
      const known = id === undefined ? undefined : await findRun(trx, id);
      if (known) return known.id;
      const experiment_id = await this.experiments.idOf(trx, run.experiment);
      return (await this.runs.create({ experiment_id, id, name, user_id: by.name, tags: pairs(run.tags ?? {}), by }, trx)).id;
    };
    return within ? begin(within) : this.#db.transaction().execute(begin);
  }

  /** Logs in one transaction. A param that has another value already fails with HF-TRACK-001, and nothing of the call is kept. */
  async log(id: string, entry: RunLog, within?: Db): Promise<void> {
    const write = async (trx: Db) => {
      const now = this.#clock.wall_ms();
      const metrics = (entry.metrics ?? []).map((m) => ({ key: m.key, value: m.value, step: m.step ?? 0, at_ms: Math.round(m.at_ms ?? now) }));
      await this.runs.logWithin(trx, id, { metrics, params: pairs(entry.params ?? {}), tags: pairs(entry.tags ?? {}) });
      if (entry.state) await this.end(id, entry.state, trx);
    };
    await (within ? write(within) : this.#db.transaction().execute(write));
  }

  /** Ends a run where there is one and it is not over: an attempt that logged no metric has none. */
  async end(id: string, state: NonNullable<RunLog['state']>, within: Db = this.#db): Promise<void> {
    await endRun(within, id, state === 'finished' ? 'FINISHED' : 'FAILED', this.#clock.wall_ms());
  }

  /** A run as pages and commands show it. */
  async runView(id: string) {
    const row = await this.runs.get(id);
    const { name } = await this.experiments.get(row.experiment_id);
    return (await this.#views([{ ...row, experiment: name }]))[0]!;
  }
  async runViews(of: { experiment?: string | undefined; project?: string | undefined }, limit: number, sight: Sight | null) {
    return this.#views(await listRuns(this.#db, of, limit, sight));
  }
  async experimentViews(sight: Sight | null) {
    return (await listExperiments(this.#db, sight)).map((row) => ({ ...row, runs: Number(row.runs) }));
  }
  /** Points that were just logged go where searches find them; reads do it too. Nothing is left to do at once. */
  async fold(): Promise<false> {
    await this.runs.fold();
    return false;
  }
  /** By step, then time. */
  metric(id: string, key: string) {
    return this.runs.historyBySteps(id, key, points_shown_max);
  }

  async #views(rows: readonly (RunRow & { experiment: string })[]) {
    if (rows.length === 0) return [];
    return (await this.runs.details(rows)).map((run, i) => ({
      id: run.row.id,
      experiment: rows[i]!.experiment,
      name: run.row.name,
      state: states[run.row.status],
      started_ms: run.row.start_ms,
      ended_ms: run.row.end_ms,
      params: record(run.params),
      tags: record(run.tags),
      metrics: Object.fromEntries(run.metrics.map((m) => [m.key, { last: m.value, step: m.step, points: m.points }])),
    }));
  }
}

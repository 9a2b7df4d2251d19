// Tracking: experiments and runs with params, metrics and tags.
import { type Clock, type RandomBytes, failure, toHex } from '@holdfast/base';
import type { Actor, Audit, Db } from '@holdfast/postgres';
import * as table from './run-table.ts';

export interface RunLog {
  readonly params?: Readonly<Record<string, string>> | undefined;
  readonly metrics?:
    | readonly { readonly key: string; readonly value: number; readonly step?: number | undefined; readonly at_ms?: number | undefined }[]
    | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly state?: 'finished' | 'failed' | undefined;
}

const states = { RUNNING: 'running', FINISHED: 'finished', FAILED: 'failed' } as const;

export class Tracking {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  readonly #audit: Audit;

  constructor(options: { db: Db; clock: Clock; random: RandomBytes; audit: Audit }) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#audit = options.audit;
  }

  /** Starts a run; ids are 32 hex digits, as MLflow's are. `id` given again returns the run that exists. */
  async start(
    run: { experiment: string; name?: string | undefined; tags?: Readonly<Record<string, string>> | undefined; by: Actor; id?: string | undefined },
    within?: Db,
  ): Promise<string> {
    const id = run.id ?? toHex(this.#random(16));
    await this.#inOne(within, async (trx) => {
      if (await table.findRun(trx, id)) return;
      const now = this.#clock.wall_ms();
      const experiment_id = await table.experimentId(trx, run.experiment, now);
      const name = run.name ?? `run-${id.slice(0, 8)}`;
      const row = { id, experiment_id, name, status: 'RUNNING', user_id: run.by.name, start_ms: now, end_ms: null } as const;
      if (!(await table.insertRun(trx, row))) return; // the same id, at the same time: the other one made it
      await this.#putTags(trx, id, run.tags ?? {});
      const after = { experiment: run.experiment, name, tags: run.tags ?? {} };
      await this.#audit(trx, { by: run.by, action: 'run.create', object: id, before: null, after });
    });
    return id;
  }

  /** Logs in one transaction. A param that has another value already fails with HF-TRACK-001, and nothing of the call is kept. */
  async log(id: string, entry: RunLog, within?: Db): Promise<void> {
    await this.#inOne(within, async (trx) => {
      if (!(await table.findRun(trx, id))) throw failure('HF-REQ-004', { kind: 'run', name: id });
      await this.#addParams(trx, id, entry.params ?? {});
      const now = this.#clock.wall_ms();
      const points = (entry.metrics ?? []).map((m) => ({ key: m.key, value: m.value, step: m.step ?? 0, at_ms: Math.round(m.at_ms ?? now) }));
      if (points.length > 0) await table.insertMetrics(trx, id, points);
      await this.#putTags(trx, id, entry.tags ?? {});
      if (entry.state) await table.endRun(trx, id, entry.state === 'finished' ? 'FINISHED' : 'FAILED', now);
    });
  }

  /** Ends a run where there is one and it is not over: an attempt that logged no metric has none. */
  async end(id: string, state: NonNullable<RunLog['state']>, within: Db = this.#db): Promise<void> {
    await table.endRun(within, id, state === 'finished' ? 'FINISHED' : 'FAILED', this.#clock.wall_ms());
  }

  async run(id: string) {
    const row = await table.findRun(this.#db, id);
    if (!row) throw failure('HF-REQ-004', { kind: 'run', name: id });
    return (await this.#withDetails([row]))[0]!;
  }
  async runs(experiment: string | undefined, limit: number) {
    return this.#withDetails(await table.listRuns(this.#db, experiment, limit));
  }
  async experiments() {
    return (await table.listExperiments(this.#db)).map((row) => ({ ...row, runs: Number(row.runs) }));
  }
  metric(id: string, key: string) {
    return table.metricHistory(this.#db, id, key);
  }

  /** In the transaction of the caller, or in one of its own. */
  #inOne(within: Db | undefined, act: (trx: Db) => Promise<void>): Promise<void> {
    return within ? act(within) : this.#db.transaction().execute(act);
  }

  async #withDetails(rows: readonly (table.RunRow & { experiment: string })[]) {
    const ids = rows.map((row) => row.id);
    if (ids.length === 0) return [];
    const [params, tags, metrics] = await Promise.all([table.paramsOf(this.#db, ids), table.tagsOf(this.#db, ids), table.lastMetrics(this.#db, ids)]);
    return rows.map((row) => ({
      id: row.id,
      experiment: row.experiment,
      name: row.name,
      state: states[row.status],
      started_ms: row.start_ms,
      ended_ms: row.end_ms,
      params: Object.fromEntries(params.filter((p) => p.run_id === row.id).map((p) => [p.key, p.value])),
      tags: Object.fromEntries(tags.filter((t) => t.run_id === row.id).map((t) => [t.key, t.value])),
      metrics: Object.fromEntries(
        metrics.filter((m) => m.run_id === row.id).map((m) => [m.key, { last: m.value, step: Number(m.step), points: Number(m.points) }]),
      ),
    }));
  }

  async #addParams(trx: Db, id: string, params: Readonly<Record<string, string>>): Promise<void> {
    const rows = Object.entries(params).map(([key, value]) => ({ run_id: id, key, value }));
    if (rows.length === 0) return;
    await table.insertParams(trx, rows);
    for (const { key, value } of await table.paramsOf(trx, [id])) {
      if (key in params && params[key] !== value) throw failure('HF-TRACK-001', { key, run: id, was: JSON.stringify(value), saw: JSON.stringify(params[key]) });
    }
  }
  async #putTags(trx: Db, id: string, tags: Readonly<Record<string, string>>): Promise<void> {
    const rows = Object.entries(tags).map(([key, value]) => ({ run_id: id, key, value }));
    if (rows.length > 0) await table.putTags(trx, rows);
  }
}

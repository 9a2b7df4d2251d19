// Tracking: logged models: what a run has made, with files, params and metrics of its own, before anybody registers it.
import { type Clock, type RandomBytes, failure, toHex } from '@holdfast/base';
import type { Actor, Audit, Db, SearchPage } from '@holdfast/postgres';
import { mustBeActive } from './experiments.ts';
import { findExperiment } from './experiment-table.ts';
import * as table from './logged-model-table.ts';
import { randomRunName } from './run-names.ts';
import type { Pair } from './types.ts';

export interface LoggedModelDetails {
  readonly row: table.LoggedModelRow;
  readonly params: readonly Pair[];
  readonly tags: readonly Pair[];
  readonly metrics: readonly table.ModelMetric[];
}
export interface NewLoggedModel {
  readonly experiment_id: number;
  /** Of a model that was made elsewhere; one that is here already is returned as it is. */
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly model_type?: string | undefined;
  readonly source_run_id?: string | undefined;
  readonly params: readonly Pair[];
  readonly tags: readonly Pair[];
  readonly by: Actor;
}

export class LoggedModels {
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

  /** Its files go to `<location of the experiment>/models/<id>/artifacts`. */
  create(model: NewLoggedModel): Promise<table.LoggedModelRow> {
    return this.#db.transaction().execute(async (trx) => {
      const experiment = await findExperiment(trx, model.experiment_id);
      if (!experiment) throw failure('HF-TRACK-002', { id: model.experiment_id });
      const known = model.id === undefined ? undefined : await table.findModel(trx, model.id);
      if (known) return known;
      const id = model.id ?? `m-${toHex(this.#random(16))}`;
      const now = this.#clock.wall_ms();
      const row: table.LoggedModelRow = {
        id,
        experiment_id: model.experiment_id,
        name: model.name || randomRunName(this.#random),
        model_type: model.model_type ?? null,
        source_run_id: model.source_run_id ?? null,
        artifact_uri: `${mustBeActive(experiment).artifact_location}/models/${id}/artifacts`,
        status: 'LOGGED_MODEL_PENDING',
        status_message: null,
        created_ms: now,
        updated_ms: now,
        deleted_ms: null,
      };
      if (!(await table.insertModel(trx, row))) return this.#taken(trx, id);
      await table.addModelParams(trx, id, model.params);
      await table.putModelTags(trx, id, model.tags);
      await this.#audit(trx, { by: model.by, action: 'logged_model.create', object: id, before: null, after: row });
      return row;
    });
  }
  async get(id: string): Promise<table.LoggedModelRow> {
    const row = await table.findModel(this.#db, id);
    if (!row) throw failure('HF-TRACK-010', { id });
    return row;
  }
  async details(rows: readonly table.LoggedModelRow[]): Promise<LoggedModelDetails[]> {
    const ids = rows.map((row) => row.id);
    if (ids.length === 0) return [];
    const parts = await Promise.all([table.modelParamsOf(this.#db, ids), table.modelTagsOf(this.#db, ids), table.modelMetricsOf(this.#db, ids)]);
    const byModel = (row: { model_id: string }) => row.model_id;
    const [params, tags, metrics] = [Map.groupBy(parts[0], byModel), Map.groupBy(parts[1], byModel), Map.groupBy(parts[2], byModel)];
    return rows.map((row) => ({ row, params: params.get(row.id) ?? [], tags: tags.get(row.id) ?? [], metrics: metrics.get(row.id) ?? [] }));
  }
  search(search: table.ModelSearch): Promise<SearchPage<table.LoggedModelRow>> {
    return table.searchModels(this.#db, search);
  }

  finish(id: string, status: table.LoggedModelStatus): Promise<table.LoggedModelRow> {
    return this.#change(id, async (trx, row) => {
      await table.changeModel(trx, id, { status, updated_ms: this.#clock.wall_ms() });
      return { ...row, status };
    });
  }
  async delete(id: string, by: Actor): Promise<void> {
    await this.#change(id, async (trx, row) => {
      await table.changeModel(trx, id, { deleted_ms: this.#clock.wall_ms() });
      await this.#audit(trx, { by, action: 'logged_model.delete', object: id, before: row, after: null });
    });
  }
  async addParams(id: string, params: readonly Pair[]): Promise<void> {
    await this.#change(id, (trx) => table.addModelParams(trx, id, params));
  }
  async setTags(id: string, tags: readonly Pair[]): Promise<void> {
    await this.#change(id, (trx) => table.putModelTags(trx, id, tags));
  }
  async deleteTag(id: string, key: string): Promise<void> {
    await this.#change(id, async (trx) => {
      if (!(await table.deleteModelTag(trx, id, key))) throw failure('HF-TRACK-009', { key, kind: 'model', id });
    });
  }

  /** Made by somebody else at the same time, or deleted. */
  async #taken(trx: Db, id: string): Promise<table.LoggedModelRow> {
    const other = await table.findModel(trx, id);
    if (!other) throw failure('HF-TRACK-018', { id });
    return other;
  }
  #change<T>(id: string, act: (trx: Db, row: table.LoggedModelRow) => Promise<T>): Promise<T> {
    return this.#db.transaction().execute(async (trx) => {
      const row = await table.lockModel(trx, id);
      if (!row) throw failure('HF-TRACK-010', { id });
      return act(trx, row);
    });
  }
}

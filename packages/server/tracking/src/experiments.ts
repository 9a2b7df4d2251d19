// Tracking: experiments. A name is used once, also by a deleted one; deleting one takes its runs along, and restoring brings all of them back.
import { type Clock, failure } from '@holdfast/base';
import type { Actor, Audit, Db, SearchPage } from '@holdfast/postgres';
import * as table from './experiment-table.ts';
import { searchExperiments } from './experiment-search-table.ts';
import { changeRunsOf } from './run-table.ts';
import type { Search } from './search.ts';
import type { ExperimentRow, Pair } from './types.ts';

/** Where the experiment 0 and every new one keep their artifacts; the id is put behind it. */
export const default_root = 'mlflow-artifacts:';

/** The root without a slash at its end. Fails with HF-TRACK-015. */
export function checkRoot(root: string): string {
  const fits = /^(?:mlflow-artifacts:\/*|s3:\/\/[^/]+(?:\/.*)?|file:\/\/\/.*)$/.test(root) || root === default_root;
  if (!fits || /[?#]|\/\.\.(?:\/|$)/.test(root))
    throw failure('HF-TRACK-015', { saw: JSON.stringify(root.slice(0, 200)), expected: 'mlflow-artifacts:/, s3://… or file:///…' });
  return root.replace(/\/+$/, '');
}

export interface ExperimentDetails {
  readonly row: ExperimentRow;
  readonly tags: readonly Pair[];
}

/** What else is done in the transaction that makes something. */
export type Within = (trx: Db, id: number) => Promise<void>;

export class Experiments {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #audit: Audit;
  readonly #root: string;

  constructor(options: { db: Db; clock: Clock; audit: Audit; artifact_root: string }) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#audit = options.audit;
    this.#root = options.artifact_root;
  }

  async create(experiment: {
    name: string;
    artifact_location?: string | undefined;
    tags?: readonly Pair[];
    by: Actor;
    within?: Within | undefined;
  }): Promise<ExperimentRow> {
    const { name, artifact_location, tags = [], by, within } = experiment;
    return this.#db.transaction().execute(async (trx) => {
      const row = await table.insertExperiment(trx, name, this.#now(), (id) => artifact_location ?? `${this.#root}/${id}`);
      if (!row) throw await this.#taken(trx, name);
      if (tags.length > 0) await table.putExperimentTags(trx, row.id, tags);
      await this.#audit(trx, { by, action: 'experiment.create', object: String(row.id), before: null, after: { ...row, tags } });
      await within?.(trx, row.id);
      return row;
    });
  }
  /** The id of the experiment of this name; it is made where there is none. In the transaction of the caller, whose audit row names it. */
  async idOf(trx: Db, name: string): Promise<number> {
    const found = await table.findExperimentByName(trx, name);
    if (found) return found.id;
    const made = await table.insertExperiment(trx, name, this.#now(), (id) => `${this.#root}/${id}`);
    return (made ?? (await table.findExperimentByName(trx, name))!).id; // made by somebody else at the same time
  }

  /** Deleted ones too. */
  async get(id: number, db = this.#db): Promise<ExperimentRow> {
    const row = await table.findExperiment(db, id);
    if (!row) throw failure('HF-TRACK-002', { id });
    return row;
  }
  async getByName(name: string): Promise<ExperimentRow> {
    const row = await table.findExperimentByName(this.#db, name);
    if (!row) throw failure('HF-TRACK-003', { name });
    return row;
  }
  /** For what may be changed in active experiments only. */
  async active(id: number, db = this.#db): Promise<ExperimentRow> {
    return mustBeActive(await this.get(id, db));
  }
  async details(rows: readonly ExperimentRow[]): Promise<ExperimentDetails[]> {
    if (rows.length === 0) return [];
    const tags = Map.groupBy(
      await table.experimentTags(
        this.#db,
        rows.map((row) => row.id),
      ),
      (tag) => tag.experiment_id,
    );
    return rows.map((row) => ({ row, tags: tags.get(row.id) ?? [] }));
  }
  search(search: Search): Promise<SearchPage<ExperimentRow>> {
    return searchExperiments(this.#db, search);
  }

  async rename(id: number, name: string, by: Actor): Promise<void> {
    await this.#change(id, by, 'experiment.rename', async (trx, row) => {
      if (row.lifecycle_stage !== 'active') throw failure('HF-TRACK-008');
      const other = await table.findExperimentByName(trx, name);
      if (other && other.id !== id) throw await this.#taken(trx, name);
      return { name };
    });
  }
  async delete(id: number, by: Actor): Promise<void> {
    await this.#change(id, by, 'experiment.delete', async (trx, row) => {
      if (row.lifecycle_stage !== 'active') throw failure('HF-TRACK-002', { id });
      await changeRunsOf(trx, id, 'deleted', this.#now());
      return { lifecycle_stage: 'deleted' };
    });
  }
  async restore(id: number, by: Actor): Promise<void> {
    await this.#change(id, by, 'experiment.restore', async (trx, row) => {
      if (row.lifecycle_stage !== 'deleted') throw failure('HF-TRACK-002', { id });
      await changeRunsOf(trx, id, 'active', null);
      return { lifecycle_stage: 'active' };
    });
  }
  async setTag(id: number, tag: Pair, by: Actor): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      await this.active(id, trx);
      const found = await table.findExperimentTag(trx, id, tag.key);
      await table.putExperimentTags(trx, id, [tag]);
      await this.#audit(trx, { by, action: 'experiment.tag', object: String(id), before: found ? { key: tag.key, ...found } : null, after: tag });
    });
  }
  async deleteTag(id: number, key: string, by: Actor): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      await this.active(id, trx);
      const gone = await table.deleteExperimentTag(trx, id, key);
      if (!gone) throw failure('HF-TRACK-009', { key, kind: 'experiment', id });
      await this.#audit(trx, { by, action: 'experiment.untag', object: String(id), before: { key, value: gone.value }, after: null });
    });
  }

  async #change(
    id: number,
    by: Actor,
    action: string,
    decide: (trx: Db, row: ExperimentRow) => Promise<Partial<Pick<ExperimentRow, 'name' | 'lifecycle_stage'>>>,
  ): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      const row = await table.lockExperiment(trx, id);
      if (!row) throw failure('HF-TRACK-002', { id });
      const set = { ...(await decide(trx, row)), updated_ms: this.#now() };
      await table.changeExperiment(trx, id, set);
      await this.#audit(trx, { by, action, object: String(id), before: row, after: { ...row, ...set } });
    });
  }
  async #taken(trx: Db, name: string): Promise<Error> {
    const other = await table.findExperimentByName(trx, name);
    return failure('HF-TRACK-005', { name, deleted: other?.lifecycle_stage === 'deleted' ? ' in deleted state' : '' });
  }
  #now(): number {
    return this.#clock.wall_ms();
  }
}

export function mustBeActive(row: ExperimentRow): ExperimentRow {
  if (row.lifecycle_stage !== 'active') throw failure('HF-TRACK-006', { id: row.id, state: row.lifecycle_stage });
  return row;
}

// The registry: registered models as people describe them: names, descriptions, tags. A model with bundles keeps its name and stays: devices may run it.
import { type Clock, failure } from '@holdfast/base';
import { type Actor, type Audit, type Db, type SearchPage, announce } from '@holdfast/postgres';
import * as models from './model-table.ts';
import type { ModelColumn, Pair, RecordSearch } from './record-types.ts';
import * as table from './record-table.ts';

export interface ModelRecord {
  readonly row: table.ModelRecordRow;
  readonly tags: readonly Pair[];
  readonly aliases: readonly { readonly alias: string; readonly version: number }[];
  /** The newest version of each stage. */
  readonly latest: readonly table.VersionRecordRow[];
}

/** What else is done in the transaction that makes a model. */
export type Within = (trx: Db, id: number) => Promise<void>;
type Said = { readonly before: unknown; readonly after: unknown };

export class ModelRecords {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #audit: Audit;

  constructor(options: { db: Db; clock: Clock; audit: Audit }) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#audit = options.audit;
  }

  async create(model: { name: string; description: string; tags: readonly Pair[]; by: Actor; within?: Within | undefined }): Promise<table.ModelRecordRow> {
    const { name, description, tags, by, within } = model;
    return this.#db.transaction().execute(async (trx) => {
      const row = { name, description, created_ms: this.#clock.wall_ms() };
      if (!(await models.putModel(trx, row))) throw failure('HF-REG-007', { name });
      await table.putModelTags(trx, name, tags);
      await this.#audit(trx, { by, action: 'model.create', object: name, before: null, after: { ...row, tags } });
      await within?.(trx, (await models.modelId(trx, name)).id);
      await announce(trx, 'models');
      return { ...row, updated_ms: row.created_ms };
    });
  }
  async get(name: string): Promise<table.ModelRecordRow> {
    const row = await table.findModelRecord(this.#db, name);
    if (!row) throw failure('HF-REG-006', { name });
    return row;
  }
  async details(rows: readonly table.ModelRecordRow[]): Promise<ModelRecord[]> {
    const names = rows.map((row) => row.name);
    const [tags, aliases, latest] = await Promise.all([
      table.modelTagsOf(this.#db, names),
      table.aliasesOf(this.#db, names),
      table.latestRecords(this.#db, names),
    ]);
    const byModel = (one: { model: string }) => one.model;
    const [tagsOf, aliasesOf, latestOf] = [Map.groupBy(tags, byModel), Map.groupBy(aliases, byModel), Map.groupBy(latest, byModel)];
    return rows.map((row) => ({ row, tags: tagsOf.get(row.name) ?? [], aliases: aliasesOf.get(row.name) ?? [], latest: latestOf.get(row.name) ?? [] }));
  }
  search(search: RecordSearch<ModelColumn>): Promise<SearchPage<table.ModelRecordRow>> {
    return table.searchModels(this.#db, { ...search, order: [...search.order, { column: 'name', ascending: true }] });
  }

  async describe(name: string, description: string, by: Actor): Promise<void> {
    await this.#change(name, by, 'model.describe', async (trx, row, updated_ms) => {
      await models.changeModel(trx, name, { description, updated_ms });
      return { before: { description: row.description }, after: { description } };
    });
  }
  async setTag(name: string, tag: Pair, by: Actor): Promise<void> {
    await this.#change(name, by, 'model.tag', async (trx) => {
      const found = await table.findModelTag(trx, name, tag.key);
      await table.putModelTags(trx, name, [tag]);
      return { before: found ? { key: tag.key, ...found } : null, after: tag };
    });
  }
  async deleteTag(name: string, key: string, by: Actor): Promise<void> {
    await this.#change(name, by, 'model.untag', async (trx) => {
      const gone = await table.deleteModelTag(trx, name, key);
      return { before: { key, ...gone }, after: null };
    });
  }
  /** Versions, aliases, tags go along. Fails with HF-REG-007 or -010. */
  async rename(name: string, to: string, by: Actor): Promise<void> {
    await this.#change(name, by, 'model.rename', async (trx, { description, created_ms }, updated_ms) => {
      if (await models.hasBundles(trx, name)) throw failure('HF-REG-010', { name, action: 'renamed' });
      const { id } = await models.modelId(trx, name);
      if (!(await models.putModel(trx, { name: to, description, created_ms }))) throw failure('HF-REG-007', { name: to });
      const putBack = await table.takeRecords(trx, name);
      await models.moveVersions(trx, name, to);
      await models.moveAliases(trx, name, to);
      await putBack(to);
      await models.deleteModel(trx, name);
      await models.setModelId(trx, to, id);
      await models.changeModel(trx, to, { updated_ms });
      return { before: { name }, after: { name: to } };
    });
  }
  /** With its versions. Fails with HF-REG-010. */
  async delete(name: string, by: Actor): Promise<void> {
    await this.#change(name, by, 'model.delete', async (trx, row) => {
      if (await models.hasBundles(trx, name)) throw failure('HF-REG-010', { name, action: 'deleted' });
      await models.deleteAliasesOf(trx, name, undefined);
      await table.deleteRecords(trx, name);
      await models.deleteVersions(trx, name);
      await models.deleteModel(trx, name);
      return { before: row, after: null };
    });
  }

  async #change(name: string, by: Actor, action: string, act: (trx: Db, row: table.ModelRecordRow, now_ms: number) => Promise<Said>): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      await models.lockModel(trx, name);
      const row = await table.findModelRecord(trx, name);
      if (!row) throw failure('HF-REG-006', { name });
      await this.#audit(trx, { by, action, object: name, ...(await act(trx, row, this.#clock.wall_ms())) });
      await announce(trx, 'models');
    });
  }
}

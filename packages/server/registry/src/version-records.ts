// The registry: versions as people describe them: source, description, stage, tags. The bytes of a version never change; all of this may.
import { createHash } from 'node:crypto';
import { type Clock, failure } from '@holdfast/base';
import { type Actor, type Audit, type Db, type SearchPage, announce } from '@holdfast/postgres';
import * as models from './model-table.ts';
import { type ModelStage, type Pair, type RecordSearch, type VersionColumn, stages } from './record-types.ts';
import * as table from './record-table.ts';

export interface NewSourceVersion {
  readonly model: string;
  readonly source: string;
  /** What lies at the source, where this server holds it. */
  readonly files: readonly { readonly path: string; readonly digest: string; readonly size_bytes: number }[];
  readonly run_id?: string | undefined;
  readonly run_link: string;
  readonly description: string;
  readonly logged_model?: string | undefined;
  readonly tags: readonly Pair[];
  readonly by: Actor;
}
export interface VersionRecord {
  readonly row: table.VersionRecordRow;
  readonly tags: readonly Pair[];
  readonly aliases: readonly string[];
}
type Changed = { readonly before: unknown; readonly after: unknown };

export class VersionRecords {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #audit: Audit;

  constructor(options: { db: Db; clock: Clock; audit: Audit }) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#audit = options.audit;
  }

  /** The next number, also for a source that has a version already: clients of MLflow count on it. */
  async create(given: NewSourceVersion): Promise<table.VersionRecordRow> {
    const { model, by, tags } = given;
    return this.#db.transaction().execute(async (trx) => {
      await models.lockModel(trx, model);
      if (!(await models.findModel(trx, model))) throw failure('HF-REG-006', { name: model });
      const version = (await models.lastVersionNumber(trx, model)) + 1;
      const created_ms = this.#clock.wall_ms();
      const content = contentOf(given);
      const lineage = { dataset: null, run: given.run_id ?? null, execution: null, code: null };
      const row = { model, version, digest: content.digest, size_bytes: content.size_bytes, created_ms, created_by: by.name, lineage, metrics: {} };
      await models.insertVersion(trx, row);
      const { source, run_link, description, logged_model = null } = given;
      await table.insertRecord(trx, {
        model,
        version,
        source,
        folder: content.folder,
        run_link,
        description,
        stage: 'None',
        logged_model,
        updated_ms: created_ms,
      });
      await table.putVersionTags(trx, model, version, tags);
      await models.changeModel(trx, model, { updated_ms: created_ms });
      await this.#audit(trx, { by, action: 'version.register', object: `${model}/${version}`, before: null, after: { ...row, source, tags } });
      await announce(trx, 'models');
      return (await table.findRecord(trx, model, version))!;
    });
  }
  async get(model: string, version: number): Promise<table.VersionRecordRow> {
    const row = await table.findRecord(this.#db, model, version);
    if (!row) throw failure('HF-REG-008', { name: model, version });
    return row;
  }
  async byAlias(model: string, alias: string): Promise<table.VersionRecordRow> {
    const found = await models.findAlias(this.#db, model, alias);
    if (!found) throw failure('HF-REG-009', { alias, name: model });
    return this.get(model, found.version);
  }
  latest(model: string): Promise<table.VersionRecordRow[]> {
    return table.latestRecords(this.#db, [model]);
  }
  async details(rows: readonly table.VersionRecordRow[]): Promise<VersionRecord[]> {
    const [tags, aliases] = await Promise.all([table.versionTagsOf(this.#db, rows), table.aliasesOf(this.#db, [...new Set(rows.map((row) => row.model))])]);
    const nameOf = (one: { model: string; version: number }) => `${one.model}/${one.version}`; // no name has a slash
    const [tagsOf, aliasesOf] = [Map.groupBy(tags, nameOf), Map.groupBy(aliases, nameOf)];
    return rows.map((row) => ({ row, tags: tagsOf.get(nameOf(row)) ?? [], aliases: (aliasesOf.get(nameOf(row)) ?? []).map((one) => one.alias) }));
  }
  search(search: RecordSearch<VersionColumn>): Promise<SearchPage<table.VersionRecordRow>> {
    const ties = [
      { column: 'last_updated_timestamp', ascending: false },
      { column: 'name', ascending: true },
      { column: 'version_number', ascending: false },
    ] as const;
    const has = (column: VersionColumn) => search.order.some((one) => one.column === column);
    return table.searchVersions(this.#db, { ...search, order: [...search.order, ...ties.filter((tie) => !has(tie.column))] });
  }

  async describe(model: string, version: number, description: string, by: Actor): Promise<void> {
    await this.#change(model, version, by, 'version.describe', async (trx, row, updated_ms) => {
      await table.changeRecord(trx, model, version, { description, updated_ms });
      return { before: { description: row.description }, after: { description } };
    });
  }
  async setTag(model: string, version: number, tag: Pair, by: Actor): Promise<void> {
    await this.#change(model, version, by, 'version.tag', async (trx) => {
      await table.putVersionTags(trx, model, version, [tag]);
      return { before: null, after: tag };
    });
  }
  async deleteTag(model: string, version: number, key: string, by: Actor): Promise<void> {
    await this.#change(model, version, by, 'version.untag', async (trx) => {
      await table.deleteVersionTag(trx, model, version, key);
      return { before: { key }, after: null };
    });
  }
  /** Of the versions that the stage had before, `archive_others` makes archived ones. Each has an audit row. */
  async moveToStage(of: { model: string; version: number; stage: string; archive_others: boolean; by: Actor }): Promise<void> {
    const { model, version, archive_others, by } = of;
    const stage = stageNamed(of.stage);
    if (archive_others && stage !== 'Staging' && stage !== 'Production') throw failure('HF-REG-012', { saw: of.stage });
    await this.#change(model, version, by, 'version.stage', async (trx, row, updated_ms) => {
      for (const other of archive_others ? await table.stageOfOthers(trx, model, stage, version) : []) {
        await table.changeRecord(trx, model, other.version, { stage: 'Archived', updated_ms });
        await this.#audit(trx, { by, action: 'version.stage', object: `${model}/${other.version}`, before: { stage }, after: { stage: 'Archived' } });
      }
      await table.changeRecord(trx, model, version, { stage, updated_ms });
      return { before: { stage: row.stage }, after: { stage } };
    });
  }
  /** A version with bundles stays. Its aliases go; its number is not used again. */
  async delete(model: string, version: number, by: Actor): Promise<void> {
    await this.#change(model, version, by, 'version.delete', async (trx, row, now_ms) => {
      if (await models.hasBundles(trx, model, version)) throw failure('HF-REG-010', { name: `${model} version ${version}`, action: 'deleted' });
      const aliases = await models.deleteAliasesOf(trx, model, version);
      await models.markVersionDeleted(trx, model, version, now_ms);
      return { before: { ...row, aliases: aliases.map((one) => one.alias) }, after: null };
    });
  }

  async #change(model: string, version: number, by: Actor, action: string, act: (trx: Db, row: table.VersionRecordRow, now_ms: number) => Promise<Changed>) {
    await this.#db.transaction().execute(async (trx) => {
      await models.lockModel(trx, model);
      const row = await table.findRecord(trx, model, version);
      if (!row) throw failure('HF-REG-008', { name: model, version });
      const now_ms = this.#clock.wall_ms();
      const changed = await act(trx, row, now_ms);
      await models.changeModel(trx, model, { updated_ms: now_ms });
      await this.#audit(trx, { by, action, object: `${model}/${version}`, ...changed });
      await announce(trx, 'models');
    });
  }
}

/** In any case: "production" is Production. */
export function stageNamed(saw: string): ModelStage {
  const stage = stages.find((one) => one.toLowerCase() === saw.toLowerCase());
  if (!stage) throw failure('HF-REG-013', { saw, expected: stages.join(', ') });
  return stage;
}

/** One ONNX file among the files is the model file of the version, so that bundles can be built of it; else the digest is that of the list of files. */
function contentOf({ files, source }: NewSourceVersion): { digest: string; size_bytes: number; folder: boolean } {
  const onnx = files.filter((file) => file.path.endsWith('.onnx'));
  if (onnx.length === 1) return { digest: onnx[0]!.digest, size_bytes: onnx[0]!.size_bytes, folder: false };
  const lines = files.map((file) => `${file.digest}  ${file.path}\n`).sort();
  const digest = createHash('sha256')
    .update(files.length > 0 ? lines.join('') : source)
    .digest('hex');
  return { digest, size_bytes: files.reduce((sum, file) => sum + file.size_bytes, 0), folder: true };
}

// The only SQL of model_tag, version_record and version_tag: what people write about models and versions, and the searches over it.
import { type Db, type RawBuilder, type SearchPage, compare, readPage, sql, termsOf } from '@holdfast/postgres';
import { seenModel } from './place-table.ts';
import type { ModelColumn, Pair, RecordCondition, RecordSearch, VersionColumn } from './record-types.ts';

type RecordTables = {
  model_tag: Pair & { model: string };
  version_tag: Pair & { model: string; version: number };
  version_record: NewVersionRecord;
};
export interface NewVersionRecord {
  model: string;
  version: number;
  /** Where its files came from; null for a file that was registered by its digest. */
  source: string | null;
  /** Its digest is that of a list of files, not of one model file. */
  folder: boolean;
  run_link: string;
  description: string;
  stage: string;
  logged_model: string | null;
  updated_ms: number;
}
export interface ModelRecordRow {
  readonly name: string;
  readonly description: string;
  readonly created_ms: number;
  readonly updated_ms: number;
}
export interface VersionRecordRow extends NewVersionRecord {
  readonly created_ms: number;
  readonly created_by: string;
  readonly run_id: string | null;
}
const tables = (db: Db) => db.$extendTables<RecordTables>();

export const insertRecord = (trx: Db, row: NewVersionRecord) => tables(trx).insertInto('version_record').values(row).execute();
export const changeRecord = (trx: Db, model: string, version: number, set: Partial<Pick<NewVersionRecord, 'description' | 'stage'>> & { updated_ms: number }) =>
  tables(trx).updateTable('version_record').set(set).where('model', '=', model).where('version', '=', version).execute();
/** With the tags of the model and of its versions. */
export async function deleteRecords(trx: Db, model: string): Promise<void> {
  for (const table of ['version_tag', 'version_record', 'model_tag'] as const) await tables(trx).deleteFrom(table).where('model', '=', model).execute();
}
/** Rows that point to a version follow it to another name: they are taken out first, and put back when it is there. */
export async function takeRecords(trx: Db, model: string): Promise<(to: string) => Promise<void>> {
  const [records, version_tags, model_tags] = [await recordsOf(trx, model), await versionTagsOf(trx, [{ model }]), await modelTagsOf(trx, [model])];
  await deleteRecords(trx, model);
  return async (to) => {
    if (records.length > 0) await tables(trx).insertInto('version_record').values(records.map((row) => ({ ...row, model: to }))).execute(); // prettier-ignore
    if (version_tags.length > 0) await tables(trx).insertInto('version_tag').values(version_tags.map((row) => ({ ...row, model: to }))).execute(); // prettier-ignore
    if (model_tags.length > 0) await tables(trx).insertInto('model_tag').values(model_tags.map((row) => ({ ...row, model: to }))).execute(); // prettier-ignore
  };
}
const recordsOf = (trx: Db, model: string) => tables(trx).selectFrom('version_record').selectAll().where('model', '=', model).execute();

export const putModelTags = async (trx: Db, model: string, tags: readonly Pair[]): Promise<void> => {
  for (const { key, value } of tags)
    await sql`insert into model_tag (model, key, value) values (${model}, ${key}, ${value}) on conflict (model, key) do update set value = excluded.value`.execute(
      trx,
    );
};
export const putVersionTags = async (trx: Db, model: string, version: number, tags: readonly Pair[]): Promise<void> => {
  for (const { key, value } of tags)
    await sql`insert into version_tag (model, version, key, value) values (${model}, ${version}, ${key}, ${value})
      on conflict (model, version, key) do update set value = excluded.value`.execute(trx);
};
/** The value that was there; undefined where there was none. */
export const deleteModelTag = (trx: Db, model: string, key: string) =>
  tables(trx).deleteFrom('model_tag').where('model', '=', model).where('key', '=', key).returning('value').executeTakeFirst();
export const findModelTag = (db: Db, model: string, key: string) =>
  tables(db).selectFrom('model_tag').select('value').where('model', '=', model).where('key', '=', key).executeTakeFirst();
export const deleteVersionTag = (trx: Db, model: string, version: number, key: string) =>
  tables(trx).deleteFrom('version_tag').where('model', '=', model).where('version', '=', version).where('key', '=', key).execute();

export const modelTagsOf = (db: Db, names: readonly string[]) =>
  tables(db)
    .selectFrom('model_tag')
    .selectAll()
    .where('model', '=', sql<string>`any(${[...names]}::text[])`)
    .orderBy('key')
    .execute();
/** Of versions, or of every version where none is named. */
export async function versionTagsOf(db: Db, of: readonly { model: string; version?: number }[]): Promise<(Pair & { model: string; version: number })[]> {
  const { rows } = await sql<Pair & { model: string; version: number }>`
    select t.* from unnest(${of.map((one) => one.model)}::text[], ${of.map((one) => one.version ?? null)}::integer[]) as g (model, version)
    join version_tag t on t.model = g.model and t.version = coalesce(g.version, t.version) order by t.model, t.version, t.key`.execute(db);
  return rows;
}
export async function aliasesOf(db: Db, names: readonly string[]): Promise<{ model: string; alias: string; version: number }[]> {
  const { rows } = await sql<{ model: string; alias: string; version: number }>`
    select model, alias, version from model_alias where model = any(${[...names]}::text[]) order by alias`.execute(db);
  return rows;
}

const record_columns = sql`r.model, r.version, r.source, r.folder, r.run_link, r.description, r.stage, r.logged_model, r.updated_ms,
  v.created_ms, v.created_by, v.lineage ->> 'run' as run_id`;
const record_from = sql`version_record r join model_version v on v.model = r.model and v.version = r.version and v.deleted_ms is null`;

export async function findRecord(db: Db, model: string, version: number): Promise<VersionRecordRow | undefined> {
  const { rows } = await sql<VersionRecordRow>`select ${record_columns} from ${record_from} where r.model = ${model} and r.version = ${version}`.execute(db);
  return rows[0];
}
/** The newest version of each stage of each model. */
export async function latestRecords(db: Db, names: readonly string[]): Promise<VersionRecordRow[]> {
  const { rows } = await sql<VersionRecordRow>`
    select distinct on (r.model, r.stage) ${record_columns} from ${record_from} where r.model = any(${[...names]}::text[])
    order by r.model, r.stage, r.version desc`.execute(db);
  return rows;
}
export async function stageOfOthers(trx: Db, model: string, stage: string, version: number): Promise<VersionRecordRow[]> {
  const { rows } = await sql<VersionRecordRow>`
    select ${record_columns} from ${record_from} where r.model = ${model} and r.stage = ${stage} and r.version <> ${version} order by r.version`.execute(trx);
  return rows;
}
export const findModelRecord = async (db: Db, name: string): Promise<ModelRecordRow | undefined> =>
  (await sql<ModelRecordRow>`select name, description, created_ms, updated_ms from model where name = ${name}`.execute(db)).rows[0];

const model_columns: Readonly<Record<ModelColumn, { expression: RawBuilder<unknown>; type: 'text' | 'bigint' }>> = {
  name: { expression: sql`m.name`, type: 'text' },
  creation_timestamp: { expression: sql`m.created_ms`, type: 'bigint' },
  last_updated_timestamp: { expression: sql`m.updated_ms`, type: 'bigint' },
};
const version_columns: Readonly<Record<VersionColumn, { expression: RawBuilder<unknown>; type: 'text' | 'bigint'; nullable?: boolean }>> = {
  name: { expression: sql`r.model`, type: 'text' },
  version_number: { expression: sql`r.version`, type: 'bigint' },
  run_id: { expression: sql`v.lineage ->> 'run'`, type: 'text', nullable: true },
  source_path: { expression: sql`r.source`, type: 'text', nullable: true },
  creation_timestamp: { expression: sql`v.created_ms`, type: 'bigint' },
  last_updated_timestamp: { expression: sql`r.updated_ms`, type: 'bigint' },
};

/** Of a tag that `without` names, a row without it fits `!=` too. */
function tagFits({ key, comparator, value, or_missing }: RecordCondition, tag: RawBuilder<unknown>): RawBuilder<unknown> {
  const row = sql`select 1 from ${tag} and t.key = ${key}`;
  const found = sql`exists (${row} and ${compare(sql`t.value`, comparator, value, 'text')})`;
  return or_missing === true ? sql`(${found} or not exists (${row}))` : found;
}

export function searchModels(db: Db, search: RecordSearch<ModelColumn>): Promise<SearchPage<ModelRecordRow>> {
  const fits = (condition: RecordCondition<ModelColumn>) => {
    if (condition.column === undefined) return tagFits(condition, sql`model_tag t where t.model = m.name`);
    const { expression, type } = model_columns[condition.column];
    return compare(expression, condition.comparator, condition.value, type);
  };
  return readPage<ModelRecordRow>(db, {
    columns: sql`m.name, m.description, m.created_ms, m.updated_ms`,
    from: sql`model m`,
    where: [seenModel(search.sight, sql`m.name`), ...search.conditions.map(fits)],
    terms: search.order.flatMap(({ column, ascending }) => termsOf(model_columns[column], ascending)),
    limit: search.limit,
    after: search.after,
  });
}
export function searchVersions(db: Db, search: RecordSearch<VersionColumn>): Promise<SearchPage<VersionRecordRow>> {
  const fits = (condition: RecordCondition<VersionColumn>) => {
    if (condition.column === undefined) return tagFits(condition, sql`version_tag t where t.model = r.model and t.version = r.version`);
    const { expression, type } = version_columns[condition.column];
    return compare(expression, condition.comparator, condition.value, type);
  };
  return readPage<VersionRecordRow>(db, {
    columns: record_columns,
    from: record_from,
    where: [seenModel(search.sight, sql`r.model`), ...search.conditions.map(fits)],
    terms: search.order.flatMap(({ column, ascending }) => termsOf(version_columns[column], ascending)),
    limit: search.limit,
    after: search.after,
  });
}

// The only SQL of model, model_version, model_alias and bundle.
import { type Db, type Generated, type Sight, sql } from '@holdfast/postgres';
import { modelProject, seenModel } from './place-table.ts';

export interface Lineage {
  readonly dataset: { readonly name: string; readonly version: number } | null;
  readonly run: string | null;
  readonly execution: string | null;
  readonly code: string | null;
}
export interface VersionRow {
  model: string;
  version: number;
  digest: string;
  size_bytes: number;
  created_ms: number;
  created_by: string;
  lineage: Lineage;
  metrics: Readonly<Record<string, number>>;
}
export interface AliasRow {
  model: string;
  alias: string;
  version: number;
  at_ms: number;
  changed_by: string;
  reason: string;
}
export interface BundleRow {
  digest: string;
  model: string;
  version: number;
  os: string;
  arch: string;
  size_bytes: number;
  pipeline: string;
  profile: string;
  created_ms: number;
}
export interface ModelRow {
  name: string;
  description: string;
  created_ms: number;
}
type ModelTables = {
  model: ModelRow & { id: Generated<number>; updated_ms: number };
  model_version: VersionRow & { deleted_ms: number | null };
  model_alias: AliasRow;
  bundle: BundleRow;
};
const tables = (db: Db) => db.$extendTables<ModelTables>();
const json = (value: unknown) => sql<never>`${JSON.stringify(value)}::jsonb`;

const model_columns = ['name', 'description', 'created_ms'] as const;
const version_columns = ['model', 'version', 'digest', 'size_bytes', 'created_ms', 'created_by', 'lineage', 'metrics'] as const;

export const listModels = (db: Db, sight: Sight | null) =>
  tables(db)
    .selectFrom('model')
    .select(model_columns)
    .select(modelProject(sql.ref('model.name')).as('project'))
    .where(seenModel(sight, sql.ref('model.name')))
    .orderBy('name')
    .limit(10_000)
    .execute();
export const findModel = (db: Db, name: string) => tables(db).selectFrom('model').select(model_columns).where('name', '=', name).executeTakeFirst();
/** False where a model of this name is there already. */
export async function putModel(db: Db, row: ModelRow): Promise<boolean> {
  const done = await tables(db)
    .insertInto('model')
    .values({ ...row, updated_ms: row.created_ms })
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return (done.numInsertedOrUpdatedRows ?? 0n) > 0n;
}
export const changeModel = (trx: Db, name: string, set: { description?: string; updated_ms: number }) =>
  tables(trx).updateTable('model').set(set).where('name', '=', name).execute();
export const modelId = (db: Db, name: string) => tables(db).selectFrom('model').select('id').where('name', '=', name).executeTakeFirstOrThrow();
/** A model that was renamed keeps its id. */
export const setModelId = (trx: Db, name: string, id: number) => tables(trx).updateTable('model').set({ id }).where('name', '=', name).execute();
export const deleteModel = (trx: Db, name: string) => tables(trx).deleteFrom('model').where('name', '=', name).execute();
/** Holds the model's row, so that two registrations cannot take the same number. */
export const lockModel = (trx: Db, name: string) => tables(trx).selectFrom('model').select('name').where('name', '=', name).forUpdate().execute();

export const listVersions = (db: Db, model: string) =>
  tables(db)
    .selectFrom('model_version')
    .select(version_columns)
    .where('model', '=', model)
    .where('deleted_ms', 'is', null)
    .orderBy('version', 'desc')
    .limit(1000)
    .execute();
export const findVersion = (db: Db, model: string, version: number) =>
  tables(db)
    .selectFrom('model_version')
    .select(version_columns)
    .where('model', '=', model)
    .where('version', '=', version)
    .where('deleted_ms', 'is', null)
    .executeTakeFirst();
export const findVersionByDigest = (db: Db, model: string, digest: string) =>
  tables(db)
    .selectFrom('model_version')
    .select(version_columns)
    .where('model', '=', model)
    .where('digest', '=', digest)
    .where('deleted_ms', 'is', null)
    .orderBy('version', 'desc')
    .executeTakeFirst();
export const lastVersionNumber = async (db: Db, model: string) =>
  (
    await tables(db)
      .selectFrom('model_version')
      .select(({ fn }) => fn.max('version').as('last'))
      .where('model', '=', model)
      .executeTakeFirstOrThrow()
  ).last ?? 0;
export const insertVersion = (db: Db, row: VersionRow) =>
  tables(db)
    .insertInto('model_version')
    .values({ ...row, lineage: json(row.lineage), metrics: json(row.metrics), deleted_ms: null })
    .execute();
/** Its number is never used again. */
export const markVersionDeleted = (trx: Db, model: string, version: number, deleted_ms: number) =>
  tables(trx).updateTable('model_version').set({ deleted_ms }).where('model', '=', model).where('version', '=', version).execute();
/** Every version, the deleted ones too. */
export const deleteVersions = (trx: Db, model: string) => tables(trx).deleteFrom('model_version').where('model', '=', model).execute();
export const moveVersions = (trx: Db, model: string, to: string) =>
  tables(trx).updateTable('model_version').set({ model: to }).where('model', '=', model).execute();

export const listAliases = (db: Db, model: string) => tables(db).selectFrom('model_alias').selectAll().where('model', '=', model).orderBy('alias').execute();
export const findAlias = (db: Db, model: string, alias: string) =>
  tables(db).selectFrom('model_alias').selectAll().where('model', '=', model).where('alias', '=', alias).executeTakeFirst();
export const putAlias = (db: Db, row: AliasRow) =>
  tables(db)
    .insertInto('model_alias')
    .values(row)
    .onConflict((c) => c.columns(['model', 'alias']).doUpdateSet({ version: row.version, at_ms: row.at_ms, changed_by: row.changed_by, reason: row.reason }))
    .execute();
export const deleteAlias = (trx: Db, model: string, alias: string) =>
  tables(trx).deleteFrom('model_alias').where('model', '=', model).where('alias', '=', alias).returningAll().executeTakeFirst();
export const deleteAliasesOf = (trx: Db, model: string, version: number | undefined) =>
  tables(trx)
    .deleteFrom('model_alias')
    .where('model', '=', model)
    .$if(version !== undefined, (q) => q.where('version', '=', version!))
    .returningAll()
    .execute();
export const moveAliases = (trx: Db, model: string, to: string) =>
  tables(trx).updateTable('model_alias').set({ model: to }).where('model', '=', model).execute();

export const hasBundles = async (db: Db, model: string, version?: number): Promise<boolean> =>
  (await tables(db)
    .selectFrom('bundle')
    .select('digest')
    .where('model', '=', model)
    .$if(version !== undefined, (q) => q.where('version', '=', version!))
    .limit(1)
    .executeTakeFirst()) !== undefined;
export const listBundles = (db: Db, model: string, version: number) =>
  tables(db).selectFrom('bundle').selectAll().where('model', '=', model).where('version', '=', version).orderBy('created_ms').execute();
export const findBundle = (db: Db, digest: string) => tables(db).selectFrom('bundle').selectAll().where('digest', '=', digest).executeTakeFirst();
/** False where the bundle is there already. */
export async function insertBundle(db: Db, row: BundleRow): Promise<boolean> {
  const done = await tables(db)
    .insertInto('bundle')
    .values(row)
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return (done.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

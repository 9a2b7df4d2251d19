// The only SQL of model, model_version, model_alias and bundle.
import { type Db, sql } from '@holdfast/postgres';

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
type ModelTables = {
  model: { name: string; description: string; created_ms: number };
  model_version: VersionRow;
  model_alias: AliasRow;
  bundle: BundleRow;
};
const tables = (db: Db) => db.$extendTables<ModelTables>();
const json = (value: unknown) => sql<never>`${JSON.stringify(value)}::jsonb`;

export const listModels = (db: Db) => tables(db).selectFrom('model').selectAll().orderBy('name').limit(10_000).execute();
export const findModel = (db: Db, name: string) => tables(db).selectFrom('model').selectAll().where('name', '=', name).executeTakeFirst();
export const putModel = (db: Db, row: ModelTables['model']) =>
  tables(db)
    .insertInto('model')
    .values(row)
    .onConflict((c) => c.doNothing())
    .execute();
/** Holds the model's row, so that two registrations cannot take the same number. */
export const lockModel = (trx: Db, name: string) => tables(trx).selectFrom('model').select('name').where('name', '=', name).forUpdate().execute();

export const listVersions = (db: Db, model: string) =>
  tables(db).selectFrom('model_version').selectAll().where('model', '=', model).orderBy('version', 'desc').limit(1000).execute();
export const findVersion = (db: Db, model: string, version: number) =>
  tables(db).selectFrom('model_version').selectAll().where('model', '=', model).where('version', '=', version).executeTakeFirst();
export const findVersionByDigest = (db: Db, model: string, digest: string) =>
  tables(db).selectFrom('model_version').selectAll().where('model', '=', model).where('digest', '=', digest).executeTakeFirst();
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
    .values({ ...row, lineage: json(row.lineage), metrics: json(row.metrics) })
    .execute();

export const listAliases = (db: Db, model: string) => tables(db).selectFrom('model_alias').selectAll().where('model', '=', model).orderBy('alias').execute();
export const findAlias = (db: Db, model: string, alias: string) =>
  tables(db).selectFrom('model_alias').selectAll().where('model', '=', model).where('alias', '=', alias).executeTakeFirst();
export const putAlias = (db: Db, row: AliasRow) =>
  tables(db)
    .insertInto('model_alias')
    .values(row)
    .onConflict((c) => c.columns(['model', 'alias']).doUpdateSet({ version: row.version, at_ms: row.at_ms, changed_by: row.changed_by, reason: row.reason }))
    .execute();

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

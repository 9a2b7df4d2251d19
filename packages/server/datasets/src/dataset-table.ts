// The only SQL of dataset and dataset_version.
import { type Db, sql } from '@holdfast/postgres';
import type { ManifestFile } from './manifest.ts';

export interface DatasetVersionRow {
  dataset: string;
  version: number;
  digest: string;
  manifest: readonly ManifestFile[];
  size_bytes: number;
  created_ms: number;
  created_by: string;
  parent: number | null;
  note: string;
}
type DatasetTables = { dataset: { name: string; created_ms: number }; dataset_version: DatasetVersionRow };
const tables = (db: Db) => db.$extendTables<DatasetTables>();

export const listDatasets = (db: Db) => tables(db).selectFrom('dataset').selectAll().orderBy('name').limit(10_000).execute();
export const findDataset = (db: Db, name: string) => tables(db).selectFrom('dataset').selectAll().where('name', '=', name).executeTakeFirst();
export const putDataset = (db: Db, row: DatasetTables['dataset']) =>
  tables(db)
    .insertInto('dataset')
    .values(row)
    .onConflict((c) => c.doNothing())
    .execute();
export const lockDataset = (trx: Db, name: string) => tables(trx).selectFrom('dataset').select('name').where('name', '=', name).forUpdate().execute();
export const listVersions = (db: Db, dataset: string) =>
  tables(db).selectFrom('dataset_version').selectAll().where('dataset', '=', dataset).orderBy('version', 'desc').limit(1000).execute();
export const findVersion = (db: Db, dataset: string, version: number) =>
  tables(db).selectFrom('dataset_version').selectAll().where('dataset', '=', dataset).where('version', '=', version).executeTakeFirst();
export const lastVersion = (db: Db, dataset: string) =>
  tables(db).selectFrom('dataset_version').selectAll().where('dataset', '=', dataset).orderBy('version', 'desc').executeTakeFirst();
export const findByDigest = (db: Db, dataset: string, digest: string) =>
  tables(db).selectFrom('dataset_version').selectAll().where('dataset', '=', dataset).where('digest', '=', digest).executeTakeFirst();
export const insertVersion = (db: Db, row: DatasetVersionRow) =>
  tables(db)
    .insertInto('dataset_version')
    .values({ ...row, manifest: sql<never>`${JSON.stringify(row.manifest)}::jsonb` })
    .execute();

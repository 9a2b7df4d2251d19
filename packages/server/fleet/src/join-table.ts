// The only SQL of join_token, device_group and release_key.
import { type Db, sql } from '@holdfast/postgres';
import type { Labels } from './selector.ts';

export interface JoinTokenRow {
  id: string;
  hash: string;
  name: string;
  labels: Labels;
  uses_max: number;
  uses: number;
  created_ms: number;
  created_by: string;
  expires_ms: number;
  revoked_ms: number | null;
}
export interface ReleaseKeyRow {
  keyid: string;
  public_key: string;
  private_key: string;
  created_ms: number;
}
type JoinTables = {
  join_token: JoinTokenRow;
  device_group: { name: string; selector: string };
  release_key: ReleaseKeyRow;
};
const tables = (db: Db) => db.$extendTables<JoinTables>();

export const insertJoinToken = (db: Db, row: JoinTokenRow) =>
  tables(db)
    .insertInto('join_token')
    .values({ ...row, labels: sql<never>`${JSON.stringify(row.labels)}::jsonb` })
    .execute();
export const listJoinTokens = (db: Db) =>
  tables(db).selectFrom('join_token').selectAll().where('revoked_ms', 'is', null).orderBy('created_ms', 'desc').limit(1000).execute();

/** Takes one use of a token; undefined where it is unknown, over or used up. One statement, so that two devices cannot share the last use. */
export const useJoinToken = (db: Db, hash: string, now_ms: number) =>
  tables(db)
    .updateTable('join_token')
    .set({ uses: sql`uses + 1` })
    .where('hash', '=', hash)
    .where('revoked_ms', 'is', null)
    .where('expires_ms', '>', now_ms)
    .whereRef('uses', '<', 'uses_max')
    .returning(['id', 'labels'])
    .executeTakeFirst();

/** The token that was there; undefined where there was none, or it was revoked before. */
export const revokeJoinToken = (db: Db, id: string, now_ms: number) =>
  tables(db)
    .updateTable('join_token')
    .set({ revoked_ms: now_ms })
    .where('id', '=', id)
    .where('revoked_ms', 'is', null)
    .returning(['id', 'name', 'labels', 'uses_max', 'uses', 'created_ms', 'created_by', 'expires_ms'])
    .executeTakeFirst();

export const listGroups = (db: Db) => tables(db).selectFrom('device_group').selectAll().orderBy('name').execute();
export const lockGroup = (trx: Db, name: string) => tables(trx).selectFrom('device_group').selectAll().where('name', '=', name).forUpdate().executeTakeFirst();
export const putGroup = (db: Db, name: string, selector: string) =>
  tables(db)
    .insertInto('device_group')
    .values({ name, selector })
    .onConflict((c) => c.column('name').doUpdateSet({ selector }))
    .execute();
/** The group that was there; undefined where there was none. */
export const deleteGroup = (db: Db, name: string) => tables(db).deleteFrom('device_group').where('name', '=', name).returningAll().executeTakeFirst();

export const lockReleaseKeys = (trx: Db) => sql`lock table release_key in exclusive mode`.execute(trx);
export const listReleaseKeys = (db: Db) => tables(db).selectFrom('release_key').selectAll().orderBy('created_ms', 'desc').execute();
export const insertReleaseKey = (db: Db, row: ReleaseKeyRow) =>
  tables(db)
    .insertInto('release_key')
    .values(row)
    .onConflict((c) => c.doNothing())
    .execute();

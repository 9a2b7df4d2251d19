// The only SQL of access_user, access_session, access_link and access_token.
import type { Db } from '@holdfast/postgres';
import type { UserRole } from './types.ts';

type UserTables = {
  access_user: { name: string; role: UserRole; passphrase: string; created_ms: number };
  access_session: { hash: string; user_name: string; role: UserRole; created_ms: number; expires_ms: number };
  access_link: { hash: string; role: UserRole; expires_ms: number; used_ms: number | null };
  access_token: {
    id: string;
    name: string;
    hash: string;
    role: UserRole;
    created_ms: number;
    created_by: string;
    expires_ms: number | null;
    used_ms: number | null;
    revoked_ms: number | null;
    project: string | null;
  };
};
export type UserRow = UserTables['access_user'];
export type TokenRow = UserTables['access_token'];

const tables = (db: Db) => db.$extendTables<UserTables>();

export const listUsers = (db: Db) => tables(db).selectFrom('access_user').select(['name', 'role', 'created_ms']).orderBy('name').execute();
export const findUser = (db: Db, name: string) => tables(db).selectFrom('access_user').selectAll().where('name', '=', name).executeTakeFirst();
export const countUsers = async (db: Db) =>
  Number(
    (
      await tables(db)
        .selectFrom('access_user')
        .select(({ fn }) => fn.countAll().as('n'))
        .executeTakeFirstOrThrow()
    ).n,
  );

const shown = ['name', 'role', 'created_ms'] as const;
export const lockUser = (trx: Db, name: string) => tables(trx).selectFrom('access_user').select(shown).where('name', '=', name).forUpdate().executeTakeFirst();

/** Makes the user, or sets role and passphrase; ends its sessions, which carry the old role. */
export async function putUser(trx: Db, row: UserRow) {
  const put = await tables(trx)
    .insertInto('access_user')
    .values(row)
    .onConflict((c) => c.column('name').doUpdateSet({ role: row.role, passphrase: row.passphrase }))
    .returning(shown)
    .executeTakeFirstOrThrow();
  await tables(trx).deleteFrom('access_session').where('user_name', '=', row.name).execute();
  return put;
}

/** The user that was there; undefined where there was none. */
export async function deleteUser(trx: Db, name: string) {
  const gone = await tables(trx).deleteFrom('access_user').where('name', '=', name).returning(shown).executeTakeFirst();
  await tables(trx).deleteFrom('access_session').where('user_name', '=', name).execute();
  return gone;
}

export async function insertSession(db: Db, row: UserTables['access_session']): Promise<void> {
  await tables(db).deleteFrom('access_session').where('expires_ms', '<', row.created_ms).execute();
  await tables(db).insertInto('access_session').values(row).execute();
}
export const findSession = (db: Db, hash: string, now_ms: number) =>
  tables(db).selectFrom('access_session').selectAll().where('hash', '=', hash).where('expires_ms', '>', now_ms).executeTakeFirst();
export const deleteSession = (db: Db, hash: string) => tables(db).deleteFrom('access_session').where('hash', '=', hash).execute();

export const insertLink = (db: Db, row: { hash: string; role: UserRole; expires_ms: number }) =>
  tables(db)
    .insertInto('access_link')
    .values({ ...row, used_ms: null })
    .execute();

/** Marks the link as used and returns its role; undefined where it is unknown, used or expired. One statement: two tries cannot both win. */
export const useLink = (db: Db, hash: string, now_ms: number) =>
  tables(db)
    .updateTable('access_link')
    .set({ used_ms: now_ms })
    .where('hash', '=', hash)
    .where('used_ms', 'is', null)
    .where('expires_ms', '>', now_ms)
    .returning('role')
    .executeTakeFirst();

export const listTokens = (db: Db) => tables(db).selectFrom('access_token').selectAll().where('revoked_ms', 'is', null).orderBy('created_ms').execute();
export const insertToken = (db: Db, row: TokenRow) => tables(db).insertInto('access_token').values(row).execute();
export const findToken = (db: Db, hash: string, now_ms: number) =>
  tables(db)
    .selectFrom('access_token')
    .selectAll()
    .where('hash', '=', hash)
    .where('revoked_ms', 'is', null)
    .where((e) => e.or([e('expires_ms', 'is', null), e('expires_ms', '>', now_ms)]))
    .executeTakeFirst();
/** One that was not revoked. */
export const findTokenById = (db: Db, id: string) =>
  tables(db).selectFrom('access_token').select(['id', 'name']).where('id', '=', id).where('revoked_ms', 'is', null).executeTakeFirst();
export const touchToken = (db: Db, id: string, now_ms: number) =>
  tables(db).updateTable('access_token').set({ used_ms: now_ms }).where('id', '=', id).execute();
/** The token that was there; undefined where there was none, or it was revoked before. */
export const revokeToken = (db: Db, id: string, now_ms: number) =>
  tables(db)
    .updateTable('access_token')
    .set({ revoked_ms: now_ms })
    .where('id', '=', id)
    .where('revoked_ms', 'is', null)
    .returning(['id', 'name', 'role', 'created_ms', 'created_by', 'expires_ms', 'project'])
    .executeTakeFirst();

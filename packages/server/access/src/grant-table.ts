// The only SQL of access_grant.
import { type Db, type GeneratedAlways, sql } from '@holdfast/postgres';
import type { GrantedKind, Level } from './reach.ts';

export interface GrantRow {
  id: number;
  /** `user`: its name; `token`: its id. */
  subject_kind: 'user' | 'token';
  subject: string;
  object_kind: GrantedKind;
  object: string;
  level: Level;
  created_ms: number;
  created_by: string;
}
export type GrantFilter = { readonly [K in 'subject_kind' | 'subject' | 'object_kind' | 'object']?: GrantRow[K] | undefined };

const tables = (db: Db) => db.$extendTables<{ access_grant: Omit<GrantRow, 'id'> & { id: GeneratedAlways<number> } }>();

export function listGrants(db: Db, filter: GrantFilter, limit: number): Promise<GrantRow[]> {
  let query = tables(db).selectFrom('access_grant').selectAll().orderBy('object_kind').orderBy('object').orderBy('id').limit(limit);
  for (const column of ['subject_kind', 'subject', 'object_kind', 'object'] as const)
    if (filter[column] !== undefined) query = query.where(column, '=', filter[column]);
  return query.execute();
}
export const findGrant = (db: Db, id: number) => tables(db).selectFrom('access_grant').selectAll().where('id', '=', id).executeTakeFirst();
export const lockGrant = (trx: Db, of: Pick<GrantRow, 'subject_kind' | 'subject' | 'object_kind' | 'object'>) =>
  tables(trx)
    .selectFrom('access_grant')
    .selectAll()
    .where('subject_kind', '=', of.subject_kind)
    .where('subject', '=', of.subject)
    .where('object_kind', '=', of.object_kind)
    .where('object', '=', of.object)
    .forUpdate()
    .executeTakeFirst();
export const putGrant = (trx: Db, row: Omit<GrantRow, 'id'>): Promise<GrantRow> =>
  tables(trx)
    .insertInto('access_grant')
    .values(row)
    .onConflict((c) => c.columns(['subject_kind', 'subject', 'object_kind', 'object']).doUpdateSet({ level: row.level }))
    .returningAll()
    .executeTakeFirstOrThrow();
export const countGrants = async (db: Db, of: Pick<GrantRow, 'subject_kind' | 'subject'>): Promise<number> =>
  Number(
    (
      await tables(db)
        .selectFrom('access_grant')
        .select(({ fn }) => fn.countAll().as('n'))
        .where('subject_kind', '=', of.subject_kind)
        .where('subject', '=', of.subject)
        .executeTakeFirstOrThrow()
    ).n,
  );
export const deleteGrant = (trx: Db, id: number) => tables(trx).deleteFrom('access_grant').where('id', '=', id).returningAll().executeTakeFirst();
/** Everything of one subject, or everything on one object; what was there. */
export const deleteGrantsOf = (trx: Db, of: { subject_kind: GrantRow['subject_kind']; subject: string }) =>
  tables(trx).deleteFrom('access_grant').where('subject_kind', '=', of.subject_kind).where('subject', '=', of.subject).returningAll().execute();
export const deleteGrantsOn = (trx: Db, of: { object_kind: GrantedKind; object: string }) =>
  tables(trx).deleteFrom('access_grant').where('object_kind', '=', of.object_kind).where('object', '=', of.object).returningAll().execute();

/** Users and tokens that may do something in a project: by a grant, or since the token belongs to it. */
export async function countMembers(db: Db): Promise<{ project: string; members: number }[]> {
  const { rows } = await sql<{ project: string; members: number }>`
    select project, count(*) as members from (
      select object as project, subject_kind as kind, subject from access_grant where object_kind = 'project' and level <> 'none'
      union select project, 'token', id from access_token where project is not null and revoked_ms is null
    ) as one group by project`.execute(db);
  return rows;
}

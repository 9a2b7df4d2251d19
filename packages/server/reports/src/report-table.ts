// The only SQL of report_schedule and report_kept.
import { type Db, type Generated, sql } from '@holdfast/postgres';
import type { ReportBook } from '@holdfast/stats';
import type { ReportSubject } from './subject.ts';

export interface ScheduleRow {
  name: string;
  subject: ReportSubject;
  every_ms: number;
  /** How many of its reports are kept. */
  keep: number;
  next_ms: number;
  created_ms: number;
}
export interface KeptRow {
  id: number;
  schedule: string;
  made_ms: number;
  from_ms: number;
  to_ms: number;
  drifted: number;
  body: ReportBook;
}
type ReportTables = { report_schedule: ScheduleRow; report_kept: { [K in keyof KeptRow]: K extends 'id' ? Generated<KeptRow[K]> : KeptRow[K] } };
const tables = (db: Db) => db.$extendTables<ReportTables>();
const json = (value: unknown) => sql<never>`${JSON.stringify(value)}::jsonb`;

export async function takeTurn(trx: Db): Promise<boolean> {
  const { rows } = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(hashtext('holdfast reports')) as mine`.execute(trx);
  return rows[0]?.mine === true;
}

export const listSchedules = (db: Db) => tables(db).selectFrom('report_schedule').selectAll().orderBy('name').execute();
export const lockSchedule = (trx: Db, name: string) =>
  tables(trx).selectFrom('report_schedule').selectAll().where('name', '=', name).forUpdate().executeTakeFirst();
export const firstDue = (trx: Db, now_ms: number) =>
  tables(trx).selectFrom('report_schedule').selectAll().where('next_ms', '<=', now_ms).orderBy('next_ms').limit(1).executeTakeFirst();
export async function putSchedule(trx: Db, row: ScheduleRow): Promise<void> {
  const { name: _name, created_ms: _created, ...set } = { ...row, subject: json(row.subject) };
  await tables(trx)
    .insertInto('report_schedule')
    .values({ ...row, subject: json(row.subject) })
    .onConflict((c) => c.column('name').doUpdateSet(set))
    .execute();
}
export const setNext = (trx: Db, name: string, next_ms: number) =>
  tables(trx).updateTable('report_schedule').set({ next_ms }).where('name', '=', name).execute();
export const deleteSchedule = (trx: Db, name: string) => tables(trx).deleteFrom('report_schedule').where('name', '=', name).execute();
export const countSchedules = async (trx: Db): Promise<number> =>
  (
    await tables(trx)
      .selectFrom('report_schedule')
      .select(sql<number>`count(*)`.as('n'))
      .executeTakeFirstOrThrow()
  ).n;

/** Keeps the newest of a schedule, and forgets what is beyond. */
export async function keep(trx: Db, row: Omit<KeptRow, 'id'>, most: number): Promise<void> {
  await tables(trx)
    .insertInto('report_kept')
    .values({ ...row, body: json(row.body) })
    .execute();
  await sql`delete from report_kept where schedule = ${row.schedule} and id not in
    (select id from report_kept where schedule = ${row.schedule} order by id desc limit ${most})`.execute(trx);
}
export const listKept = (db: Db, limit: number) =>
  tables(db).selectFrom('report_kept').select(['id', 'schedule', 'made_ms', 'from_ms', 'to_ms', 'drifted']).orderBy('id', 'desc').limit(limit).execute();
export const findKept = (db: Db, id: number) => tables(db).selectFrom('report_kept').selectAll().where('id', '=', id).executeTakeFirst();

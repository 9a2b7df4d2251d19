// The only SQL of trace, trace_tag, trace_metadata and trace_run.
import { type Db, type GeneratedAlways, sql } from '@holdfast/postgres';
import type { TraceRow } from './trace-types.ts';

type TraceTables = { trace: Omit<TraceRow, 'num'> & { num: GeneratedAlways<number> } };
const tables = (db: Db) => db.$extendTables<TraceTables>();
export type Words = 'trace_tag' | 'trace_metadata';

export const findTraces = (db: Db, ids: readonly string[]): Promise<TraceRow[]> =>
  tables(db)
    .selectFrom('trace')
    .selectAll()
    .where('id', '=', sql<string>`any(${[...ids]}::text[])`)
    .execute();
export const findTrace = (db: Db, id: string): Promise<TraceRow | undefined> =>
  tables(db).selectFrom('trace').selectAll().where('id', '=', id).executeTakeFirst();

/** Makes those that are not there, then holds all of them: always in the order of their ids, so that two writers never wait in a circle. */
export async function makeAndLock(trx: Db, fresh: readonly Omit<TraceRow, 'num'>[]): Promise<{ row: TraceRow; is_new: boolean }[]> {
  const rows = fresh.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const made = await tables(trx)
    .insertInto('trace')
    .values(rows)
    .onConflict((c) => c.doNothing())
    .returning('id')
    .execute();
  const all = await tables(trx)
    .selectFrom('trace')
    .selectAll()
    .where('id', '=', sql<string>`any(${rows.map((row) => row.id)}::text[])`)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  const ids = new Set(made.map((row) => row.id));
  return all.map((row) => ({ row, is_new: ids.has(row.id) }));
}
export const lockTrace = (trx: Db, id: string): Promise<TraceRow | undefined> =>
  tables(trx).selectFrom('trace').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
export const changeTrace = (trx: Db, num: number, set: Partial<Omit<TraceRow, 'num' | 'id'>>) =>
  tables(trx).updateTable('trace').set(set).where('num', '=', num).execute();

/** Of a key that is there already the new value counts, or with `keep` the old one. */
export async function putWords(trx: Db, table: Words, trace: number, given: Readonly<Record<string, string>>, keep = false): Promise<void> {
  const keys = Object.keys(given).toSorted();
  if (keys.length === 0) return;
  const act = keep ? sql`nothing` : sql`update set value = excluded.value`;
  await sql`insert into ${sql.table(table)} (trace, key, value)
    select ${trace}, * from unnest(${keys}::text[], ${keys.map((key) => given[key]!)}::text[]) on conflict (trace, key) do ${act}`.execute(trx);
}
export async function wordsOf(db: Db, table: Words, traces: readonly number[]): Promise<{ trace: number; key: string; value: string }[]> {
  const { rows } = await sql<{ trace: number; key: string; value: string }>`select trace, key, value from ${sql.table(table)}
    where trace = any(${[...traces]}::bigint[]) order by trace, key`.execute(db);
  return rows;
}
/** False where there was none. */
export async function deleteTag(trx: Db, trace: number, key: string): Promise<boolean> {
  const { rows } = await sql`delete from trace_tag where trace = ${trace} and key = ${key} returning key`.execute(trx);
  return rows.length > 0;
}
export const linkToRun = (trx: Db, run: string, traces: readonly number[]) =>
  sql`insert into trace_run (run, trace) select ${run}, * from unnest(${[...traces]}::bigint[]) on conflict do nothing`.execute(trx);

export type Deletion = { readonly ids: readonly string[] } | { readonly until_ms: number };
/** Deletes at most `limit` traces of an experiment, the oldest first, with all that hangs on them. They are held in the order of their ids, as writers do. */
export async function deleteTraces(trx: Db, experiment_id: number, of: Deletion, limit: number): Promise<Pick<TraceRow, 'id' | 'spans'>[]> {
  const which = 'ids' in of ? sql`id = any(${[...of.ids]}::text[])` : sql`start_ms <= ${of.until_ms}::bigint`;
  const { rows } = await sql<Pick<TraceRow, 'id' | 'spans'>>`
    with chosen as (select num from trace where experiment_id = ${experiment_id} and ${which} order by start_ms, id limit ${limit}),
    held as (select num from trace where num in (select num from chosen) order by id for update)
    delete from trace where num in (select num from held) returning id, spans`.execute(trx);
  return rows;
}

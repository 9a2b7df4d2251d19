// The only SQL of monitor, monitor_cursor and verdict.
import { type Db, type Generated, sql } from '@holdfast/postgres';
import type { Reading } from './judge.ts';

export interface MonitorRow {
  name: string;
  model: string;
  false_alarms_per_device_month: number;
  distance_min: number;
  windows_to_open: number;
  windows_to_resolve: number;
  enabled: boolean;
  created_ms: number;
}
export interface VerdictRow {
  id: number;
  monitor: string;
  window_id: number;
  device: string;
  model: string;
  model_version: number;
  window_number: number;
  at_ms: number;
  inferences: number;
  alpha: number;
  drifted: boolean;
  not_comparable: number;
  readings: readonly Reading[];
}
type MonitorTables = {
  monitor: MonitorRow;
  verdict: { [K in keyof VerdictRow]: K extends 'id' ? Generated<number> : VerdictRow[K] };
};
const tables = (db: Db) => db.$extendTables<MonitorTables>();

export const listMonitors = (db: Db) => tables(db).selectFrom('monitor').selectAll().orderBy('name').execute();
export const findMonitor = (db: Db, name: string) => tables(db).selectFrom('monitor').selectAll().where('name', '=', name).executeTakeFirst();
export const lockMonitor = (trx: Db, name: string) => tables(trx).selectFrom('monitor').selectAll().where('name', '=', name).forUpdate().executeTakeFirst();
export const putMonitor = (db: Db, { name, ...set }: MonitorRow) =>
  tables(db)
    .insertInto('monitor')
    .values({ name, ...set })
    .onConflict((c) => c.column('name').doUpdateSet(set))
    .execute();
/** False where a monitor of this name is there already. */
export async function addMonitor(db: Db, row: MonitorRow): Promise<boolean> {
  const done = await tables(db)
    .insertInto('monitor')
    .values(row)
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return (done.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

export async function readCursor(db: Db): Promise<{ xact: string; id: number }> {
  const { rows } = await sql<{ xact: string; id: number }>`select xact::text, id from monitor_cursor where name = 'windows'`.execute(db);
  return rows[0] ? { xact: rows[0].xact, id: Number(rows[0].id) } : { xact: '0', id: 0 };
}
export const writeCursor = (db: Db, cursor: { xact: string; id: number }) =>
  sql`insert into monitor_cursor (name, xact, id) values ('windows', ${cursor.xact}::xid8, ${cursor.id}) on conflict (name) do update set xact = excluded.xact, id = excluded.id`.execute(
    db,
  );
/** One server at a time moves windows; the lock goes with the transaction. */
export async function takeTurn(trx: Db, name: string): Promise<boolean> {
  const { rows } = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(hashtext(${`holdfast ${name}`})) as mine`.execute(trx);
  return rows[0]?.mine === true;
}

export const insertVerdicts = (db: Db, rows: readonly Omit<VerdictRow, 'id'>[]) =>
  tables(db)
    .insertInto('verdict')
    .values(rows.map((row) => ({ ...row, readings: sql<never>`${JSON.stringify(row.readings)}::jsonb` })))
    .onConflict((c) => c.doNothing())
    .execute();

/** Verdicts are written by one mover at a time, so their ids are in commit order and a plain cursor misses none. */
export const verdictsAfter = (db: Db, id: number, limit: number) =>
  tables(db).selectFrom('verdict').selectAll().where('id', '>', id).orderBy('id').limit(limit).execute();

/** The last verdict of each device for a model. */
export async function lastVerdicts(db: Db, model: string): Promise<VerdictRow[]> {
  const { rows } = await sql<VerdictRow>`select distinct on (device) * from verdict where model = ${model} order by device, id desc limit 10000`.execute(db);
  return rows;
}
export const verdictHistory = (db: Db, device: string, limit: number) =>
  tables(db).selectFrom('verdict').selectAll().where('device', '=', device).orderBy('id', 'desc').limit(limit).execute();
export const verdictOfWindow = (db: Db, device: string, window_id: number) =>
  tables(db).selectFrom('verdict').selectAll().where('device', '=', device).where('window_id', '=', window_id).orderBy('id', 'desc').executeTakeFirst();

export async function countByMonitor(db: Db) {
  const rows = await tables(db)
    .selectFrom('verdict')
    .select(({ fn }) => ['monitor', fn.countAll().as('verdicts'), sql<number>`count(*) filter (where drifted)`.as('drifted')])
    .groupBy('monitor')
    .execute();
  return new Map(rows.map((r) => [r.monitor, { verdicts: Number(r.verdicts), drifted: Number(r.drifted) }]));
}
export async function verdictStrip(db: Db, from_ms: number, bucket_ms: number) {
  const { rows } = await sql<{ from_ms: number; windows: number; drifted: number }>`
    select (at_ms / ${bucket_ms}::bigint) * ${bucket_ms}::bigint as from_ms, count(*) as windows, count(*) filter (where drifted) as drifted
    from verdict where at_ms >= ${from_ms} group by 1 order by 1`.execute(db);
  return rows.map((r) => ({ from_ms: Number(r.from_ms), windows: Number(r.windows), drifted: Number(r.drifted) }));
}

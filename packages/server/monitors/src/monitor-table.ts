// The only SQL of monitor, monitor_cursor, monitor_stop, monitor_not_judged and verdict.
import { type Db, type Generated, sql } from '@holdfast/postgres';
import type { Reading } from './judge.ts';
import type { NotJudgedReason } from './profiles.ts';

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
/** A monitor stopped to watch a model: what it has found there is of no more concern. */
export interface MonitorStop {
  id: number;
  monitor: string;
  model: string;
  at_ms: number;
  reason: string;
}
/** Windows that a monitor could not judge, for one reason; device and detail are those of the last one. */
export interface NotJudgedRow {
  monitor: string;
  reason: NotJudgedReason;
  windows: number;
  last_ms: number;
  device: string;
  detail: string;
}
type MonitorTables = {
  monitor: MonitorRow;
  monitor_stop: { [K in keyof MonitorStop]: K extends 'id' ? Generated<number> : MonitorStop[K] };
  monitor_not_judged: NotJudgedRow;
  verdict: { [K in keyof VerdictRow]: K extends 'id' ? Generated<number> : VerdictRow[K] };
};
const tables = (db: Db) => db.$extendTables<MonitorTables>();

export const listMonitors = (db: Db) => tables(db).selectFrom('monitor').selectAll().orderBy('name').execute();
export const findMonitor = (db: Db, name: string) => tables(db).selectFrom('monitor').selectAll().where('name', '=', name).executeTakeFirst();
export const putMonitor = (db: Db, { name, ...set }: MonitorRow) =>
  tables(db)
    .insertInto('monitor')
    .values({ name, ...set })
    .onConflict((c) => c.column('name').doUpdateSet(set))
    .execute();
/** False where the model has a monitor already, or another monitor the name. */
export async function addWhereNone(db: Db, row: MonitorRow): Promise<boolean> {
  const known = await tables(db).selectFrom('monitor').select('name').where('model', '=', row.model).limit(1).executeTakeFirst();
  if (known) return false;
  const done = await tables(db)
    .insertInto('monitor')
    .values(row)
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return (done.numInsertedOrUpdatedRows ?? 0n) > 0n;
}
/** One change of monitors at a time, so that the rule of a model is that of all its monitors, and stops are numbered in the order of commits. */
export const lockMonitors = (trx: Db) => sql`select pg_advisory_xact_lock(hashtext('holdfast monitor change'))`.execute(trx);

export const addStop = (db: Db, stop: Omit<MonitorStop, 'id'>) => tables(db).insertInto('monitor_stop').values(stop).execute();
export const stopsAfter = (db: Db, id: number, limit: number) =>
  tables(db).selectFrom('monitor_stop').selectAll().where('id', '>', id).orderBy('id').limit(limit).execute();

/** Adds to what was counted before; the last one is told. */
export async function countNotJudged(db: Db, rows: readonly NotJudgedRow[]): Promise<void> {
  for (const row of rows) {
    const { windows, last_ms, device, detail } = row;
    await tables(db)
      .insertInto('monitor_not_judged')
      .values(row)
      .onConflict((c) => c.columns(['monitor', 'reason']).doUpdateSet({ windows: sql`monitor_not_judged.windows + ${windows}`, last_ms, device, detail }))
      .execute();
  }
}
export const listNotJudged = (db: Db) => tables(db).selectFrom('monitor_not_judged').selectAll().orderBy('reason').execute();

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

/** By one statement with a list a column: a parameter a value would be thousands of them. */
export async function insertVerdicts(db: Db, rows: readonly Omit<VerdictRow, 'id'>[]): Promise<void> {
  const list = <K extends keyof Omit<VerdictRow, 'id'>>(name: K) => rows.map((row) => row[name]);
  await sql`
    insert into verdict (monitor, window_id, device, model, model_version, window_number, at_ms, inferences, alpha, drifted, not_comparable, readings)
    select monitor, window_id, device, model, model_version, window_number, at_ms, inferences, alpha, drifted, not_comparable, readings::jsonb
    from unnest(${list('monitor')}::text[], ${list('window_id')}::bigint[], ${list('device')}::text[], ${list('model')}::text[], ${list('model_version')}::int[],
      ${list('window_number')}::int[], ${list('at_ms')}::bigint[], ${list('inferences')}::int[], ${list('alpha')}::double precision[], ${list('drifted')}::boolean[],
      ${list('not_comparable')}::int[], ${list('readings').map((one) => JSON.stringify(one))}::text[]) with ordinality
      as r(monitor, window_id, device, model, model_version, window_number, at_ms, inferences, alpha, drifted, not_comparable, readings, place)
    order by place
    on conflict do nothing`.execute(db);
}

/** Of these windows, those that have a verdict: a device may send one twice, under two numbers of its outbox. */
export async function judgedAmong(db: Db, windows: readonly Pick<VerdictRow, 'device' | 'at_ms'>[]): Promise<JudgedWindow[]> {
  const { rows } = await sql<JudgedWindow>`
    select v.monitor, v.device, v.at_ms, v.window_number, v.model_version from verdict v
    join (select distinct * from unnest(${windows.map((w) => w.device)}::text[], ${windows.map((w) => w.at_ms)}::bigint[]) as u(device, at_ms)) w
      on v.device = w.device and v.at_ms = w.at_ms`.execute(db);
  return rows.map((row) => ({ ...row, at_ms: Number(row.at_ms) }));
}
export type JudgedWindow = Pick<VerdictRow, 'monitor' | 'device' | 'at_ms' | 'window_number' | 'model_version'>;

/** Verdicts are written by one mover at a time, so their ids are in commit order and a plain cursor misses none. */
export const verdictsAfter = (db: Db, id: number, limit: number) =>
  tables(db).selectFrom('verdict').selectAll().where('id', '>', id).orderBy('id').limit(limit).execute();

/** The last verdict of each device under each of these monitors, for the model that the monitor watches now; and of how many, where these are too many. */
export async function lastVerdicts(db: Db, monitors: readonly string[], limit: number): Promise<{ verdicts: VerdictRow[]; of: number }> {
  const of = sql`from verdict v join monitor m on m.name = v.monitor and m.model = v.model where v.monitor = any(${[...monitors]}::text[])`;
  const { rows: verdicts } = await sql<VerdictRow>`
    select distinct on (v.device, v.monitor) v.* ${of} order by v.device, v.monitor, v.id desc limit ${limit}`.execute(db);
  if (verdicts.length < limit) return { verdicts, of: verdicts.length };
  const { rows } = await sql<{ n: number }>`select count(*) as n from (select distinct v.device, v.monitor ${of}) as pairs`.execute(db);
  return { verdicts, of: Math.max(verdicts.length, rows[0]!.n) };
}
/** Verdicts of a device, newest first; under one monitor where it is named. */
export function verdictHistory(db: Db, device: string, limit: number, monitor?: string) {
  const query = tables(db).selectFrom('verdict').selectAll().where('device', '=', device).orderBy('id', 'desc').limit(limit);
  return (monitor === undefined ? query : query.where('monitor', '=', monitor)).execute();
}
export function verdictOfWindow(db: Db, device: string, window_id: number, monitor?: string) {
  const query = tables(db).selectFrom('verdict').selectAll().where('device', '=', device).where('window_id', '=', window_id).orderBy('id', 'desc');
  return (monitor === undefined ? query : query.where('monitor', '=', monitor)).executeTakeFirst();
}

export async function countByMonitor(db: Db) {
  const rows = await tables(db)
    .selectFrom('verdict')
    .select(({ fn }) => [
      'monitor',
      fn.countAll().as('verdicts'),
      sql<number>`count(*) filter (where drifted)`.as('drifted'),
      sql<number>`count(*) filter (where not_comparable > 0)`.as('not_comparable'),
    ])
    .groupBy('monitor')
    .execute();
  return new Map(rows.map((r) => [r.monitor, { verdicts: Number(r.verdicts), drifted: Number(r.drifted), not_comparable: Number(r.not_comparable) }]));
}
/** Windows, each once however many monitors have judged it; drifted where one of them says so. */
export async function verdictStrip(db: Db, from_ms: number, bucket_ms: number) {
  const { rows } = await sql<{ from_ms: number; windows: number; drifted: number }>`
    select (at_ms / ${bucket_ms}::bigint) * ${bucket_ms}::bigint as from_ms, count(distinct window_id) as windows,
      count(distinct window_id) filter (where drifted) as drifted
    from verdict where at_ms >= ${from_ms} group by 1 order by 1`.execute(db);
  return rows.map((r) => ({ from_ms: Number(r.from_ms), windows: Number(r.windows), drifted: Number(r.drifted) }));
}

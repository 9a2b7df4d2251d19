// The only SQL of alert, alert_device, alert_cursor, alert_event and alert_refused.
import type { Reading } from '@holdfast/monitors';
import { type Db, type Generated, sql } from '@holdfast/postgres';
import type { Cohort } from '@holdfast/stats';
import type { AlertState } from './alert-states.ts';
import type { RefusedRow } from './refused.ts';

/** The reading of a drifted feature; those of before faults were told have none. */
export type AlertFeature = Omit<Reading, 'drifted' | 'fault' | 'stage'> & Partial<Pick<Reading, 'fault'>>;
/** log10 of the e-value of the first feature on all that have the fact; absent in alerts of before, null of too few. */
export type LocatedCohort = Cohort & { readonly evidence?: number | null };

export interface AlertRow {
  id: string;
  dedupe_key: string;
  state: AlertState;
  monitor: string;
  model: string;
  model_version: number;
  since_ms: number;
  updated_ms: number;
  resolved_ms: number | null;
  /** In words; null while it is open, and of alerts that were resolved before it was kept. */
  resolved_reason: string | null;
  acknowledged: { by: string; at_ms: number; reason: string } | null;
  silenced: { by: string; until_ms: number; reason: string } | null;
  /** What its devices share; null where they share nothing, and in alerts of before. */
  cohort: LocatedCohort | null;
  /** Who found it: a monitor of the server in the windows of devices, or a monitor that an app brought onto its device. */
  origin: 'windows' | 'device';
  /** What a monitor on a device looks at; null where that is no one feature, and of windows. */
  feature: string | null;
}
export interface AlertDeviceRow {
  alert: string;
  device: string;
  since_ms: number;
  cleared_ms: number | null;
  /** False of a suspect: of a suspected alert, or of one that fired by another device since. */
  confirmed: boolean;
  features: readonly AlertFeature[];
  /** What its own monitor said last, and when; null of windows. */
  said: string | null;
  fired_ms: number | null;
}
export interface AlertEventRow {
  id: number;
  alert: string;
  at_ms: number;
  kind: 'opened' | 'device_joined' | 'device_cleared' | 'resolved';
  device: string | null;
}
type AlertTables = {
  alert: AlertRow;
  alert_device: AlertDeviceRow;
  alert_cursor: { name: string; id: number; xact: string };
  alert_refused: RefusedRow;
  alert_event: { [K in keyof AlertEventRow]: K extends 'id' ? Generated<number> : AlertEventRow[K] };
};
const tables = (db: Db) => db.$extendTables<AlertTables>();
const json = (value: unknown) => sql<never>`${JSON.stringify(value)}::jsonb`;

export type Cursor = 'verdicts' | 'monitor stops' | 'firings';
const at_first = { id: 0, xact: '0' };
export const readPlace = async (db: Db, name: Cursor) =>
  (await tables(db)
    .selectFrom('alert_cursor')
    .select(['id', sql<string>`xact::text`.as('xact')])
    .where('name', '=', name)
    .executeTakeFirst()) ?? at_first;
export const readCursor = async (db: Db, name: Cursor) => (await readPlace(db, name)).id;
export const writeCursor = (db: Db, name: Cursor, id: number, xact = at_first.xact) =>
  tables(db)
    .insertInto('alert_cursor')
    .values({ name, id, xact })
    .onConflict((c) => c.column('name').doUpdateSet({ id, xact }))
    .execute();

export const insertAlert = (db: Db, row: AlertRow) => tables(db).insertInto('alert').values(row).execute();
export const setState = (
  db: Db,
  id: string,
  set: Partial<Pick<AlertRow, 'state' | 'since_ms' | 'updated_ms' | 'resolved_ms' | 'resolved_reason' | 'acknowledged' | 'silenced'>>,
) =>
  tables(db)
    .updateTable('alert')
    .set({
      ...set,
      ...(set.acknowledged ? { acknowledged: json(set.acknowledged) } : {}),
      ...(set.silenced ? { silenced: json(set.silenced) } : {}),
    })
    .where('id', '=', id)
    .execute();
export const setCohort = (db: Db, id: string, cohort: LocatedCohort | null) =>
  tables(db)
    .updateTable('alert')
    .set({ cohort: cohort && json(cohort) })
    .where('id', '=', id)
    .execute();
/** Holds the alert, so that nobody resolves it while it is changed. */
export const lockAlert = (trx: Db, id: string) => tables(trx).selectFrom('alert').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();

export const putDevice = (db: Db, row: AlertDeviceRow) =>
  tables(db)
    .insertInto('alert_device')
    .values({ ...row, features: json(row.features) })
    .onConflict((c) => c.columns(['alert', 'device']).doUpdateSet({ ...row, features: json(row.features) }))
    .execute();
export const clearDevice = (db: Db, alert: string, device: string, now_ms: number) =>
  tables(db).updateTable('alert_device').set({ cleared_ms: now_ms }).where('alert', '=', alert).where('device', '=', device).execute();
export const removeDevice = (db: Db, alert: string, device: string) =>
  tables(db).deleteFrom('alert_device').where('alert', '=', alert).where('device', '=', device).execute();
/** Only of an alert without devices and events: one that was only suspected. */
export const removeAlert = (db: Db, id: string) => tables(db).deleteFrom('alert').where('id', '=', id).execute();
export const devicesOf = (db: Db, alerts: readonly string[]) =>
  alerts.length === 0
    ? Promise.resolve([])
    : tables(db)
        .selectFrom('alert_device')
        .selectAll()
        .where('alert', 'in', [...alerts])
        .orderBy('since_ms')
        .orderBy('device')
        .execute();
/** A suspect is none yet. */
const open_states = ['firing', 'acknowledged'] as const;

/** Devices whose windows have them in an open alert, and not cleared, with their features. */
export const driftedDevices = (db: Db) =>
  tables(db)
    .selectFrom('alert_device')
    .innerJoin('alert', 'alert.id', 'alert_device.alert')
    .select(['alert_device.alert', 'alert_device.device', 'alert_device.features', 'alert.model_version', 'alert.monitor'])
    .where('alert.state', 'in', [...open_states])
    .where('alert.origin', '=', 'windows')
    .where('alert_device.cleared_ms', 'is', null)
    .where('alert_device.confirmed', '=', true)
    .execute();

export const openAlerts = (db: Db) =>
  tables(db)
    .selectFrom('alert')
    .selectAll()
    .where('state', 'in', [...open_states])
    .orderBy('since_ms')
    .execute();
/** The suspects as well. */
export const unresolvedAlerts = (db: Db) => tables(db).selectFrom('alert').selectAll().where('state', '<>', 'resolved').orderBy('since_ms').execute();
/** Without a state all but the suspects, which are no alerts yet. */
export function listAlerts(db: Db, state: 'open' | AlertRow['state'] | undefined, limit: number) {
  const query = tables(db).selectFrom('alert').selectAll().orderBy('since_ms', 'desc').limit(limit);
  if (state === undefined) return query.where('state', '<>', 'suspect').execute();
  return (state === 'open' ? query.where('state', 'in', [...open_states]) : query.where('state', '=', state)).execute();
}
/** Without the suspects. */
export const countAlerts = async (db: Db): Promise<number> =>
  (
    await tables(db)
      .selectFrom('alert')
      .select(sql<number>`count(*)`.as('n'))
      .where('state', '<>', 'suspect')
      .executeTakeFirstOrThrow()
  ).n;
export const findAlert = (db: Db, id: string) => tables(db).selectFrom('alert').selectAll().where('id', '=', id).executeTakeFirst();
export const addEvent = (db: Db, event: Omit<AlertEventRow, 'id'>) => tables(db).insertInto('alert_event').values(event).execute();
/** Events are written by one mover at a time: their ids are in commit order. */
export const eventsAfter = (db: Db, id: number, limit: number) =>
  tables(db).selectFrom('alert_event').selectAll().where('id', '>', id).orderBy('id').limit(limit).execute();
export const lastEvents = (db: Db, limit: number) =>
  tables(db)
    .selectFrom('alert_event')
    .innerJoin('alert', 'alert.id', 'alert_event.alert')
    .select(['alert_event.at_ms', 'alert_event.kind', 'alert_event.device', 'alert.id as alert', 'alert.model'])
    .orderBy('alert_event.id', 'desc')
    .limit(limit)
    .execute();

/** Devices whose windows brought them into alerts since then, by monitor: each is an alarm of a device, true or false. */
export async function countAlarms(db: Db, since_ms: number): Promise<Map<string, number>> {
  const { rows } = await sql<{ monitor: string; alarms: number }>`
    select a.monitor, count(*) as alarms from alert_event e join alert a on a.id = e.alert
    where a.origin = 'windows' and e.kind in ('opened', 'device_joined') and e.at_ms >= ${since_ms} group by a.monitor`.execute(db);
  return new Map(rows.map((row) => [row.monitor, Number(row.alarms)]));
}

/** Adds to what was counted before; the last one is told. */
export async function countRefused(db: Db, rows: readonly RefusedRow[]): Promise<void> {
  for (const row of rows) {
    const { firings, reason: _reason, ...last } = row;
    await tables(db)
      .insertInto('alert_refused')
      .values(row)
      .onConflict((c) => c.column('reason').doUpdateSet({ ...last, firings: sql`alert_refused.firings + ${firings}` }))
      .execute();
  }
}
export const listRefused = (db: Db) => tables(db).selectFrom('alert_refused').selectAll().orderBy('reason').execute();

// The only SQL of trigger, trigger_cursor and execution_request.
import { type Db, type Generated, sql } from '@holdfast/postgres';

export interface TriggerRow {
  name: string;
  workflow: string;
  model: string;
  cooldown_ms: number;
  params: Readonly<Record<string, string>>;
  enabled: boolean;
  created_ms: number;
}
export interface RequestRow {
  id: number;
  trigger_name: string;
  workflow: string;
  /** The alert event that fired it; null where it fired again because the alert stayed open. */
  event_id: number | null;
  alert: string;
  cause: string;
  at_ms: number;
  outcome: 'requested' | 'cooldown' | 'silenced';
  params: Readonly<Record<string, string>>;
}
type TriggerTables = {
  trigger: TriggerRow;
  trigger_cursor: { name: string; id: number };
  execution_request: { [K in keyof RequestRow]: K extends 'id' ? Generated<number> : RequestRow[K] };
};
const tables = (db: Db) => db.$extendTables<TriggerTables>();
const json = (value: unknown) => sql<never>`${JSON.stringify(value)}::jsonb`;

export const listTriggers = (db: Db) => tables(db).selectFrom('trigger').selectAll().orderBy('name').execute();
export const putTrigger = (db: Db, row: TriggerRow) => {
  const { name, created_ms, ...set } = { ...row, params: json(row.params) };
  return tables(db)
    .insertInto('trigger')
    .values({ name, created_ms, ...set })
    .onConflict((c) => c.column('name').doUpdateSet(set))
    .execute();
};
export const lockTrigger = (trx: Db, name: string) => tables(trx).selectFrom('trigger').selectAll().where('name', '=', name).forUpdate().executeTakeFirst();
/** The trigger that was there; undefined where there was none. */
export const deleteTrigger = (db: Db, name: string) => tables(db).deleteFrom('trigger').where('name', '=', name).returningAll().executeTakeFirst();

export const readCursor = async (db: Db) =>
  (await tables(db).selectFrom('trigger_cursor').select('id').where('name', '=', 'alert_events').executeTakeFirst())?.id ?? 0;
export const writeCursor = (db: Db, id: number) =>
  tables(db)
    .insertInto('trigger_cursor')
    .values({ name: 'alert_events', id })
    .onConflict((c) => c.column('name').doUpdateSet({ id }))
    .execute();

export const insertRequest = (db: Db, row: Omit<RequestRow, 'id'>) =>
  tables(db)
    .insertInto('execution_request')
    .values({ ...row, params: json(row.params) })
    .onConflict((c) => c.doNothing())
    .execute();
/** Alerts that the trigger looked at before, asked for or not. */
export const alertsSeen = async (db: Db, trigger: string) =>
  new Set((await tables(db).selectFrom('execution_request').select('alert').distinct().where('trigger_name', '=', trigger).execute()).map((row) => row.alert));
/** When the trigger last asked for an execution; null where it never did. The cooldown is counted from here, so it holds over a restart. */
export const lastRequested_ms = async (db: Db, trigger: string) =>
  (
    await tables(db)
      .selectFrom('execution_request')
      .select('at_ms')
      .where('trigger_name', '=', trigger)
      .where('outcome', '=', 'requested')
      .orderBy('id', 'desc')
      .executeTakeFirst()
  )?.at_ms ?? null;
/** Requests are written by one mover at a time: their ids are in commit order. */
export const requestsAfter = (db: Db, id: number, limit: number) =>
  tables(db).selectFrom('execution_request').selectAll().where('id', '>', id).where('outcome', '=', 'requested').orderBy('id').limit(limit).execute();
export const lastRequests = (db: Db, trigger: string, limit: number) =>
  tables(db).selectFrom('execution_request').selectAll().where('trigger_name', '=', trigger).orderBy('id', 'desc').limit(limit).execute();
export const requestsOfAlerts = (db: Db, alerts: readonly string[]) =>
  alerts.length === 0
    ? Promise.resolve([])
    : tables(db)
        .selectFrom('execution_request')
        .selectAll()
        .where('alert', 'in', [...alerts])
        .orderBy('id')
        .execute();

// The only SQL of webhook, webhook_delivery and webhook_cursor.
import { type Db, sql } from '@holdfast/postgres';
import type { Outcome, WebhookEvent } from './types.ts';

export interface WebhookRow {
  id: string;
  name: string;
  description: string | null;
  url: string;
  events: WebhookEvent[];
  secret: string | null;
  is_active: boolean;
  created_ms: number;
  updated_ms: number;
  last_ms: number | null;
  last_status: number | null;
  last_error: string | null;
  failures: number;
}
type DeliveryState = 'waiting' | 'delivered' | 'failed';
export interface DeliveryRow {
  id: string;
  webhook: string;
  news: number;
  event: string;
  body: string;
  created_ms: number;
  state: DeliveryState;
  /** How often it was tried; the fence of a lease too. */
  attempts: number;
  next_ms: number;
  done_ms: number | null;
  last_status: number | null;
  last_error: string | null;
}
type WebhookTables = { webhook: WebhookRow; webhook_delivery: DeliveryRow };
const tables = (db: Db) => db.$extendTables<WebhookTables>();

export const insertWebhook = (trx: Db, row: WebhookRow) => tables(trx).insertInto('webhook').values(row).execute();
export const findWebhook = (db: Db, id: string) => tables(db).selectFrom('webhook').selectAll().where('id', '=', id).executeTakeFirst();
export const lockWebhook = (trx: Db, id: string) => tables(trx).selectFrom('webhook').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
export const changeWebhook = (trx: Db, id: string, set: Partial<Omit<WebhookRow, 'id'>>) =>
  tables(trx).updateTable('webhook').set(set).where('id', '=', id).execute();
export const deleteWebhook = (trx: Db, id: string) => tables(trx).deleteFrom('webhook').where('id', '=', id).execute();
export const listWebhooks = (db: Db, after_id: string, limit: number): Promise<WebhookRow[]> =>
  tables(db).selectFrom('webhook').selectAll().where('id', '>', after_id).orderBy('id').limit(limit).execute();
export async function countWebhooks(trx: Db): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtext('holdfast webhook count'))`.execute(trx);
  const { rows } = await sql<{ n: number }>`select count(*) as n from webhook`.execute(trx);
  return rows[0]!.n;
}
export async function waitingOf(db: Db, ids: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ webhook: string; n: number }>`select webhook, count(*) as n from webhook_delivery
    where webhook = any(${[...ids]}::text[]) and state = 'waiting' group by webhook`.execute(db);
  return new Map(rows.map((row) => [row.webhook, row.n]));
}

export async function readCursor(db: Db): Promise<{ xact: string; id: number }> {
  const { rows } = await sql<{ xact: string; id: number }>`select xact::text, id from webhook_cursor where name = 'registry'`.execute(db);
  return rows[0]!;
}
export const writeCursor = (db: Db, { xact, id }: { xact: string; id: number }) =>
  sql`update webhook_cursor set xact = ${xact}::xid8, id = ${id} where name = 'registry'`.execute(db);
/** One server at a time reads the news; the lock goes with the transaction. */
export async function takeTurn(trx: Db): Promise<boolean> {
  const { rows } = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(hashtext('holdfast webhooks')) as mine`.execute(trx);
  return rows[0]?.mine === true;
}

type NewDelivery = Pick<DeliveryRow, 'id' | 'webhook' | 'news' | 'event' | 'body' | 'created_ms'>;
export const insertDeliveries = (trx: Db, rows: readonly NewDelivery[]) =>
  tables(trx)
    .insertInto('webhook_delivery')
    .values(rows.map((row) => ({ ...row, state: 'waiting', attempts: 0, next_ms: row.created_ms, done_ms: null, last_status: null, last_error: null })))
    .onConflict((c) => c.doNothing())
    .execute();

export type Claim = Pick<DeliveryRow, 'id' | 'webhook' | 'body' | 'attempts'> & Pick<WebhookRow, 'url' | 'secret'>;
/** Takes deliveries that are due until `lease_ms`, a few of each webhook, so that one that is slow keeps no other waiting. */
export async function claim(
  db: Db,
  at: { now_ms: number; lease_ms: number },
  limits: { all: number; each: number; busy: readonly string[] },
): Promise<Claim[]> {
  const { rows } = await sql<Claim>`
    with due as (
      select d.id, d.next_ms, row_number() over (partition by d.webhook order by d.next_ms, d.id) as nth from webhook_delivery d
      join webhook w on w.id = d.webhook and w.is_active
      where d.state = 'waiting' and d.next_ms <= ${at.now_ms}::bigint and not d.webhook = any(${[...limits.busy]}::text[])
    ), mine as (
      select id from webhook_delivery where id in (select id from due where nth <= ${limits.each} order by next_ms limit ${limits.all})
        and state = 'waiting' and next_ms <= ${at.now_ms}::bigint for update skip locked
    )
    update webhook_delivery d set attempts = attempts + 1, next_ms = ${at.lease_ms}::bigint from mine, webhook w
    where d.id = mine.id and w.id = d.webhook returning d.id, d.webhook, d.body, d.attempts, w.url, w.secret`.execute(db);
  return rows;
}
/** Only by who has the lease: false where it was claimed again meanwhile. */
export async function finish(trx: Db, of: Claim, now_ms: number, end: { state: DeliveryState; next_ms: number; outcome: Outcome }): Promise<boolean> {
  const { state, next_ms, outcome } = end;
  const done_ms = state === 'waiting' ? null : now_ms;
  const set = { state, next_ms, done_ms, last_status: outcome.status, last_error: outcome.error };
  const [row] = await tables(trx).updateTable('webhook_delivery').set(set).where('id', '=', of.id).where('attempts', '=', of.attempts).returning('id').execute(); // prettier-ignore
  if (row) await noteCall(trx, of.webhook, now_ms, outcome);
  return row !== undefined;
}
export const noteCall = (trx: Db, webhook: string, now_ms: number, { status, error }: Outcome) =>
  sql`update webhook set last_ms = ${now_ms}, last_status = ${status}, last_error = ${error},
    failures = ${error === null ? sql`0` : sql`failures + 1`} where id = ${webhook}`.execute(trx);
/** Of each webhook the newest that are over are kept. */
export const forgetOld = (trx: Db, webhook: string, kept: number) =>
  sql`delete from webhook_delivery where id in (
    select id from webhook_delivery where webhook = ${webhook} and state <> 'waiting' order by created_ms desc, id offset ${kept})`.execute(trx);

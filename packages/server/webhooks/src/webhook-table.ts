// The only SQL of webhook (which channels are too), webhook_delivery and webhook_cursor.
import { type Db, sql } from '@holdfast/postgres';
import type { AlertEvent, ChannelKind, Outcome, ReceiverKind, WebhookEvent } from './types.ts';

/** Who hears, of what. */
interface ReceiverRow<K extends ReceiverKind, E extends string> {
  id: string;
  kind: K;
  name: string;
  description: string | null;
  /** Of e-mail `mailto:`, with commas between the recipients. */
  url: string;
  /** Of whose alerts; null: of every model. */
  model: string | null;
  events: E[];
  secret: string | null;
  is_active: boolean;
  created_ms: number;
  updated_ms: number;
  last_ms: number | null;
  last_status: number | null;
  last_error: string | null;
  failures: number;
}
export type WebhookRow = ReceiverRow<'mlflow', WebhookEvent>;
export type ChannelRow = ReceiverRow<ChannelKind, AlertEvent>;
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
type WebhookTables = { webhook: ReceiverRow<ReceiverKind, string>; webhook_delivery: DeliveryRow };
const tables = (db: Db) => db.$extendTables<WebhookTables>();
type Sql = ReturnType<typeof sql>;

/** The rows of MLflow's webhooks, or of channels: what their columns hold is only ever written by this file. */
const rowsOf = <R>(db: Db, kind: Sql) =>
  tables(db)
    .selectFrom('webhook')
    .selectAll()
    .where(sql<boolean>`${kind}`)
    .$castTo<R>();
const hooks = (db: Db) => rowsOf<WebhookRow>(db, sql`kind = 'mlflow'`);
const channels = (db: Db) => rowsOf<ChannelRow>(db, sql`kind <> 'mlflow'`);

export const insertWebhook = (trx: Db, row: WebhookRow | ChannelRow) => tables(trx).insertInto('webhook').values(row).execute();
export const findWebhook = (db: Db, id: string) => hooks(db).where('id', '=', id).executeTakeFirst();
export const lockWebhook = (trx: Db, id: string) => hooks(trx).where('id', '=', id).forUpdate().executeTakeFirst();
export const changeWebhook = (trx: Db, id: string, set: Partial<Omit<WebhookRow | ChannelRow, 'id'>>) =>
  tables(trx).updateTable('webhook').set(set).where('id', '=', id).execute();
export const deleteWebhook = (trx: Db, id: string) => tables(trx).deleteFrom('webhook').where('id', '=', id).execute();
export const listWebhooks = (db: Db, after_id: string, limit: number): Promise<WebhookRow[]> =>
  hooks(db).where('id', '>', after_id).orderBy('id').limit(limit).execute();
export const listChannels = (db: Db): Promise<ChannelRow[]> => channels(db).orderBy('name').execute();
/** They stay as they are until the commit, so that what is written for them is of their kind. */
export const holdChannels = (trx: Db): Promise<ChannelRow[]> => channels(trx).orderBy('name').forShare().execute();
export const lockChannel = (trx: Db, id: string) => channels(trx).where('id', '=', id).forUpdate().execute();
export const findChannel = (db: Db, name: string) => channels(db).where('name', '=', name).executeTakeFirst();
/** One change of who hears at a time: the count holds until the commit. */
export async function countReceivers(trx: Db): Promise<number> {
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
/** Events of alerts are numbered in the order of their commits: a number is enough. */
export async function readAlertCursor(db: Db): Promise<number> {
  const { rows } = await sql<{ id: number }>`select id from webhook_cursor where name = 'alerts'`.execute(db);
  return rows[0]!.id;
}
export const writeAlertCursor = (db: Db, id: number) => sql`update webhook_cursor set id = ${id} where name = 'alerts'`.execute(db);
/** One server at a time reads the news; the lock goes with the transaction. */
export async function takeTurn(trx: Db, news: 'registry' | 'alerts'): Promise<boolean> {
  const { rows } = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(hashtext(${`turn of ${news}`})) as mine`.execute(trx);
  return rows[0]?.mine === true;
}

type NewDelivery = Pick<DeliveryRow, 'id' | 'webhook' | 'news' | 'event' | 'body' | 'created_ms'>;
export const insertDeliveries = (trx: Db, rows: readonly NewDelivery[]) =>
  tables(trx)
    .insertInto('webhook_delivery')
    .values(rows.map((row) => ({ ...row, state: 'waiting', attempts: 0, next_ms: row.created_ms, done_ms: null, last_status: null, last_error: null })))
    .onConflict((c) => c.doNothing())
    .execute();

/** What is not being sent is due by then. */
export const hasten = (trx: Db, webhook: string, at_ms: number) =>
  sql`update webhook_delivery set next_ms = ${at_ms} where webhook = ${webhook} and state = 'waiting' and next_ms > ${at_ms}::bigint`.execute(trx);
export const waitingFor = (trx: Db, webhook: string, limit: number): Promise<Pick<DeliveryRow, 'id' | 'news'>[]> =>
  tables(trx).selectFrom('webhook_delivery').select(['id', 'news']).where('webhook', '=', webhook).where('state', '=', 'waiting').limit(limit).execute();
export const changeBody = (trx: Db, id: string, body: string) => tables(trx).updateTable('webhook_delivery').set({ body }).where('id', '=', id).execute();

export type Claim = Pick<DeliveryRow, 'id' | 'webhook' | 'body' | 'attempts'> & Pick<ReceiverRow<ReceiverKind, string>, 'kind' | 'url' | 'secret'>;
/** Takes deliveries that are due for as long as a lease of their kind, a few of each webhook, so that one that is slow keeps no other waiting. */
export async function claim(
  db: Db,
  at: { now_ms: number; leases_ms: { call: number; mail: number } },
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
    update webhook_delivery d set attempts = attempts + 1, next_ms = ${at.now_ms}::bigint
      + case w.kind when 'email' then ${at.leases_ms.mail}::bigint else ${at.leases_ms.call}::bigint end from mine, webhook w
    where d.id = mine.id and w.id = d.webhook returning d.id, d.webhook, d.body, d.attempts, w.kind, w.url, w.secret`.execute(db);
  return rows;
}
/** Only by who has the lease: false where it was claimed again meanwhile. */
export async function finish(trx: Db, of: Claim, now_ms: number, end: { state: DeliveryState; next_ms: number; outcome: Outcome }): Promise<boolean> {
  const { state, next_ms, outcome } = end;
  const done_ms = state === 'waiting' ? null : now_ms;
  const set = { state, next_ms, done_ms, last_status: outcome.status, last_error: outcome.error };
  await tables(trx).selectFrom('webhook').select('id').where('id', '=', of.webhook).forUpdate().execute(); // first, as all who change it and what waits for it
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

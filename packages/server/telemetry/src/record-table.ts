// The only SQL of the tables that hold what devices sent. Many records of many devices go in by one statement a table.
import { type Db, type Generated, sql } from '@holdfast/postgres';
import type { WindowSummary } from '@holdfast/protocol';
import type { ReadRecord, RecordKey } from './record.ts';

export interface WindowRow {
  id: number;
  xact: string;
  device: string;
  model: string;
  model_version: number;
  bundle: string;
  profile: string;
  window_number: number;
  from_ms: number;
  to_ms: number;
  inferences: number;
  body: WindowSummary;
}
export interface PointsRow {
  first_ms: number;
  last_ms: number;
  points: number;
  body: Buffer;
}
type RecordTables = {
  window_summary: { [K in keyof WindowRow]: K extends 'id' | 'xact' ? Generated<WindowRow[K]> : WindowRow[K] };
  points_chunk: PointsRow & { device: string; metrics: string[] };
  device_event: { id: number; device: string; at_ms: number; kind: string; text: string; fields: Record<string, string | number | boolean | null> };
  gap: { id: number; device: string; at_ms: number; stream: string; records: number; reason: string };
};
const tables = (db: Db) => db.$extendTables<RecordTables>();

export interface OutboxMark {
  readonly seq: number;
  /** The seq of the last label that was given to the device: read here, so that a sync for which none waits costs no statement. */
  readonly last_label: number;
}

/** Reads and locks the marks of these outboxes; an outbox not seen before starts at 0. Order of keys is fixed, so that two servers cannot deadlock. */
export async function lockMarks(trx: Db, outboxes: readonly { device: string; boot: string }[]): Promise<Map<string, OutboxMark>> {
  const keys = [...new Map(outboxes.map((o) => [`${o.device} ${o.boot}`, o])).entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, o]) => o);
  const { rows } = await sql<{ device: string; boot: string; seq: number; last_label: number | null }>`
    insert into outbox_mark (device, boot, seq) select device, boot, 0 from unnest(${keys.map((k) => k.device)}::text[], ${keys.map((k) => k.boot)}::text[]) as k(device, boot)
    on conflict (device, boot) do update set seq = outbox_mark.seq
    returning device, boot, seq, (select l.seq from device_label_mark l where l.device = outbox_mark.device) as last_label`.execute(trx);
  return new Map(rows.map((r) => [`${r.device} ${r.boot}`, { seq: Number(r.seq), last_label: r.last_label ?? 0 }]));
}

export async function setMarks(trx: Db, marks: readonly RecordKey[]): Promise<void> {
  if (marks.length === 0) return;
  await sql`
    update outbox_mark set seq = m.seq from unnest(${marks.map((m) => m.device)}::text[], ${marks.map((m) => m.boot)}::text[], ${marks.map((m) => m.seq)}::bigint[]) as m(device, boot, seq)
    where outbox_mark.device = m.device and outbox_mark.boot = m.boot and outbox_mark.seq < m.seq`.execute(trx);
}

type Of<K extends ReadRecord['kind']> = Extract<ReadRecord, { kind: K }>;
const column = <T, V>(rows: readonly T[], pick: (row: T) => V): V[] => rows.map(pick);
const keys = (rows: readonly { key: RecordKey }[]) =>
  sql`${column(rows, (r) => r.key.device)}::text[], ${column(rows, (r) => r.key.boot)}::text[], ${column(rows, (r) => r.key.seq)}::bigint[]`;

/** The bodies go as one binary value that the statement cuts: an array of bytea would travel as hex text, twice its size. */
export async function insertPoints(trx: Db, rows: readonly Of<'points'>[]): Promise<void> {
  let end = 0;
  const starts = rows.map((r) => (end += r.body.length) - r.body.length + 1);
  await sql`
    insert into points_chunk (device, boot, seq, first_ms, last_ms, points, metrics, body)
    select device, boot, seq, first_ms, last_ms, points, string_to_array(metrics, E'\n'), substring(${Buffer.concat(
      column(rows, (r) => r.body),
      end,
    )}::bytea from body_at for body_bytes)
    from unnest(${keys(rows)}, ${column(rows, (r) => Math.round(r.head.first_ms))}::bigint[], ${column(rows, (r) => Math.round(r.head.last_ms))}::bigint[],
      ${column(rows, (r) => r.head.points)}::int[], ${column(rows, (r) => r.head.metrics.join('\n'))}::text[], ${starts}::int[], ${column(rows, (r) => r.body.length)}::int[])
      as r(device, boot, seq, first_ms, last_ms, points, metrics, body_at, body_bytes)
    on conflict do nothing`.execute(trx);
}

export async function insertWindows(trx: Db, rows: readonly Of<'window'>[]): Promise<void> {
  await sql`
    insert into window_summary (device, boot, seq, model, model_version, bundle, profile, window_number, from_ms, to_ms, inferences, body)
    select device, boot, seq, w->>'model', (w->>'model_version')::int, w->>'bundle', w->>'profile', (w->>'window')::int,
      (w->>'from_ms')::double precision::bigint, (w->>'to_ms')::double precision::bigint, (w->>'inferences')::int, w
    from (select device, boot, seq, w::jsonb as w from unnest(${keys(rows)}, ${column(rows, (r) => JSON.stringify(r.window))}::text[]) as r(device, boot, seq, w)) as parsed
    on conflict do nothing`.execute(trx);
}

export async function insertEvents(trx: Db, rows: readonly Of<'event'>[]): Promise<void> {
  await sql`
    insert into device_event (device, boot, seq, at_ms, kind, text, fields)
    select device, boot, seq, at_ms, kind, text, fields::jsonb
    from unnest(${keys(rows)}, ${column(rows, (r) => Math.round(r.event.at_ms))}::bigint[], ${column(rows, (r) => r.event.kind)}::text[],
      ${column(rows, (r) => r.event.text)}::text[], ${column(rows, (r) => JSON.stringify(r.event.fields ?? {}))}::text[]) as r(device, boot, seq, at_ms, kind, text, fields)
    on conflict do nothing`.execute(trx);
}

export async function insertGaps(trx: Db, rows: readonly Of<'gap'>[]): Promise<void> {
  await sql`
    insert into gap (device, boot, seq, at_ms, stream, from_seq, to_seq, records, reason)
    select * from unnest(${keys(rows)}, ${column(rows, (r) => Math.round(r.gap.at_ms))}::bigint[], ${column(rows, (r) => r.gap.stream)}::text[], ${column(rows, (r) => r.gap.from_seq)}::bigint[],
      ${column(rows, (r) => r.gap.to_seq)}::bigint[], ${column(rows, (r) => r.gap.records)}::bigint[], ${column(rows, (r) => r.gap.reason)}::text[])
    on conflict do nothing`.execute(trx);
}

export async function insertRejected(trx: Db, rows: readonly Of<'rejected'>[]): Promise<void> {
  await sql`
    insert into rejected_record (device, boot, seq, stream, reason, payload)
    select * from unnest(${keys(rows)}, ${column(rows, (r) => r.stream)}::bigint[], ${column(rows, (r) => r.reason.replaceAll('\0', '').slice(0, 500))}::text[], ${column(rows, (r) => Buffer.from(r.payload))}::bytea[])
    on conflict do nothing`.execute(trx);
}

/**
 * The next closed windows after a cursor, in commit order. Only rows of transactions older than every open one are
 * shown, so that a row that commits late is never behind the cursor (PostgreSQL manual, 9.28.6, pg_snapshot_xmin).
 */
export const windowsAfter = (db: Db, cursor: { xact: string; id: number }, limit: number) =>
  tables(db)
    .selectFrom('window_summary')
    .select([
      'id',
      sql<string>`xact::text`.as('xact'),
      'device',
      'model',
      'model_version',
      'bundle',
      'profile',
      'window_number',
      'from_ms',
      'to_ms',
      'inferences',
      'body',
    ])
    .where(sql<boolean>`(xact, id) > (${cursor.xact}::xid8, ${cursor.id}::bigint) and xact < pg_snapshot_xmin(pg_current_snapshot())`)
    .orderBy(sql`window_summary.xact`)
    .orderBy('id')
    .limit(limit)
    .execute();

export interface WindowFilter {
  /** Absent: of any. */
  readonly devices?: readonly string[] | undefined;
  readonly models?: readonly string[] | undefined;
  readonly model_version?: number | undefined;
  /** Windows that ended in it: from, up to but not to. */
  readonly from_ms: number;
  readonly to_ms: number;
}

/** Closed windows in the order in which they ended, after one of them. */
export function windowsIn(db: Db, { devices, models, model_version, from_ms, to_ms }: WindowFilter, after: { to_ms: number; id: number }, limit: number) {
  let query = tables(db)
    .selectFrom('window_summary')
    .selectAll()
    .where('to_ms', '>=', from_ms)
    .where('to_ms', '<', to_ms)
    .where(sql<boolean>`(to_ms, id) > (${after.to_ms}::bigint, ${after.id}::bigint)`);
  if (devices) query = query.where(sql<boolean>`device = any(${[...devices]}::text[])`);
  if (models) query = query.where(sql<boolean>`model = any(${[...models]}::text[])`);
  if (model_version !== undefined) query = query.where('model_version', '=', model_version);
  return query.orderBy('to_ms').orderBy('id').limit(limit).execute();
}

export const windowById = (db: Db, id: number) => tables(db).selectFrom('window_summary').selectAll().where('id', '=', id).executeTakeFirst();

export const pointsBetween = (db: Db, device: string, from_ms: number, to_ms: number, chunks_max: number) =>
  tables(db)
    .selectFrom('points_chunk')
    .select(['first_ms', 'last_ms', 'points', 'body'])
    .where('device', '=', device)
    .where('last_ms', '>=', from_ms)
    .where('first_ms', '<=', to_ms)
    .orderBy('last_ms', 'desc')
    .limit(chunks_max)
    .execute();

export const eventsBetween = (db: Db, device: string, from_ms: number, to_ms: number) =>
  tables(db)
    .selectFrom('device_event')
    .select(['at_ms', 'kind', 'text'])
    .where('device', '=', device)
    .where('at_ms', '>=', from_ms)
    .where('at_ms', '<=', to_ms)
    .orderBy('at_ms', 'desc')
    .limit(500)
    .execute();
export const lastEvents = (db: Db, kinds: readonly string[], limit: number) =>
  tables(db)
    .selectFrom('device_event')
    .select(['device', 'at_ms', 'kind', 'text'])
    .where('kind', 'in', [...kinds])
    .orderBy('at_ms', 'desc')
    .limit(limit)
    .execute();
export const gapsBetween = (db: Db, device: string, from_ms: number, to_ms: number) =>
  tables(db)
    .selectFrom('gap')
    .select(['at_ms', 'stream', 'records', 'reason'])
    .where('device', '=', device)
    .where('at_ms', '>=', from_ms)
    .where('at_ms', '<=', to_ms)
    .orderBy('at_ms')
    .limit(500)
    .execute();

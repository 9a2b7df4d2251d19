// The only SQL of the device table.
import { type Db, type Generated, sql } from '@holdfast/postgres';
import type { DesiredAssignment, DesiredState, ReportedState } from '@holdfast/protocol';
import type { Labels } from './selector.ts';

type Platform = { readonly os: string; readonly arch: string; readonly runtime: string };
export type Capture = DesiredState['capture'];

export interface DeviceRow {
  id: string;
  name: string;
  public_key: string;
  labels: Labels;
  platform: Platform;
  created_ms: number;
  removed_ms: number | null;
  last_seen_ms: number | null;
  reported: ReportedState | null;
  /** The time that the device signed its last report with: only a later one replaces it. */
  report_sent_ms: number | null;
  desired_generation: number;
  assignment: DesiredAssignment | null;
  /** The rollout that took its first bundle back: it is to run none. Null beside an assignment, and while nothing was asked of it. */
  no_bundle_by: string | null;
  capture: Capture;
  poll_ms: number;
  bytes_received: number;
  bytes_sent: number;
}
type DeviceTables = {
  device: { [K in keyof DeviceRow]: K extends 'desired_generation' | 'bytes_received' | 'bytes_sent' ? Generated<DeviceRow[K]> : DeviceRow[K] };
};

const devices = (db: Db) => db.$extendTables<DeviceTables>();
const json = (value: unknown) => sql<never>`${JSON.stringify(value)}::jsonb`;

type NewDevice = Pick<DeviceRow, 'id' | 'name' | 'public_key' | 'labels' | 'platform' | 'created_ms' | 'capture' | 'poll_ms'>;

/** False where another device has the name. */
export async function insertDevice(db: Db, row: NewDevice): Promise<boolean> {
  const done = await devices(db)
    .insertInto('device')
    .values({
      ...row,
      labels: json(row.labels),
      platform: json(row.platform),
      capture: json(row.capture),
      removed_ms: null,
      last_seen_ms: null,
      reported: null,
      report_sent_ms: null,
      assignment: null,
      no_bundle_by: null,
    })
    .onConflict((c) => c.column('name').doNothing())
    .executeTakeFirst();
  return (done.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** A device by id or by name; removed ones by id only. An id wins over another device that is named like it. */
export const findDevice = (db: Db, key: string) =>
  devices(db)
    .selectFrom('device')
    .selectAll()
    .where((e) => e.or([e('id', '=', key), e.and([e('name', '=', key), e('removed_ms', 'is', null)])]))
    .orderBy(sql`(id = ${key}) desc`)
    .executeTakeFirst();

/** Holds the row of a device, which is known to be there: rows of devices stay. */
export const lockDevice = (trx: Db, id: string) => devices(trx).selectFrom('device').selectAll().where('id', '=', id).forUpdate().executeTakeFirstOrThrow();

export interface DeviceFilter {
  readonly labels?: Labels | undefined;
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

function filtered(db: Db, labels: Labels | undefined) {
  const query = devices(db).selectFrom('device').where('removed_ms', 'is', null);
  return labels && Object.keys(labels).length > 0 ? query.where(sql<boolean>`labels @> ${JSON.stringify(labels)}::jsonb`) : query;
}

export function listDevices(db: Db, filter: DeviceFilter) {
  const query = filtered(db, filter.labels)
    .selectAll()
    .orderBy('name')
    .limit(filter.limit ?? 10_000);
  return (filter.after === undefined ? query : query.where('name', '>', filter.after)).execute();
}

export async function countDevices(db: Db, labels?: Labels): Promise<number> {
  return Number(
    (
      await filtered(db, labels)
        .select(({ fn }) => fn.countAll().as('n'))
        .executeTakeFirstOrThrow()
    ).n,
  );
}

export const devicesById = (db: Db, ids: readonly string[]) =>
  ids.length === 0
    ? Promise.resolve([])
    : devices(db)
        .selectFrom('device')
        .selectAll()
        .where('id', '=', sql<string>`any(${[...ids]}::text[])`)
        .execute();

/** Fails with the driver's 23505 where another device has the name. */
export const patchDevice = (db: Db, id: string, patch: { name?: string | undefined; labels?: Labels | undefined }) =>
  devices(db)
    .updateTable('device')
    .set({ ...(patch.name === undefined ? {} : { name: patch.name }), ...(patch.labels === undefined ? {} : { labels: json(patch.labels) }) })
    .where('id', '=', id)
    .execute();

/** A removed device keeps its row and its history; its name is free again. */
export async function removeDevice(db: Db, id: string, now_ms: number): Promise<boolean> {
  const done = await devices(db)
    .updateTable('device')
    .set({ removed_ms: now_ms, name: sql`name || ' (removed ' || id || ')'` })
    .where('id', '=', id)
    .where('removed_ms', 'is', null)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/**
 * The rows of devices, held until the transaction ends: in the order of their ids, as `moveOn` holds them, so that two that meet wait for each other
 * and do not lock each other out.
 */
export const holdDevices = (trx: Db, ids: readonly string[]) =>
  devices(trx)
    .selectFrom('device')
    .selectAll()
    .where('id', 'in', [...ids])
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();

export interface Report {
  readonly device: string;
  /** Null where it was not newer than what is known: its bytes alone are counted. */
  readonly taken: { readonly reported: ReportedState; readonly sent_ms: number; readonly seen_ms: number } | null;
  readonly bytes_received: number;
  readonly bytes_sent: number;
}

/** Takes the reports of many devices, whose rows are held, in one statement; of two for the same device the last one that is taken counts. */
export async function reportMany(trx: Db, reports: readonly Report[]): Promise<void> {
  const ids = [...new Set(reports.map((r) => r.device))];
  const total = (pick: (report: Report) => number) => ids.map((device) => reports.reduce((sum, r) => (r.device === device ? sum + pick(r) : sum), 0));
  const taken = new Map(reports.flatMap((r) => (r.taken ? [[r.device, r.taken]] : [])));
  const last = ids.map((device) => taken.get(device));
  await sql`
    update device set reported = coalesce(r.reported::jsonb, device.reported), report_sent_ms = coalesce(r.sent_ms, report_sent_ms),
      last_seen_ms = coalesce(r.seen_ms, last_seen_ms), bytes_received = bytes_received + r.received, bytes_sent = bytes_sent + r.sent
    from unnest(${ids}::text[], ${last.map((t) => (t ? JSON.stringify(t.reported) : null))}::text[], ${last.map((t) => t?.sent_ms ?? null)}::bigint[],
      ${last.map((t) => t?.seen_ms ?? null)}::bigint[], ${total((r) => r.bytes_received)}::bigint[], ${total((r) => r.bytes_sent)}::bigint[])
      as r(device, reported, sent_ms, seen_ms, received, sent)
    where device.id = r.device`.execute(trx);
}

export const addBytesSent = (db: Db, device: string, bytes: number) =>
  sql`update device set bytes_sent = bytes_sent + ${bytes} where id = ${device}`.execute(db);

/** Sets what should be and moves to the next generation, which it returns. The last generation wins. */
export async function setAssignment(db: Db, device: string, { assignment, no_bundle_by }: Pick<DeviceRow, 'assignment' | 'no_bundle_by'>): Promise<number> {
  const row = await devices(db)
    .updateTable('device')
    .set({ assignment: assignment === null ? null : json(assignment), no_bundle_by, desired_generation: sql`desired_generation + 1` })
    .where('id', '=', device)
    .returning('desired_generation')
    .executeTakeFirstOrThrow();
  return row.desired_generation;
}

export const setCapture = (db: Db, device: string, capture: Capture, poll_ms: number) =>
  devices(db)
    .updateTable('device')
    .set({ capture: json(capture), poll_ms, desired_generation: sql`desired_generation + 1` })
    .where('id', '=', device)
    .execute();

/** The next generation for every device that runs a model or is to run it. In the order of ids, so that two who do so at once wait for each other. */
export const moveOn = (db: Db, model: string) =>
  sql`
    update device set desired_generation = desired_generation + 1 where id in (
      select id from device where removed_ms is null and (assignment ->> 'model' = ${model} or reported -> 'current' ->> 'model' = ${model}) order by id for update
    )`.execute(db);

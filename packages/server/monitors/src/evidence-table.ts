// The only SQL of monitor_evidence: what has been gathered on each device under each monitor, packed (stats/fleet). Many rows go by one statement.
import { type Db, sql } from '@holdfast/postgres';

export interface EvidenceRow {
  device: string;
  /** The profile that it was gathered under. */
  profile: string;
  /** Start of the first window: evidence lasts for one epoch from here. */
  started_ms: number;
  /** End of the latest window. */
  last_to_ms: number;
  /** log e of each stream, 32-bit floats. */
  log_e: Buffer;
  /** The greatest of them that is a number; -Infinity where none is. */
  log_e_max: number;
  state: Buffer;
}

export async function readEvidence(db: Db, monitor: string, devices: readonly string[]): Promise<EvidenceRow[]> {
  const { rows } = await sql<EvidenceRow>`
    select device, profile, started_ms, last_to_ms, log_e, log_e_max, state from monitor_evidence
    where monitor = ${monitor} and device = any(${[...devices]}::text[])`.execute(db);
  return rows.map((row) => ({ ...row, started_ms: Number(row.started_ms), last_to_ms: Number(row.last_to_ms) }));
}

/** log e of the devices of a profile: the streams of a device after those of the other, 32-bit floats. */
export interface GatheredLogE {
  readonly profile: string;
  readonly devices: readonly string[];
  readonly log_e: Buffer;
}

/** Of every device with a window since then. By one row a profile: a driver pays for each row. */
export async function readLogE(db: Db, monitor: string, since_ms: number): Promise<GatheredLogE[]> {
  const { rows } = await sql<GatheredLogE>`
    select profile, json_agg(device order by device) as devices, string_agg(log_e, ''::bytea order by device) as log_e from monitor_evidence
    where monitor = ${monitor} and last_to_ms >= ${since_ms} group by profile, length(log_e)`.execute(db);
  return rows;
}

/** The profiles under which there is evidence of devices with a window since then. */
export async function profilesOf(db: Db, monitor: string, since_ms: number): Promise<string[]> {
  const { rows } = await sql<{
    profile: string;
  }>`select distinct profile from monitor_evidence where monitor = ${monitor} and last_to_ms >= ${since_ms}`.execute(db);
  return rows.map((row) => row.profile);
}

/** log e of one stream on those of these devices with a window since then; `places` says where it is among those of a profile, from 0. */
export async function readStream(
  db: Db,
  { monitor, since_ms, devices }: { readonly monitor: string; readonly since_ms: number; readonly devices: readonly string[] },
  places: ReadonlyMap<string, number>,
): Promise<Buffer> {
  const { rows } = await sql<{ log_e: Buffer | null }>`
    select string_agg(substring(e.log_e from 4 * p.place + 1 for 4), ''::bytea order by e.device) as log_e
    from monitor_evidence e join unnest(${[...places.keys()]}::text[], ${[...places.values()]}::int[]) as p(profile, place) on p.profile = e.profile
    where e.monitor = ${monitor} and e.last_to_ms >= ${since_ms} and e.device = any(${[...devices]}::text[]) and length(e.log_e) >= 4 * p.place + 4`.execute(
    db,
  );
  return rows[0]?.log_e ?? Buffer.alloc(0);
}

/** Whether a stream of some device with a window since then has log(streams of the device / budget). Rows of before the greatest was kept may. */
export async function someReaches(db: Db, monitor: string, since_ms: number, budget: number): Promise<boolean> {
  const { rows } = await sql<{ reaches: boolean }>`
    select exists(select from monitor_evidence where monitor = ${monitor} and last_to_ms >= ${since_ms}
      and coalesce(log_e_max, 'Infinity')::double precision >= ln(greatest(1, length(log_e) / 4) / ${budget}::double precision)) as reaches`.execute(db);
  return rows[0]!.reaches;
}

/** The bytes go as two binary values that the statement cuts: an array of bytea would travel as hex text, twice its size. */
export async function writeEvidence(db: Db, monitor: string, rows: readonly EvidenceRow[]): Promise<void> {
  if (rows.length === 0) return;
  const [log_e, state] = [cut(rows.map((row) => row.log_e)), cut(rows.map((row) => row.state))];
  await sql`
    insert into monitor_evidence (monitor, device, profile, started_ms, last_to_ms, log_e, log_e_max, state)
    select ${monitor}, device, profile, started_ms, last_to_ms, substring(${log_e.bytes}::bytea from e_at for e_bytes), e_max, substring(${state.bytes}::bytea from s_at for s_bytes)
    from unnest(${rows.map((r) => r.device)}::text[], ${rows.map((r) => r.profile)}::text[], ${rows.map((r) => r.started_ms)}::bigint[], ${rows.map((r) => r.last_to_ms)}::bigint[],
      ${log_e.starts}::int[], ${log_e.sizes}::int[], ${rows.map((r) => r.log_e_max)}::real[], ${state.starts}::int[], ${state.sizes}::int[])
      as r(device, profile, started_ms, last_to_ms, e_at, e_bytes, e_max, s_at, s_bytes)
    on conflict (monitor, device) do update set profile = excluded.profile, started_ms = excluded.started_ms, last_to_ms = excluded.last_to_ms,
      log_e = excluded.log_e, log_e_max = excluded.log_e_max, state = excluded.state`.execute(db);
}

function cut(parts: readonly Buffer[]): { bytes: Buffer; starts: number[]; sizes: number[] } {
  let end = 0;
  const starts = parts.map((part) => (end += part.length) - part.length + 1);
  return { bytes: Buffer.concat(parts, end), starts, sizes: parts.map((part) => part.length) };
}

export const forgetEvidence = (db: Db, monitor: string) => sql`delete from monitor_evidence where monitor = ${monitor}`.execute(db);

/** The devices with a window since then. */
export async function watchedDevices(db: Db, monitor: string, since_ms: number): Promise<string[]> {
  const { rows } = await sql<{ device: string }>`select device from monitor_evidence where monitor = ${monitor} and last_to_ms >= ${since_ms}`.execute(db);
  return rows.map((row) => row.device);
}

/** How many these are, of each monitor. */
export async function countWatched(db: Db, since_ms: number): Promise<Map<string, number>> {
  const { rows } = await sql<{ monitor: string; devices: number }>`
    select monitor, count(*) as devices from monitor_evidence where last_to_ms >= ${since_ms} group by monitor`.execute(db);
  return new Map(rows.map((row) => [row.monitor, Number(row.devices)]));
}

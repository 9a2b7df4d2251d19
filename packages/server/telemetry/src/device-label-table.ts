// The only SQL of labels on their way back to devices. A row is given its seq under the lock of its device's mark, in the commit of the label itself:
// who reads up to a seq has missed none below it.
import { type Db, sql } from '@holdfast/postgres';
import { type DeviceLabel, labels_a_reply_max } from '@holdfast/protocol';

export const labels_kept_ms = 90 * 86_400_000;
const labels_a_device_max = 10_000;
const forgotten_at_once = 10_000;

export interface GivenLabel extends Omit<DeviceLabel, 'seq'> {
  readonly device: string;
}

/** Holds the marks of these devices until the commit; in one order, so that two who give labels wait for each other and do not lock each other out. */
export async function lockLabelMarks(trx: Db, devices: readonly string[]): Promise<void> {
  await sql`
    insert into device_label_mark (device, seq) select device, 0 from unnest(${[...new Set(devices)].toSorted()}::text[]) as d (device)
    on conflict (device) do update set seq = device_label_mark.seq`.execute(trx);
}

/** The marks are held. A time of before 1970, of a device whose clock was wrong, is none: no agent takes it. */
export async function insertDeviceLabels(trx: Db, labels: readonly GivenLabel[], now_ms: number): Promise<void> {
  const column = <V>(pick: (label: GivenLabel) => V): V[] => labels.map(pick);
  await sql`
    with given as (
      select g.*, row_number() over (partition by device order by nth) as place
      from unnest(${column((l) => l.device)}::text[], ${column((l) => l.reference)}::bigint[], ${column((l) => Math.max(0, Math.round(l.at_ms)))}::bigint[],
        ${column((l) => l.label)}::float8[]) with ordinality as g (device, reference, at_ms, label, nth)
    ), mark as (
      update device_label_mark m set seq = m.seq + c.labels from (select device, count(*) as labels from given group by device) c
      where m.device = c.device returning m.device, m.seq - c.labels as before
    )
    insert into device_label (device, seq, reference, at_ms, label, given_ms)
    select device, before + place, reference, at_ms, label, ${now_ms} from given join mark using (device)`.execute(trx);
}

/** What is too old, of any device, and what is too many, of these. Rows that another forgets at this moment are left to it. */
export async function forgetDeviceLabels(trx: Db, devices: readonly string[], now_ms: number): Promise<void> {
  await sql`
    delete from device_label where (device, seq) in (
      select device, seq from device_label where given_ms < ${now_ms - labels_kept_ms} order by given_ms limit ${forgotten_at_once} for update skip locked
    )`.execute(trx);
  await sql`
    delete from device_label l using device_label_mark m
    where m.device = any(${[...devices]}::text[]) and l.device = m.device and l.seq <= m.seq - ${labels_a_device_max}`.execute(trx);
}

export interface LabelsWanted {
  readonly device: string;
  /** The last one that it holds. */
  readonly after: number;
}

/** For each that asks, in its order. */
export async function labelsAfter(trx: Db, wanted: readonly LabelsWanted[]): Promise<DeviceLabel[][]> {
  const { rows } = await sql<DeviceLabel & { nth: number }>`
    select w.nth, l.seq, l.reference, l.at_ms, l.label
    from unnest(${wanted.map((w) => w.device)}::text[], ${wanted.map((w) => w.after)}::bigint[]) with ordinality as w (device, after, nth)
    cross join lateral (select * from device_label where device = w.device and seq > w.after order by seq limit ${labels_a_reply_max}) l
    order by w.nth, l.seq`.execute(trx);
  const found = Map.groupBy(rows, (row) => row.nth);
  return wanted.map((_, i) => (found.get(i + 1) ?? []).map(({ nth: _nth, ...label }) => label));
}

/** Of one device: how many it was given so far (the seq of the last one), and how many are kept beyond `after`. */
export async function labelFeed(db: Db, { device, after }: LabelsWanted): Promise<{ given: number; waiting: number }> {
  const { rows } = await sql<{ given: number | null; waiting: number }>`
    select (select seq from device_label_mark where device = ${device}) as given, (select count(*) from device_label where device = ${device} and seq > ${after}) as waiting`.execute(
    db,
  );
  return { given: rows[0]!.given ?? 0, waiting: rows[0]!.waiting };
}

// The only SQL of the sample table: inferences that devices kept whole, and what people say of them. One that nobody can tell is dismissed, and waits no more.
import { type Db, sql } from '@holdfast/postgres';
import type { ReadRecord } from './record.ts';

export interface SampleRow {
  id: number;
  device: string;
  reference: number;
  at_ms: number;
  model: string;
  model_version: number;
  width: number;
  height: number;
  channels: number;
  predicted: number;
  confidence: number;
  reason: string;
  /** Names and values of one without an image. */
  inputs: [string, number | null][] | null;
  inputs_left_out: number;
  pixels: Buffer;
  label: number | null;
  labelled_by: string | null;
  labelled_ms: number | null;
  dismissed_by: string | null;
  dismissed_ms: number | null;
}
const tables = (db: Db) => db.$extendTables<{ sample: SampleRow }>();
const shown = [
  'id',
  'device',
  'reference',
  'at_ms',
  'model',
  'model_version',
  'width',
  'height',
  'channels',
  'predicted',
  'confidence',
  'reason',
  'inputs',
  'inputs_left_out',
  'label',
  'dismissed_ms',
] as const;

export async function insertSamples(trx: Db, rows: readonly Extract<ReadRecord, { kind: 'sample' }>[]): Promise<void> {
  const heads = JSON.stringify(rows.map((r) => ({ ...r.head, ...r.key })));
  await sql`
    insert into sample (device, boot, seq, reference, at_ms, model, model_version, width, height, channels, predicted, confidence, reason, inputs, inputs_left_out, pixels)
    select device, boot, seq, reference, at_ms::bigint, model, model_version, width, height, channels, predicted, confidence, reason, inputs,
      coalesce(inputs_left_out, 0), pixels
    from rows from (
      json_to_recordset(${heads}::json) as (device text, boot text, seq bigint, reference bigint, at_ms double precision, model text, model_version int,
        width int, height int, channels int, predicted int, confidence double precision, reason text, inputs jsonb, inputs_left_out int),
      unnest(${rows.map((r) => Buffer.from(r.pixels))}::bytea[])
    ) as h(device, boot, seq, reference, at_ms, model, model_version, width, height, channels, predicted, confidence, reason, inputs, inputs_left_out, pixels)
    on conflict do nothing`.execute(trx);
}

export interface SampleFilter {
  readonly device?: string | undefined;
  /** One of these devices, one of these samples. */
  readonly devices?: readonly string[] | undefined;
  readonly ids?: readonly number[] | undefined;
  readonly model?: string | undefined;
  /** False: those that wait for a label; one that is dismissed does not. */
  readonly labelled?: boolean | undefined;
  readonly dismissed?: boolean | undefined;
  readonly reason?: string | readonly string[] | undefined;
  readonly since_ms?: number | undefined;
  /** The id of the last one that is known, in the order that is asked for. */
  readonly after?: number | undefined;
  readonly order?: SampleOrder | undefined;
}
export type SampleOrder = 'oldest' | 'least_confident';

function filtered(db: Db, f: SampleFilter) {
  let query = tables(db).selectFrom('sample');
  if (f.device !== undefined) query = query.where('device', '=', f.device);
  if (f.devices !== undefined) query = query.where(sql<boolean>`device = any(${[...f.devices]}::text[])`);
  if (f.ids !== undefined) query = query.where('id', 'in', [...f.ids]);
  if (f.model !== undefined) query = query.where('model', '=', f.model);
  if (f.labelled !== undefined) query = query.where('label', f.labelled ? 'is not' : 'is', null);
  if (f.labelled === false) query = query.where('dismissed_ms', 'is', null);
  if (f.dismissed !== undefined) query = query.where('dismissed_ms', f.dismissed ? 'is not' : 'is', null);
  if (typeof f.reason === 'string') query = query.where('reason', '=', f.reason);
  else if (f.reason !== undefined) query = query.where('reason', 'in', [...f.reason]);
  if (f.since_ms !== undefined) query = query.where('at_ms', '>=', f.since_ms);
  if (f.after === undefined) return query;
  if (f.order !== 'least_confident') return query.where('id', '>', f.after);
  return query.where(sql<boolean>`(confidence, id) > (select coalesce(max(confidence), '-Infinity'), ${f.after}::bigint from sample where id = ${f.after})`);
}

const ordered = (db: Db, filter: SampleFilter, limit: number) => {
  const query = filtered(db, filter).limit(limit);
  return filter.order === 'least_confident' ? query.orderBy('confidence').orderBy('id') : query.orderBy('id');
};
export const listSamples = (db: Db, filter: SampleFilter, limit: number) => ordered(db, filter, limit).select(shown).execute();
export const readSamples = (db: Db, filter: SampleFilter, limit: number) =>
  ordered(db, filter, limit)
    .select([...shown, 'pixels'])
    .execute();
export const countSamples = async (db: Db, filter: SampleFilter) =>
  Number(
    (
      await filtered(db, filter)
        .select(({ fn }) => fn.countAll().as('n'))
        .executeTakeFirstOrThrow()
    ).n,
  );
export interface DeviceSamples {
  readonly device: string;
  readonly reason: string;
  readonly labelled: number;
  readonly dismissed: number;
  /** These wait for a label. */
  readonly unlabelled: number;
}
/** A row for each device and reason. */
export async function countSamplesByDevice(db: Db, filter: SampleFilter): Promise<DeviceSamples[]> {
  const counted = (holds: ReturnType<typeof sql<boolean>>) => sql<number>`count(*) filter (where ${holds})`;
  return filtered(db, filter)
    .select([
      'device',
      'reason',
      counted(sql`label is not null`).as('labelled'),
      counted(sql`dismissed_ms is not null`).as('dismissed'),
      counted(sql`label is null and dismissed_ms is null`).as('unlabelled'),
    ])
    .groupBy(['device', 'reason'])
    .orderBy('device')
    .execute();
}
export const findSample = (db: Db, id: number) => tables(db).selectFrom('sample').selectAll().where('id', '=', id).executeTakeFirst();

export interface SampleLabel {
  readonly id: number;
  /** Null: nobody can tell. */
  readonly label: number | null;
}

/** Holds the samples that there are of these, in one order, so that two labellings cannot wait for each other. */
export const lockLabels = (trx: Db, ids: readonly number[]) =>
  tables(trx)
    .selectFrom('sample')
    .select(['id', 'label', 'device', 'reference', 'at_ms'])
    .where('id', 'in', [...ids])
    .orderBy('id')
    .forUpdate()
    .execute();

/** Sets labels by one statement; without one the sample is dismissed. */
export async function labelSamples(trx: Db, labels: readonly SampleLabel[], by: string, now_ms: number): Promise<void> {
  await sql`
    update sample set label = l.label, labelled_by = case when l.label is not null then ${by}::text end, labelled_ms = case when l.label is not null then ${now_ms}::bigint end,
      dismissed_by = case when l.label is null then ${by}::text end, dismissed_ms = case when l.label is null then ${now_ms}::bigint end
    from unnest(${labels.map((l) => l.id)}::bigint[], ${labels.map((l) => l.label)}::int[]) as l(id, label) where sample.id = l.id`.execute(trx);
}

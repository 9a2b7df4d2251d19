// The only SQL of the sample table: images that devices kept, and what people say they show.
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
  pixels: Buffer;
  label: number | null;
  labelled_by: string | null;
  labelled_ms: number | null;
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
  'label',
] as const;

export async function insertSamples(trx: Db, rows: readonly Extract<ReadRecord, { kind: 'sample' }>[]): Promise<void> {
  const heads = JSON.stringify(rows.map((r) => ({ ...r.head, ...r.key })));
  await sql`
    insert into sample (device, boot, seq, reference, at_ms, model, model_version, width, height, channels, predicted, confidence, reason, pixels)
    select device, boot, seq, reference, at_ms::bigint, model, model_version, width, height, channels, predicted, confidence, reason, pixels
    from rows from (
      json_to_recordset(${heads}::json) as (device text, boot text, seq bigint, reference bigint, at_ms double precision, model text, model_version int,
        width int, height int, channels int, predicted int, confidence double precision, reason text),
      unnest(${rows.map((r) => Buffer.from(r.pixels))}::bytea[])
    ) as h(device, boot, seq, reference, at_ms, model, model_version, width, height, channels, predicted, confidence, reason, pixels)
    on conflict do nothing`.execute(trx);
}

export interface SampleFilter {
  readonly device?: string | undefined;
  readonly model?: string | undefined;
  readonly labelled?: boolean | undefined;
  readonly reason?: string | undefined;
  readonly since_ms?: number | undefined;
  readonly after?: number | undefined;
}

function filtered(db: Db, f: SampleFilter) {
  let query = tables(db).selectFrom('sample');
  if (f.device !== undefined) query = query.where('device', '=', f.device);
  if (f.model !== undefined) query = query.where('model', '=', f.model);
  if (f.labelled !== undefined) query = query.where('label', f.labelled ? 'is not' : 'is', null);
  if (f.reason !== undefined) query = query.where('reason', '=', f.reason);
  if (f.since_ms !== undefined) query = query.where('at_ms', '>=', f.since_ms);
  if (f.after !== undefined) query = query.where('id', '>', f.after);
  return query;
}

export const listSamples = (db: Db, filter: SampleFilter, limit: number) => filtered(db, filter).select(shown).orderBy('id').limit(limit).execute();
export const readSamples = (db: Db, filter: SampleFilter, limit: number) =>
  filtered(db, filter)
    .select([...shown, 'pixels'])
    .orderBy('id')
    .limit(limit)
    .execute();
export const countSamples = async (db: Db, filter: SampleFilter) =>
  Number(
    (
      await filtered(db, filter)
        .select(({ fn }) => fn.countAll().as('n'))
        .executeTakeFirstOrThrow()
    ).n,
  );
export const countSamplesByDevice = async (db: Db, filter: SampleFilter) =>
  (
    await filtered(db, filter)
      .select(['device', ({ fn }) => fn.countAll().as('n')])
      .groupBy('device')
      .execute()
  ).map((r) => ({ device: r.device, count: Number(r.n) }));
export const findSample = (db: Db, id: number) => tables(db).selectFrom('sample').selectAll().where('id', '=', id).executeTakeFirst();

/** Holds the samples that there are of these, in one order, so that two labellings cannot wait for each other. */
export const lockLabels = (trx: Db, ids: readonly number[]) =>
  tables(trx)
    .selectFrom('sample')
    .select(['id', 'label', 'device', 'reference', 'at_ms'])
    .where('id', 'in', [...ids])
    .orderBy('id')
    .forUpdate()
    .execute();

/** Sets labels by one statement. */
export async function labelSamples(trx: Db, labels: readonly { id: number; label: number }[], by: string, now_ms: number): Promise<void> {
  await sql`
    update sample set label = l.label, labelled_by = ${by}, labelled_ms = ${now_ms}
    from unnest(${labels.map((l) => l.id)}::bigint[], ${labels.map((l) => l.label)}::int[]) as l(id, label) where sample.id = l.id`.execute(trx);
}

// The only SQL of what models said (packed, as devices sent it) and of the truths that were told of it.
import { type Db, sql } from '@holdfast/postgres';
import { namingBytes } from '@holdfast/protocol';
import type { ReadRecord } from './record.ts';

/** What was said waits so long for its truth, and a truth so long for what was said. */
export const kept_ms = 30 * 86_400_000;

/** The truth of one answer. */
export interface Truth {
  readonly device: string;
  /** The app's own number of the inference. */
  readonly reference: number;
  /** The class, or the value. */
  readonly label: number;
  /** When it was inferred: chooses among answers of the same number. 0: the last one before the truth came. */
  readonly inferred_ms: number;
}
export interface ToldTruth extends Truth {
  readonly came_ms: number;
}

export async function insertPredictions(trx: Db, rows: readonly Extract<ReadRecord, { kind: 'predictions' }>[]): Promise<void> {
  for (const { key, of, body } of rows) {
    const last_ms = of.first_ms + of.offsets_ms.reduce((most, one) => Math.max(most, one), 0);
    await sql`
      insert into prediction_chunk (device, boot, seq, model, model_version, predictions, first_ms, last_ms, body)
      values (${key.device}, ${key.boot}, ${key.seq}, ${of.model}, ${of.model_version}, ${of.references.length}, ${Math.floor(of.first_ms)}, ${Math.ceil(last_ms)}, ${Buffer.from(body)})
      on conflict do nothing`.execute(trx);
  }
}

/** The last word counts. Answers those that say something else than was known. Who tells truths of a device holds its mark of labels, so that nobody comes between. */
export async function putTruths(trx: Db, truths: readonly Truth[], by: string, now_ms: number): Promise<Truth[]> {
  const last = [...new Map(truths.map((truth) => [`${truth.device} ${truth.reference} ${Math.round(truth.inferred_ms)}`, truth])).values()];
  const column = <V>(pick: (truth: Truth) => V): V[] => last.map(pick);
  const { rows: known } = await sql<{ nth: number; label: number }>`
    select t.nth, l.label from answer_label l join unnest(${column((t) => t.device)}::text[], ${column((t) => t.reference)}::bigint[],
      ${column((t) => Math.round(t.inferred_ms))}::bigint[]) with ordinality as t (device, reference, inferred_ms, nth) using (device, reference, inferred_ms)`.execute(
    trx,
  );
  const before = new Map(known.map(({ nth, label }) => [nth - 1, label]));
  await sql`
    insert into answer_label (device, reference, inferred_ms, label, came_ms, told_by)
    select device, reference, inferred_ms, label, ${now_ms}, ${by} from unnest(${column((t) => t.device)}::text[], ${column((t) => t.reference)}::bigint[],
      ${column((t) => Math.round(t.inferred_ms))}::bigint[], ${column((t) => t.label)}::float8[]) as t (device, reference, inferred_ms, label)
    order by device, reference, inferred_ms
    on conflict (device, reference, inferred_ms) do update set label = excluded.label, came_ms = excluded.came_ms, told_by = excluded.told_by`.execute(trx);
  return last.filter((truth, i) => before.get(i) !== truth.label);
}

export async function forgetOld(trx: Db, before_ms: number): Promise<void> {
  await sql`delete from prediction_chunk where last_ms < ${before_ms}`.execute(trx);
  await sql`delete from answer_label where came_ms < ${before_ms}`.execute(trx);
}
/** Of devices that send: also where nobody ever tells a truth. */
export const forgetOldOf = (trx: Db, devices: readonly string[], before_ms: number) =>
  sql`delete from prediction_chunk where device = any(${[...devices]}::text[]) and last_ms < ${before_ms}`.execute(trx);

/** Truths that came since, of some devices or of all, the newest first. */
export async function truthsSince(db: Db, from_ms: number, devices: readonly string[] | undefined, limit: number): Promise<ToldTruth[]> {
  const of = devices ? sql`and device = any(${[...devices]}::text[])` : sql``;
  const { rows } = await sql<ToldTruth>`
    select device, reference, inferred_ms, label, came_ms from answer_label where came_ms >= ${from_ms} ${of} order by came_ms desc, device, reference limit ${limit}`.execute(
    db,
  );
  return rows;
}

/** The beginning of a chunk, with its references and times: what it says is many times as long. */
export interface ChunkHead {
  readonly boot: string;
  readonly seq: number;
  readonly model: string;
  readonly model_version: number;
  readonly last_ms: number;
  readonly head: Buffer;
}
export interface Span {
  readonly from_ms: number;
  readonly to_ms: number;
}

/** Chunks of a device over a time, the newest first; `after` is the last that is known. */
export async function chunkHeads(db: Db, device: string, { from_ms, to_ms }: Span, after: ChunkHead | undefined, limit: number): Promise<ChunkHead[]> {
  const older = after ? sql`and (last_ms, boot, seq) < (${after.last_ms}::bigint, ${after.boot}::text, ${after.seq}::bigint)` : sql``;
  const { rows } = await sql<ChunkHead>`
    select boot, seq, model, model_version, last_ms, substring(body from 1 for ${namingBytes(0)}::integer + 8 * predictions) as head from prediction_chunk
    where device = ${device} and last_ms >= ${from_ms} and first_ms < ${to_ms} ${older} order by last_ms desc, boot desc, seq desc limit ${limit}`.execute(db);
  return rows;
}

/** Where the class, the confidence and the scores of one prediction are, counted from 1. */
export interface SaidAt {
  readonly boot: string;
  readonly seq: number;
  readonly predicted: number;
  readonly confidence: number;
  readonly scores: number;
  readonly scores_bytes: number;
}
/** In their order; null where the chunk was forgotten meanwhile. The column is stored as it is, so that a piece of it is read alone. */
export async function saidAt(db: Db, device: string, places: readonly SaidAt[]): Promise<(Buffer | null)[]> {
  const column = <V>(pick: (place: SaidAt) => V): V[] => places.map(pick);
  const { rows } = await sql<{ said: Buffer | null }>`
    select substring(c.body from p.predicted for 2) || substring(c.body from p.confidence for 4) || substring(c.body from p.scores for p.scores_bytes) as said
    from unnest(${column((p) => p.boot)}::text[], ${column((p) => p.seq)}::bigint[], ${column((p) => p.predicted)}::integer[], ${column((p) => p.confidence)}::integer[],
      ${column((p) => p.scores)}::integer[], ${column((p) => p.scores_bytes)}::integer[]) with ordinality as p (boot, seq, predicted, confidence, scores, scores_bytes, nth)
    left join prediction_chunk c on c.device = ${device} and c.boot = p.boot and c.seq = p.seq order by p.nth`.execute(db);
  return rows.map((row) => row.said);
}

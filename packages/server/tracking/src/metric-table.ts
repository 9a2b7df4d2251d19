// The only SQL of metric_series and metric_chunk. A series knows its latest point, so that a search never reads the history.
import { type Db, prepared, readColumns, sql } from '@holdfast/postgres';
import { byRun } from './by-run.ts';
import type { MetricPoint } from './types.ts';

export interface LatestPoint extends MetricPoint {
  /** How many were logged; one that came again much later is counted again. */
  readonly points: number;
}
export interface SeriesRow extends LatestPoint {
  readonly run: number;
}
export interface ChunkRow {
  readonly id: number;
  readonly series: number;
  readonly points: Buffer;
}
export interface NewChunk {
  /** The chunk that this one takes the place of; null for one more. */
  readonly id: number | null;
  readonly series: number;
  readonly first_ms: number;
  readonly last_ms: number;
  readonly first_step: number;
  readonly last_step: number;
  readonly n: number;
  readonly points: Buffer;
}

const newer = sql`(excluded.step, excluded.at_ms, coalesce(nullif(excluded.value, 'NaN'), 0)) > (s.step, s.at_ms, coalesce(nullif(s.value, 'NaN'), 0))`;

/** Adds to the counts, and moves the latest points on. Each (run, key) once. Answers their ids. */
export async function putSeries(trx: Db, series: readonly SeriesRow[]): Promise<{ id: number; run: number; key: string }[]> {
  const column = <K extends keyof SeriesRow>(name: K) => series.map((one) => one[name]);
  const { rows } = await sql<{ id: number; run: number; key: string }>`${prepared}
    insert into metric_series as s (experiment_id, run, key, step, at_ms, value, points)
    select r.experiment_id, g.* from unnest(${column('run')}::bigint[], ${column('key')}::text[], ${column('step')}::bigint[],
      ${column('at_ms')}::bigint[], ${column('value')}::float8[], ${column('points')}::bigint[]) as g (run, key, step, at_ms, value, points)
    join run r on r.num = g.run
    on conflict (run, key) do update set points = s.points + excluded.points,
      step = case when ${newer} then excluded.step else s.step end,
      at_ms = case when ${newer} then excluded.at_ms else s.at_ms end,
      value = case when ${newer} then excluded.value else s.value end
    returning id, run, key`.execute(trx);
  return rows;
}

/** The last chunk of each series where it is still small. */
export async function openChunks(trx: Db, series: readonly number[], n_max: number): Promise<ChunkRow[]> {
  const { rows } = await sql<ChunkRow>`${prepared}
    select c.id, c.series, c.points from unnest(${[...series]}::bigint[]) as g (series)
    cross join lateral (select * from metric_chunk m where m.series = g.series order by m.id desc limit 1) c where c.n < ${n_max}`.execute(trx);
  return rows;
}
export async function putChunks(trx: Db, chunks: readonly NewChunk[]): Promise<void> {
  const column = <K extends keyof NewChunk>(name: K) => chunks.map((one) => one[name]);
  await sql`${prepared}
    with given as (
      select * from unnest(${column('id')}::bigint[], ${column('series')}::bigint[], ${column('first_ms')}::bigint[], ${column('last_ms')}::bigint[],
        ${column('first_step')}::bigint[], ${column('last_step')}::bigint[], ${column('n')}::integer[], ${column('points')}::bytea[])
        as g (id, series, first_ms, last_ms, first_step, last_step, n, points)
    ), grown as (
      update metric_chunk c set first_ms = g.first_ms, last_ms = g.last_ms, first_step = g.first_step, last_step = g.last_step, n = g.n, points = g.points
      from given g where c.series = g.series and c.id = g.id
    )
    insert into metric_chunk (series, first_ms, last_ms, first_step, last_step, n, points)
    select series, first_ms, last_ms, first_step, last_step, n, points from given where id is null`.execute(trx);
}

/** The latest point of each series of the runs, by key. */
export async function latestOf(db: Db, runs: readonly number[]): Promise<Map<number, LatestPoint[]>> {
  const query = sql`select run, key, step, at_ms, value, points from metric_series where run = any(${[...runs]}::bigint[]) order by run, key`;
  const found = await readColumns<SeriesRow>(db, query, ['run', 'key', 'step', 'at_ms', 'value', 'points']);
  const { run, key, step, at_ms, value, points } = found;
  return byRun(run, (i) => ({ key: key[i]!, step: step[i]!, at_ms: at_ms[i]!, value: Number(value[i]), points: points[i]! })); // NaN comes as text
}
export async function findSeries(db: Db, run_id: string, key: string): Promise<number | null> {
  const { rows } = await sql<{ id: number }>`${prepared}
    select s.id from metric_series s join run r on r.num = s.run where r.id = ${run_id} and s.key = ${key}`.execute(db);
  return rows[0]?.id ?? null;
}

/** A place in a history: by time, then step. A chunk lies between those of its least and its greatest time and step, whatever was logged when. */
export interface HistoryPlace {
  readonly at_ms: number;
  readonly step: number;
}
/**
 * The chunks that hold the first `points` points from a place on, or more. Up to `edge` every point is among them; null where these are all of
 * the chunks.
 */
export async function chunksFrom(
  db: Db,
  series: number,
  from: HistoryPlace | undefined,
  points: number,
): Promise<{ edge: HistoryPlace | null; chunks: Buffer[] }> {
  const behind = from === undefined ? sql`` : sql`and (last_ms, last_step) >= (${from.at_ms}, ${from.step})`;
  const { rows } = await sql<{ points: Buffer; at_ms: number | null; step: number | null }>`
    with c as materialized (
      select id, first_ms, first_step, last_ms, last_step, sum(n) over (order by last_ms, last_step, id) as upto from metric_chunk where series = ${series} ${behind}
    ), edge as (select last_ms as at_ms, last_step as step from c where upto >= ${points} order by 1, 2 limit 1)
    select m.points, edge.* from c left join edge on true join metric_chunk m on m.series = ${series} and m.id = c.id
    where edge.at_ms is null or (c.first_ms, c.first_step) <= (edge.at_ms, edge.step) order by c.first_ms, c.first_step, c.id`.execute(db);
  const { at_ms = null, step = null } = rows[0] ?? {};
  return { edge: at_ms === null || step === null ? null : { at_ms, step }, chunks: rows.map((row) => row.points) };
}
export interface StepRange {
  readonly first: number;
  readonly last: number;
}
/** The chunks that may hold points of these steps; all of them without a range. About the first `points` points. */
export async function chunksOfSteps(db: Db, series: number, range: StepRange | undefined, points: number): Promise<Buffer[]> {
  const within = range ? sql`and first_step <= ${range.last} and last_step >= ${range.first}` : sql``;
  const { rows } = await sql<{ points: Buffer }>`
    with c as materialized (select id, sum(n) over (order by first_step, id) - n as before from metric_chunk where series = ${series} ${within})
    select m.points from c join metric_chunk m on m.series = ${series} and m.id = c.id where c.before < ${points} order by c.before`.execute(db);
  return rows.map((row) => row.points);
}

// The only SQL of metric_batch: points as they came, one row a request, until they are folded into their series.
import { type Db, prepared, sql } from '@holdfast/postgres';

export interface WaitingBatch {
  readonly run_id: string;
  readonly n: number;
  readonly points: string;
}

/**
 * Writes batches of any number of runs in one statement: one commit, whoever asked, and no row that two writers could wait for.
 * Answers the runs that took theirs; a run that is deleted or unknown takes none.
 */
export async function insertBatches(db: Db, batches: readonly WaitingBatch[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`${prepared}
    with given as (${batches.length === 1 ? one(batches[0]!) : several(batches)}),
      written as (insert into metric_batch (run, n, points) select num, n, points from given)
    select id from given`.execute(db);
  return new Set(rows.map((row) => row.id));
}
/** The usual case by itself: PostgreSQL plans lists anew each time, since their length counts, and that takes as long as the rest. */
const one = ({ run_id, n, points }: WaitingBatch) =>
  sql`select num, id, ${n}::integer as n, ${points}::text as points from run where id = ${run_id} and lifecycle_stage = 'active'`;
const several = (batches: readonly WaitingBatch[]) => sql`
  select r.num, r.id, g.n, g.points
  from unnest(${batches.map((b) => b.run_id)}::text[], ${batches.map((b) => b.n)}::integer[], ${batches.map((b) => b.points)}::text[]) as g (run_id, n, points)
  join run r on r.id = g.run_id and r.lifecycle_stage = 'active'`;

/** The newest that waits, or null. */
export async function lastBatch(db: Db): Promise<number | null> {
  const { rows } = await sql<{ id: number }>`${prepared}select id from metric_batch order by id desc limit 1`.execute(db);
  return rows[0]?.id ?? null;
}

/** Takes the oldest batches up to `upto` out, about so many points; whoever else folds waits until this transaction is over. */
export async function takeBatches(trx: Db, upto: number, points: number): Promise<{ run: number; points: string }[]> {
  await sql`select pg_advisory_xact_lock(hashtext('metric_batch'))`.execute(trx);
  const { rows } = await sql<{ run: number; points: string }>`${prepared}
    with oldest as (select id, sum(n) over (order by id) - n as before from metric_batch where id <= ${upto} order by id limit 5000)
    delete from metric_batch b using oldest o where b.id = o.id and o.before < ${points} returning b.run, b.points`.execute(trx);
  return rows;
}

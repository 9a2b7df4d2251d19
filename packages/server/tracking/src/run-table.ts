// The only SQL of run, run_param and run_tag.
import { type Db, type GeneratedAlways, type Sight, prepared, readColumns, seen, sql } from '@holdfast/postgres';
import { projectOf } from './place-table.ts';
import { byRun } from './by-run.ts';
import type { Pair, RunRow, RunStatus, Stage } from './types.ts';

type RunTables = {
  run: Omit<RunRow, 'num'> & { num: GeneratedAlways<number>; deleted_ms: number | null };
  run_param: Pair & { run: number };
  run_tag: Pair & { run: number };
};
export type NewRun = Omit<RunRow, 'num'>;
const tables = (db: Db) => db.$extendTables<RunTables>();
const columns = ['num', 'id', 'experiment_id', 'name', 'status', 'user_id', 'start_ms', 'end_ms', 'lifecycle_stage', 'artifact_uri'] as const;

/** The new row, or undefined where a run with this id is there already. */
export const insertRun = (trx: Db, row: NewRun): Promise<RunRow | undefined> =>
  tables(trx)
    .insertInto('run')
    .values({ ...row, deleted_ms: null })
    .onConflict((c) => c.doNothing())
    .returning(columns)
    .executeTakeFirst();
export const findRun = (db: Db, id: string): Promise<RunRow | undefined> =>
  sql<RunRow>`${prepared}select ${sql.join(columns.map((name) => sql.ref(name)))} from run where id = ${id}`.execute(db).then(({ rows }) => rows[0]);
/** Held until the end of the transaction: writers of params of one run come one after the other, and a deletion waits. */
export const lockRun = (trx: Db, id: string): Promise<RunRow | undefined> =>
  tables(trx).selectFrom('run').select(columns).where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
export const changeRun = (
  trx: Db,
  num: number,
  set: { name?: string; status?: RunStatus; end_ms?: number | null; lifecycle_stage?: Stage; deleted_ms?: number | null },
) => tables(trx).updateTable('run').set(set).where('num', '=', num).execute();
/** Where there is one and it is not over. */
export const endRun = (db: Db, id: string, status: RunStatus, end_ms: number) =>
  tables(db).updateTable('run').set({ status, end_ms }).where('id', '=', id).execute();
export const changeRunsOf = (trx: Db, experiment_id: number, lifecycle_stage: Stage, deleted_ms: number | null) =>
  tables(trx).updateTable('run').set({ lifecycle_stage, deleted_ms }).where('experiment_id', '=', experiment_id).execute();

/** The newest runs that are not deleted, with the names of their experiments. */
export async function listRuns(
  db: Db,
  of: { experiment?: string | undefined; project?: string | undefined },
  limit: number,
  sight: Sight | null,
): Promise<(RunRow & { experiment: string })[]> {
  const project = projectOf(sql.ref('run.experiment_id'));
  let query = tables(db)
    .$extendTables<{ experiment: { id: number; name: string } }>()
    .selectFrom('run')
    .innerJoin('experiment', 'experiment.id', 'run.experiment_id')
    .select(columns.map((column) => `run.${column}` as const))
    .select('experiment.name as experiment')
    .where('run.lifecycle_stage', '=', 'active')
    .where(seen(sight, sql.ref('run.experiment_id'), project))
    .orderBy('run.start_ms', 'desc')
    .limit(limit);
  if (of.experiment !== undefined) query = query.where('experiment.name', '=', of.experiment);
  if (of.project !== undefined) query = query.where(project, '=', of.project);
  return query.execute();
}

/** By run, in the order of their keys. */
const pairsOf = (table: 'run_param' | 'run_tag') => async (db: Db, runs: readonly number[]) => {
  const query = sql`select run, key, value from ${sql.table(table)} where run = any(${[...runs]}::bigint[]) order by run, key`;
  const found = await readColumns<Pair & { run: number }>(db, query, ['run', 'key', 'value']);
  return byRun(found.run, (i): Pair => ({ key: found.key[i]!, value: found.value[i]! }));
};
export const paramsOf = pairsOf('run_param');
export const tagsOf = pairsOf('run_tag');

const byKey = (a: Pair, b: Pair): number => (a.key < b.key ? -1 : Number(a.key > b.key));

/** Adds the params that are new; answers those that the run has with another value, which stay as they were. */
export async function addParams(trx: Db, run: number, given: readonly Pair[]): Promise<{ key: string; was: string }[]> {
  const pairs = given.toSorted(byKey); // two writers wait for each other's keys in one order
  const [keys, values] = [pairs.map((p) => p.key), pairs.map((p) => p.value)];
  await sql`insert into run_param (run, key, value) select ${run}, * from unnest(${keys}::text[], ${values}::text[]) on conflict do nothing`.execute(trx);
  const { rows } = await sql<{ key: string; was: string }>`select p.key, p.value as was from run_param p
    join unnest(${keys}::text[], ${values}::text[]) as given (key, value) on given.key = p.key where p.run = ${run} and p.value <> given.value`.execute(trx);
  return rows;
}
/** Of a key given twice the last value counts. */
export async function putTags(db: Db, run: number, given: readonly Pair[]): Promise<void> {
  const pairs = [...new Map(given.map((pair) => [pair.key, pair])).values()].sort(byKey);
  await sql`insert into run_tag (run, key, value) select ${run}, * from unnest(${pairs.map((p) => p.key)}::text[], ${pairs.map((p) => p.value)}::text[])
    on conflict (run, key) do update set value = excluded.value`.execute(db);
}
export const appendTag = (db: Db, run: number, key: string, value: string, join: (before: string) => string) =>
  tables(db)
    .selectFrom('run_tag')
    .select('value')
    .where('run', '=', run)
    .where('key', '=', key)
    .executeTakeFirst()
    .then((found) => putTags(db, run, [{ key, value: found ? join(found.value) : value }]));
/** False where there was none. */
export const deleteTag = async (db: Db, run: number, key: string): Promise<boolean> =>
  (await tables(db).deleteFrom('run_tag').where('run', '=', run).where('key', '=', key).returning('key').executeTakeFirst()) !== undefined;

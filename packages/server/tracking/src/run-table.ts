// The only SQL of experiment, run, run_param, run_tag and run_metric.
import { type Db, type Generated, sql } from '@holdfast/postgres';

/** MLflow's RunStatus, as far as it is used. */
export type RunStatus = 'RUNNING' | 'FINISHED' | 'FAILED';
export interface RunRow {
  id: string;
  experiment_id: number;
  name: string;
  status: RunStatus;
  user_id: string;
  start_ms: number;
  end_ms: number | null;
}
type RunTables = {
  experiment: { id: Generated<number>; name: string; lifecycle_stage: Generated<string>; created_ms: number };
  run: RunRow & { lifecycle_stage: Generated<string> };
  run_param: { run_id: string; key: string; value: string };
  run_tag: { run_id: string; key: string; value: string };
  run_metric: { id: Generated<number>; run_id: string; key: string; step: number; at_ms: number; value: number };
};
export interface MetricPoint {
  readonly key: string;
  readonly value: number;
  readonly step: number;
  readonly at_ms: number;
}
const tables = (db: Db) => db.$extendTables<RunTables>();

export async function experimentId(db: Db, name: string, now_ms: number): Promise<number> {
  await tables(db)
    .insertInto('experiment')
    .values({ name, created_ms: now_ms })
    .onConflict((c) => c.doNothing())
    .execute();
  return (await tables(db).selectFrom('experiment').select('id').where('name', '=', name).executeTakeFirstOrThrow()).id;
}
export const listExperiments = (db: Db) =>
  tables(db)
    .selectFrom('experiment')
    .leftJoin('run', 'run.experiment_id', 'experiment.id')
    .select(({ fn }) => ['experiment.name', 'experiment.created_ms', fn.count('run.id').as('runs')])
    .where('experiment.lifecycle_stage', '=', 'active')
    .groupBy(['experiment.id', 'experiment.name', 'experiment.created_ms'])
    .orderBy('experiment.name')
    .execute();

/** False where a run with this id is there already. */
export async function insertRun(db: Db, row: RunRow): Promise<boolean> {
  const done = await tables(db)
    .insertInto('run')
    .values(row)
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return (done.numInsertedOrUpdatedRows ?? 0n) > 0n;
}
const runs = (db: Db) =>
  tables(db).selectFrom('run').innerJoin('experiment', 'experiment.id', 'run.experiment_id').selectAll('run').select('experiment.name as experiment');
export const findRun = (db: Db, id: string) => runs(db).where('run.id', '=', id).executeTakeFirst();
export function listRuns(db: Db, experiment: string | undefined, limit: number) {
  const query = runs(db).where('run.lifecycle_stage', '=', 'active').orderBy('run.start_ms', 'desc').limit(limit);
  return (experiment === undefined ? query : query.where('experiment.name', '=', experiment)).execute();
}
export const endRun = (db: Db, id: string, status: RunStatus, end_ms: number) =>
  tables(db).updateTable('run').set({ status, end_ms }).where('id', '=', id).execute();

export const paramsOf = (db: Db, ids: readonly string[]) =>
  tables(db)
    .selectFrom('run_param')
    .selectAll()
    .where('run_id', 'in', [...ids])
    .orderBy('key')
    .execute();
export const tagsOf = (db: Db, ids: readonly string[]) =>
  tables(db)
    .selectFrom('run_tag')
    .selectAll()
    .where('run_id', 'in', [...ids])
    .orderBy('key')
    .execute();
export const insertParams = (db: Db, rows: readonly RunTables['run_param'][]) =>
  tables(db)
    .insertInto('run_param')
    .values([...rows])
    .onConflict((c) => c.doNothing())
    .execute();
export const putTags = (db: Db, rows: readonly RunTables['run_tag'][]) =>
  tables(db)
    .insertInto('run_tag')
    .values([...rows])
    .onConflict((c) => c.columns(['run_id', 'key']).doUpdateSet({ value: sql`excluded.value` }))
    .execute();
export const insertMetrics = (db: Db, run_id: string, points: readonly MetricPoint[]) =>
  tables(db)
    .insertInto('run_metric')
    .values(points.map((p) => ({ run_id, ...p })))
    .execute();

/** The last point of each metric, by step, then time, then order of arrival; with the count of points. */
export async function lastMetrics(db: Db, ids: readonly string[]) {
  const { rows } = await sql<{ run_id: string; key: string; step: number; value: number; points: number }>`
    select distinct on (run_id, key) run_id, key, step, value, count(*) over (partition by run_id, key) as points
    from run_metric where run_id = any(${[...ids]}::text[]) order by run_id, key, step desc, at_ms desc, id desc`.execute(db);
  return rows;
}
export const metricHistory = (db: Db, id: string, key: string) =>
  tables(db)
    .selectFrom('run_metric')
    .select(['step', 'at_ms', 'value'])
    .where('run_id', '=', id)
    .where('key', '=', key)
    .orderBy('step')
    .orderBy('at_ms')
    .orderBy('id')
    .limit(100_000)
    .execute();

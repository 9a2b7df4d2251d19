// The only SQL of experiment and experiment_tag.
import { type Db, type Generated, type Sight, seen, sql } from '@holdfast/postgres';
import { projectOf } from './place-table.ts';
import type { ExperimentRow, Pair, Stage } from './types.ts';

type ExperimentTables = {
  experiment: Omit<ExperimentRow, 'id' | 'lifecycle_stage'> & { id: Generated<number>; lifecycle_stage: Generated<Stage> };
  experiment_tag: { experiment_id: number; key: string; value: string };
};
const tables = (db: Db) => db.$extendTables<ExperimentTables>();

export const findExperiment = (db: Db, id: number) => tables(db).selectFrom('experiment').selectAll().where('id', '=', id).executeTakeFirst();
export const findExperimentByName = (db: Db, name: string) => tables(db).selectFrom('experiment').selectAll().where('name', '=', name).executeTakeFirst();
export const lockExperiment = (trx: Db, id: number) => tables(trx).selectFrom('experiment').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();

/** The new row, or undefined where the name is taken. `location` gets the id of the row. */
export async function insertExperiment(trx: Db, name: string, now_ms: number, location: (id: number) => string): Promise<ExperimentRow | undefined> {
  const { rows } = await sql<{ id: number }>`select nextval(pg_get_serial_sequence('experiment', 'id')) as id`.execute(trx);
  const id = Number(rows[0]!.id);
  return tables(trx)
    .insertInto('experiment')
    .values({ id, name, created_ms: now_ms, updated_ms: now_ms, artifact_location: location(id) })
    .onConflict((c) => c.doNothing())
    .returningAll()
    .executeTakeFirst();
}
export const changeExperiment = (trx: Db, id: number, set: Partial<Pick<ExperimentRow, 'name' | 'lifecycle_stage' | 'updated_ms' | 'artifact_location'>>) =>
  tables(trx).updateTable('experiment').set(set).where('id', '=', id).execute();

export const findExperimentTag = (db: Db, experiment_id: number, key: string) =>
  tables(db).selectFrom('experiment_tag').select('value').where('experiment_id', '=', experiment_id).where('key', '=', key).executeTakeFirst();
export const putExperimentTags = (db: Db, experiment_id: number, tags: readonly Pair[]) =>
  tables(db)
    .insertInto('experiment_tag')
    .values(tags.map((tag) => ({ experiment_id, ...tag })))
    .onConflict((c) => c.columns(['experiment_id', 'key']).doUpdateSet({ value: sql`excluded.value` }))
    .execute();
/** The tag that was there; undefined where there was none. */
export const deleteExperimentTag = (db: Db, experiment_id: number, key: string) =>
  tables(db).deleteFrom('experiment_tag').where('experiment_id', '=', experiment_id).where('key', '=', key).returning('value').executeTakeFirst();
export const experimentTags = (db: Db, ids: readonly number[]) =>
  tables(db)
    .selectFrom('experiment_tag')
    .selectAll()
    .where('experiment_id', 'in', [...ids])
    .orderBy('key')
    .execute();

/** Of the experiments that are not deleted, with the count of their runs and their projects. */
export const listExperiments = (db: Db, sight: Sight | null) =>
  tables(db)
    .$extendTables<{ run: { id: string; experiment_id: number } }>()
    .selectFrom('experiment')
    .leftJoin('run', 'run.experiment_id', 'experiment.id')
    .select(({ fn }) => ['experiment.id', 'experiment.name', 'experiment.created_ms', fn.count('run.id').as('runs')])
    .select(projectOf(sql.ref('experiment.id')).as('project'))
    .where('experiment.lifecycle_stage', '=', 'active')
    .where(seen(sight, sql.ref('experiment.id'), projectOf(sql.ref('experiment.id'))))
    .groupBy(['experiment.id', 'experiment.name', 'experiment.created_ms'])
    .orderBy('experiment.name')
    .execute();

// The only SQL of workflow, execution, workflow_cursor and rollout_request.
import { type Db, type Generated, sql } from '@holdfast/postgres';
import type { StepDefinition } from '@holdfast/protocol/rest';

export type Params = Readonly<Record<string, string>>;
export interface WorkflowRow {
  name: string;
  version: number;
  steps: readonly StepDefinition[];
  created_ms: number;
}
export interface ExecutionRow {
  id: string;
  key: string;
  workflow: string;
  workflow_version: number;
  state: 'running' | 'succeeded' | 'failed' | 'cancelled';
  cause: string;
  trigger_request: number | null;
  params: Params;
  created_ms: number;
  finished_ms: number | null;
}
export interface RolloutRequestRow {
  id: number;
  key: string;
  execution: string;
  model: string;
  version: number;
  settings: Params;
  at_ms: number;
}
type WorkflowTables = {
  workflow: WorkflowRow;
  execution: ExecutionRow;
  workflow_cursor: { name: string; id: number };
  rollout_request: { [K in keyof RolloutRequestRow]: K extends 'id' ? Generated<number> : RolloutRequestRow[K] };
};
const tables = (db: Db) => db.$extendTables<WorkflowTables>();
const json = (value: unknown) => sql<never>`${JSON.stringify(value)}::jsonb`;

export async function listWorkflows(db: Db): Promise<WorkflowRow[]> {
  const { rows } = await sql<WorkflowRow>`select distinct on (name) * from workflow order by name, version desc limit 1000`.execute(db);
  return rows;
}
export const lastWorkflow = (db: Db, name: string) =>
  tables(db).selectFrom('workflow').selectAll().where('name', '=', name).orderBy('version', 'desc').executeTakeFirst();
/** One definition of a name at a time, the first one too: two cannot take the same number. */
export const lockName = (trx: Db, name: string) => sql`select pg_advisory_xact_lock(hashtext(${`workflow ${name}`}))`.execute(trx);
export const insertWorkflow = (db: Db, row: WorkflowRow) =>
  tables(db)
    .insertInto('workflow')
    .values({ ...row, steps: json(row.steps) })
    .execute();

/** False where an execution with this key exists already. */
export async function insertExecution(db: Db, row: ExecutionRow): Promise<boolean> {
  const done = await tables(db)
    .insertInto('execution')
    .values({ ...row, params: json(row.params) })
    .onConflict((c) => c.column('key').doNothing())
    .executeTakeFirst();
  return (done.numInsertedOrUpdatedRows ?? 0n) > 0n;
}
export const findExecution = (db: Db, id: string) => tables(db).selectFrom('execution').selectAll().where('id', '=', id).executeTakeFirst();
export const findByKey = (db: Db, key: string) => tables(db).selectFrom('execution').selectAll().where('key', '=', key).executeTakeFirst();
export const lockExecution = (trx: Db, id: string) => tables(trx).selectFrom('execution').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
export const endExecution = (db: Db, id: string, state: ExecutionRow['state'], now_ms: number) =>
  tables(db).updateTable('execution').set({ state, finished_ms: now_ms }).where('id', '=', id).execute();
interface ExecutionFilter {
  readonly workflow?: string | undefined;
  readonly state?: ExecutionRow['state'] | undefined;
  readonly limit: number;
}
export function listExecutions(db: Db, { workflow, state, limit }: ExecutionFilter) {
  let query = tables(db).selectFrom('execution').selectAll().orderBy('created_ms', 'desc').limit(limit);
  if (workflow !== undefined) query = query.where('workflow', '=', workflow);
  if (state !== undefined) query = query.where('state', '=', state);
  return query.execute();
}
export const countRunning = async (db: Db) =>
  Number(
    (
      await tables(db)
        .selectFrom('execution')
        .select(({ fn }) => fn.countAll().as('n'))
        .where('state', '=', 'running')
        .executeTakeFirstOrThrow()
    ).n,
  );
export const executionsOfRequests = (db: Db, requests: readonly number[]) =>
  requests.length === 0
    ? Promise.resolve([])
    : tables(db)
        .selectFrom('execution')
        .select(['id', 'trigger_request'])
        .where('trigger_request', 'in', [...requests])
        .execute();

export const readCursor = async (db: Db) =>
  (await tables(db).selectFrom('workflow_cursor').select('id').where('name', '=', 'requests').executeTakeFirst())?.id ?? 0;
export const writeCursor = (db: Db, id: number) =>
  tables(db)
    .insertInto('workflow_cursor')
    .values({ name: 'requests', id })
    .onConflict((c) => c.column('name').doUpdateSet({ id }))
    .execute();

export async function insertRolloutRequest(db: Db, row: Omit<RolloutRequestRow, 'id'>): Promise<number> {
  await tables(db)
    .insertInto('rollout_request')
    .values({ ...row, settings: json(row.settings) })
    .onConflict((c) => c.column('key').doNothing())
    .execute();
  return (await tables(db).selectFrom('rollout_request').select('id').where('key', '=', row.key).executeTakeFirstOrThrow()).id;
}
/** Requests not yet taken up: the reader says which keys it has, so late commits are never missed. */
export const rolloutRequestsAfter = (db: Db, id: number, limit: number) =>
  tables(db).selectFrom('rollout_request').selectAll().where('id', '>', id).orderBy('id').limit(limit).execute();

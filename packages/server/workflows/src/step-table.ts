// The only SQL of step and step_log. A claim sets lease and fence in one statement; a completion with an old fence finds no row.
import { type Db, type Generated, sql } from '@holdfast/postgres';
import type { StepDefinition } from '@holdfast/protocol/rest';
import type { StepState } from './step-states.ts';

export interface StepRow {
  execution: string;
  name: string;
  position: number;
  kind: StepDefinition['kind'];
  definition: StepDefinition;
  needs: string[];
  state: StepState;
  attempt: number;
  fence: number;
  worker: string | null;
  lease_until_ms: number | null;
  not_before_ms: number | null;
  started_ms: number | null;
  finished_ms: number | null;
  progress: number | null;
  wait_reason: string | null;
  error: string | null;
  outputs: Readonly<Record<string, string>>;
}
export interface LogRow {
  id: number;
  execution: string;
  step: string;
  fence: number;
  number: number;
  attempt: number;
  at_ms: number;
  stream: string;
  text: string;
}
/** How much log a step has, and up to which line of which fence lines were left out. */
export interface LogUse {
  readonly log_lines: number;
  readonly log_bytes: number;
  readonly log_left_out: number;
  readonly log_left_fence: number;
  readonly log_left_number: number;
}
export type LogKey = Pick<LogRow, 'execution' | 'step' | 'fence' | 'attempt'>;
type StepTables = {
  step: StepRow & { [K in keyof LogUse]: Generated<LogUse[K]> };
  step_log: { [K in keyof LogRow]: K extends 'id' ? Generated<number> : LogRow[K] };
};
const tables = (db: Db) => db.$extendTables<StepTables>();
const json = (value: unknown) => sql<never>`${JSON.stringify(value)}::jsonb`;

const rows_a_statement = 2_000;
/** In parts: a statement of PostgreSQL takes 65,535 parameters. */
export async function insertSteps(db: Db, rows: readonly StepRow[]): Promise<void> {
  for (let at = 0; at < rows.length; at += rows_a_statement) {
    const part = rows.slice(at, at + rows_a_statement).map((row) => ({ ...row, definition: json(row.definition), outputs: json(row.outputs) }));
    await tables(db).insertInto('step').values(part).execute();
  }
}
export const stepsOf = (db: Db, executions: readonly string[]) =>
  executions.length === 0
    ? Promise.resolve([])
    : tables(db)
        .selectFrom('step')
        .selectAll()
        .where('execution', 'in', [...executions])
        .orderBy('position')
        .execute();
export const findStep = (db: Db, execution: string, name: string) =>
  tables(db).selectFrom('step').selectAll().where('execution', '=', execution).where('name', '=', name).executeTakeFirst();
export const lockStep = (trx: Db, execution: string, name: string) =>
  tables(trx).selectFrom('step').selectAll().where('execution', '=', execution).where('name', '=', name).forUpdate().executeTakeFirst();
export const setStep = (db: Db, step: Pick<StepRow, 'execution' | 'name'>, set: Partial<Omit<StepRow, 'definition'>>) =>
  tables(db)
    .updateTable('step')
    .set({ ...set, ...(set.outputs === undefined ? {} : { outputs: json(set.outputs) }) })
    .where('execution', '=', step.execution)
    .where('name', '=', step.name)
    .execute();

/** Takes the oldest step that may run: the lease is part of the claim, so a claimed step without a lease cannot exist. */
export async function claim(db: Db, want: { command: boolean; worker: string; now_ms: number; lease_ms: number }): Promise<StepRow | undefined> {
  const { rows } = await sql<StepRow>`
    update step set state = 'running', attempt = attempt + 1, fence = fence + 1, worker = ${want.worker}, lease_until_ms = ${want.now_ms + want.lease_ms},
      started_ms = coalesce(started_ms, ${want.now_ms}), wait_reason = null, error = null, progress = null
    where (execution, name) = (
      select step.execution, step.name from step join execution on execution.id = step.execution
      where execution.state = 'running' and (kind = 'command') = ${want.command}
        and (step.state = 'ready' or (step.state = 'delayed' and not_before_ms <= ${want.now_ms}))
      order by execution.created_ms, position limit 1 for update of step skip locked
    ) returning *`.execute(db);
  return rows[0];
}

/** True where the lease was still that of this fence. */
export async function renew(db: Db, step: { execution: string; name: string; fence: number }, lease_until_ms: number): Promise<boolean> {
  const done = await tables(db)
    .updateTable('step')
    .set({ lease_until_ms })
    .where('execution', '=', step.execution)
    .where('name', '=', step.name)
    .where('fence', '=', step.fence)
    .where('state', '=', 'running')
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}
export const leasesOver = (db: Db, now_ms: number) =>
  tables(db).selectFrom('step').select(['execution', 'name', 'fence']).where('state', '=', 'running').where('lease_until_ms', '<', now_ms).limit(100).execute();

/** Holds the step, so that its lines are counted one call at a time. */
export const lockLogUse = (trx: Db, of: LogKey): Promise<LogUse> =>
  tables(trx)
    .selectFrom('step')
    .select(['log_lines', 'log_bytes', 'log_left_out', 'log_left_fence', 'log_left_number'])
    .where('execution', '=', of.execution)
    .where('name', '=', of.step)
    .forUpdate()
    .executeTakeFirstOrThrow();
export const setLogUse = (trx: Db, of: LogKey, use: Partial<LogUse>) =>
  tables(trx).updateTable('step').set(use).where('execution', '=', of.execution).where('name', '=', of.step).execute();

/** Numbers of these lines that are there already. */
export const knownLines = async (trx: Db, of: LogKey, rows: readonly Pick<LogRow, 'number'>[]) =>
  new Set(
    (
      await tables(trx)
        .selectFrom('step_log')
        .select('number')
        .where('execution', '=', of.execution)
        .where('step', '=', of.step)
        .where('fence', '=', of.fence)
        .where('number', '>=', Math.min(...rows.map((row) => row.number)))
        .where('number', '<=', Math.max(...rows.map((row) => row.number)))
        .execute()
    ).map((row) => row.number),
  );
export const insertLog = (trx: Db, rows: readonly Omit<LogRow, 'id'>[]) =>
  tables(trx)
    .insertInto('step_log')
    .values([...rows])
    .execute();

/** Fences begin at 1: the note of a step is of none. */
export const note_key = { fence: 0, number: 0 } as const;
export const deleteNote = (trx: Db, of: LogKey) =>
  tables(trx).deleteFrom('step_log').where('execution', '=', of.execution).where('step', '=', of.step).where('fence', '=', note_key.fence).execute();
export const readLog = (db: Db, execution: string, step: string, after: number, limit: number) =>
  tables(db)
    .selectFrom('step_log')
    .select(['id', 'at_ms', 'attempt', 'stream', 'text'])
    .where('execution', '=', execution)
    .where('step', '=', step)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute();

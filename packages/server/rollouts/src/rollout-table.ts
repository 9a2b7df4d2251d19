// The only SQL of rollout, rollout_assignment, rollout_cursor and rollout_event.
import { type Db, type Generated, type GeneratedAlways, sql } from '@holdfast/postgres';
import type { DesiredAssignment, Probation } from '@holdfast/protocol';
import type { AssignmentState } from './assignment-states.ts';
import type { WaveRow } from './waves.ts';

export interface RolloutRow extends NewRollout {
  /** In the order of creation: of two rollouts that are both under way, the one before has the devices. */
  place: number;
}
export interface NewRollout {
  id: string;
  key: string;
  model: string;
  model_version: number;
  bundle: string;
  selector: string;
  state: 'running' | 'paused' | 'succeeded' | 'stopped' | 'aborted';
  reason: string;
  cause: string;
  success_share: number;
  error_share: number;
  watch_ms: number;
  probation: Probation;
  waves: readonly WaveRow[];
  created_by: string;
  created_ms: number;
  finished_ms: number | null;
}
export interface AssignmentRow {
  rollout: string;
  device: string;
  wave: number;
  bundle: string;
  state: AssignmentState;
  error: string | null;
  /** What the device was assigned before, to go back to. */
  previous: DesiredAssignment | null;
  /** The generation that told the device to go back; null while it was not told. */
  back_generation: number | null;
  updated_ms: number;
}
type RolloutTables = {
  rollout: NewRollout & { place: GeneratedAlways<number> };
  rollout_assignment: AssignmentRow;
  rollout_cursor: { name: string; id: number };
  rollout_event: { id: Generated<number>; rollout: string; at_ms: number; text: string };
};
const tables = (db: Db) => db.$extendTables<RolloutTables>();
const json = (value: unknown) => sql<never>`${JSON.stringify(value)}::jsonb`;

/** One after the other, so that no rollout is ever seen before one that has its place in front of it. */
export async function insertRollout(trx: Db, row: NewRollout): Promise<boolean> {
  await sql`select pg_advisory_xact_lock(hashtext('rollout place'))`.execute(trx);
  const done = await tables(trx)
    .insertInto('rollout')
    .values({ ...row, probation: json(row.probation), waves: json(row.waves) })
    .onConflict((c) => c.column('key').doNothing())
    .executeTakeFirst();
  return (done.numInsertedOrUpdatedRows ?? 0n) > 0n;
}
export const findRollout = (db: Db, id: string) => tables(db).selectFrom('rollout').selectAll().where('id', '=', id).executeTakeFirst();
export const findByKey = (db: Db, key: string) => tables(db).selectFrom('rollout').selectAll().where('key', '=', key).executeTakeFirst();
export const knownKeys = async (db: Db, keys: readonly string[]) =>
  new Set(
    keys.length === 0
      ? []
      : (
          await tables(db)
            .selectFrom('rollout')
            .select('key')
            .where('key', 'in', [...keys])
            .execute()
        ).map((row) => row.key),
  );
export const lockRollout = (trx: Db, id: string) => tables(trx).selectFrom('rollout').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
export const runningIds = async (db: Db) =>
  (await tables(db).selectFrom('rollout').select('id').where('state', '=', 'running').orderBy('place').execute()).map((row) => row.id);
export function listRollouts(db: Db, limit: number, under_way: boolean) {
  const query = tables(db).selectFrom('rollout').selectAll().orderBy('created_ms', 'desc').limit(limit);
  return (under_way ? query.where('state', 'in', ['running', 'paused']) : query).execute();
}
export const setRollout = (db: Db, id: string, set: Partial<Pick<RolloutRow, 'state' | 'reason' | 'waves' | 'finished_ms'>>) =>
  tables(db)
    .updateTable('rollout')
    .set({ ...set, ...(set.waves === undefined ? {} : { waves: json(set.waves) }) })
    .where('id', '=', id)
    .execute();

const rows_a_statement = 5_000;
/** In parts: a statement of PostgreSQL takes 65,535 parameters. */
export async function insertAssignments(db: Db, rows: readonly AssignmentRow[]): Promise<void> {
  for (let at = 0; at < rows.length; at += rows_a_statement) {
    const part = rows.slice(at, at + rows_a_statement).map((row) => ({ ...row, previous: row.previous === null ? null : json(row.previous) }));
    await tables(db).insertInto('rollout_assignment').values(part).execute();
  }
}
export const assignmentsOf = (db: Db, rollout: string) =>
  tables(db).selectFrom('rollout_assignment').selectAll().where('rollout', '=', rollout).orderBy('wave').orderBy('device').execute();
/** Those that were told to go back and were not seen back yet. */
export const goingBack = (db: Db, rollout: string) =>
  tables(db).selectFrom('rollout_assignment').selectAll().where('rollout', '=', rollout).where('state', '=', 'going_back').orderBy('device').execute();
export const goingBackIds = async (db: Db) =>
  (await tables(db).selectFrom('rollout_assignment').select('rollout').distinct().where('state', '=', 'going_back').execute()).map((row) => row.rollout);
export const setAssignment = (
  db: Db,
  key: Pick<AssignmentRow, 'rollout' | 'device'>,
  set: Partial<Pick<AssignmentRow, 'state' | 'error' | 'previous' | 'back_generation' | 'updated_ms'>>,
) =>
  tables(db)
    .updateTable('rollout_assignment')
    .set({ ...set, ...(set.previous === undefined ? {} : { previous: set.previous === null ? null : json(set.previous) }) })
    .where('rollout', '=', key.rollout)
    .where('device', '=', key.device)
    .execute();
/** Ends what is still under way when a rollout has succeeded. */
export const releaseSilent = (db: Db, rollout: string, now_ms: number) =>
  tables(db)
    .updateTable('rollout_assignment')
    .set({
      state: 'cancelled',
      error: sql<string>`case when state = 'pending' then 'another rollout was busy with it' else 'it did not answer while the rollout ran, and takes the version when it is back' end`,
      updated_ms: now_ms,
    })
    .where('rollout', '=', rollout)
    .where('state', 'in', ['pending', 'assigned', 'downloading', 'installed'])
    .execute();
/**
 * Devices of a wave that have yet to get the version and belong to another rollout, by the rollout that has them: one that is busy with the
 * device, or one that was created before, is under way, and has brought its version there or will. As only the older one is waited for, no two
 * wait for each other.
 */
export async function heldElsewhere(trx: Db, { id, place }: RolloutRow, wave: number): Promise<Map<string, string>> {
  const { rows } = await sql<{ device: string; holder: string }>`
    select mine.device, other.rollout as holder from rollout_assignment mine
      join rollout_assignment other on other.device = mine.device and other.rollout <> mine.rollout
      where mine.rollout = ${id} and mine.wave = ${wave} and mine.state = 'pending' and other.state in ('assigned', 'downloading', 'installed')
    union all
    select mine.device, older.id as holder from rollout older
      join rollout_assignment other on other.rollout = older.id and other.state in ('pending', 'healthy')
      join rollout_assignment mine on mine.rollout = ${id} and mine.device = other.device
      where older.state in ('running', 'paused') and older.place < ${place} and mine.wave = ${wave} and mine.state = 'pending'`.execute(trx);
  return new Map(rows.map((row) => [row.device, row.holder]));
}

export const readCursor = async (db: Db) =>
  (await tables(db).selectFrom('rollout_cursor').select('id').where('name', '=', 'requests').executeTakeFirst())?.id ?? 0;
export const writeCursor = (db: Db, id: number) =>
  tables(db)
    .insertInto('rollout_cursor')
    .values({ name: 'requests', id })
    .onConflict((c) => c.column('name').doUpdateSet({ id }))
    .execute();
export const addEvent = (db: Db, rollout: string, at_ms: number, text: string) =>
  tables(db).insertInto('rollout_event').values({ rollout, at_ms, text }).execute();
export const lastEvents = (db: Db, limit: number) => tables(db).selectFrom('rollout_event').selectAll().orderBy('id', 'desc').limit(limit).execute();

// postgres: migrations. Forward only, each in its own transaction together with its row in `migration`; one migrator at a time.
import { failure } from '@holdfast/base';
import type pg from 'pg';
import type { Database } from './database.ts';

export interface Migration {
  /** Such as `0001_fleet`; never changed once it was released. */
  readonly name: string;
  /** Plain SQL, one or more statements. It runs inside a transaction. */
  readonly sql: string;
}

/** Any constant will do: it names this lock among the advisory locks of the database ("hold" in ASCII). */
const lock_key = 0x686f6c64;

/** Applies what is missing, in the order given; returns the names applied. */
export async function migrate(database: Database, migrations: readonly Migration[]): Promise<readonly string[]> {
  const client = await database.pool.connect();
  let broken: unknown;
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lock_key]);
    return await applyMissing(client, migrations);
  } catch (error) {
    broken = error;
    throw (error as { code?: string }).code === '42501' ? failure('HF-PG-010', { reason: (error as Error).message }, error) : error;
  } finally {
    await unlock(client, broken !== undefined);
  }
}

/** After an error the connection is thrown away, which frees the lock whatever state it was in. */
async function unlock(client: pg.PoolClient, broken: boolean): Promise<void> {
  if (!broken) await client.query('SELECT pg_advisory_unlock($1)', [lock_key]);
  client.release(broken);
}

async function applyMissing(client: pg.PoolClient, migrations: readonly Migration[]): Promise<readonly string[]> {
  await client.query(`CREATE TABLE IF NOT EXISTS migration (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())`);
  const recorded = await client.query<{ name: string }>('SELECT name FROM migration ORDER BY applied_at, name');
  const known = new Set(migrations.map((migration) => migration.name));
  const unknown = recorded.rows.find((row) => !known.has(row.name));
  if (unknown !== undefined) throw failure('HF-PG-007', { saw: unknown.name });
  const present = new Set(recorded.rows.map((row) => row.name));
  const missing = migrations.filter((migration) => !present.has(migration.name));
  for (const migration of missing) await apply(client, migration);
  return missing.map((migration) => migration.name);
}

async function apply(client: pg.PoolClient, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  await client.query(migration.sql);
  await client.query('INSERT INTO migration (name) VALUES ($1)', [migration.name]);
  await client.query('COMMIT'); // an error before this line ends the connection, and with it the transaction
}

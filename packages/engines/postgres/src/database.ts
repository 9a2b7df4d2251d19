// postgres: an open database. A lost connection never ends the process: it is reported, and the next query gets a new one.
import { failure } from '@holdfast/base';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { resultTypes } from './int8.ts';
import { Listener } from './listener.ts';
import { PreparingClient } from './prepared.ts';

export interface NoTables {}

/** The database as the rooms take it; a transaction is one too. Each room adds its tables by `db.withTables<T>()`. */
export type Db = Kysely<NoTables>;

export interface Database {
  readonly db: Db;
  readonly pool: pg.Pool;
  /**
   * Calls `wake` for each NOTIFY on the channel. Only a wake-up: what was sent while the connection was lost is not
   * repeated, so `wake('')` is called once after each reconnect. The answer stops it.
   */
  listen(channel: string, wake: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly connection: pg.PoolConfig;
  /** Connections at most, without the one that listens. */
  readonly pool_max?: number;
  /** Gets what no caller waits for: a connection that was lost, a wake that threw. */
  readonly on_error: (error: Error) => void;
}

const version_min = 150_000;
const connect_ms_max = 10_000;

export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const config: pg.PoolConfig = { connectionTimeoutMillis: connect_ms_max, ...options.connection, types: resultTypes };
  const pool = new pg.Pool({ ...config, max: options.pool_max ?? 10, Client: PreparingClient });
  let closing: Promise<void> | undefined;
  // what a connection still says while it is being ended is no loss
  const on_error = (error: Error): void => {
    if (!closing) options.on_error(error);
  };
  hearLost(pool, on_error);
  try {
    await checkVersion(pool);
  } catch (error) {
    await pool.end();
    throw error;
  }
  const listener = new Listener(config, on_error);
  const db: Db = new Kysely<NoTables>({ dialect: new PostgresDialect({ pool }) });
  const close = async (): Promise<void> => {
    await listener.close();
    await db.destroy(); // ends the pool, but only where a query went through Kysely
    if (!pool.ending) await pool.end();
  };
  return { db, pool, listen: (channel, wake) => listener.listen(channel, wake), close: () => (closing ??= close()) };
}

/**
 * Without a listener an error ends this process. Idle connections are the pool's; one that is lost in the middle of a transaction fails
 * its query, and says so once more on its own.
 */
function hearLost(pool: pg.Pool, on_error: (error: Error) => void): void {
  pool.on('error', on_error);
  pool.on('acquire', (client) => client.on('error', on_error));
  pool.on('release', (_error, client) => client.off('error', on_error));
}

async function checkVersion(pool: pg.Pool): Promise<void> {
  const seen = await serverVersion(pool);
  if (seen.number < version_min) throw failure('HF-PG-006', { saw: seen.text });
}

async function serverVersion(pool: pg.Pool): Promise<{ number: number; text: string }> {
  try {
    const result = await pool.query<{ number: string; text: string }>(
      `SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS text`,
    );
    const row = result.rows[0];
    return { number: Number(row?.number), text: String(row?.text) };
  } catch (error) {
    throw failure('HF-PG-005', { reason: reasonOf(error) }, error);
  }
}

/** An AggregateError (a name with several addresses) has an empty message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

// postgres/testing: databases for tests. One server a run (fsync off), one template a list of migrations, a clone a call.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { type Database, openDatabase } from './database.ts';
import { startEmbedded } from './embedded/start.ts';
import { type Migration, migrate } from './migrate.ts';

export interface TestPostgres {
  readonly connection: pg.PoolConfig;
  database(migrations: readonly Migration[]): Promise<Database>;
  stop(): Promise<void>;
}

/** A server of its own in a temporary folder. What it holds is lost at `stop`. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-pg-'));
  const settings = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: '200', autovacuum: 'off' };
  const server = await startEmbedded({ folder, settings });
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { connection: server.connection, database: (migrations) => cloneDatabase(server.connection, migrations), stop };
}

/** The name under which the global setup of vitest provides the address of its control socket. */
export const provided = 'holdfast_postgres';

/** A database with these migrations on the server of this vitest run; `close` drops it. */
export async function testDatabase(migrations: readonly Migration[]): Promise<Database> {
  const { inject } = (await import('vitest')) as unknown as { inject(key: string): unknown };
  const address = inject(provided);
  if (typeof address !== 'string') throw new Error(`tests/postgres-setup.ts has to be in globalSetup of vitest: it provides "${provided}"`);
  return cloneDatabase(await askConnection(address), migrations);
}

/** The setup starts the server when the first test asks, so that a run without a database pays nothing. */
async function askConnection(address: string): Promise<pg.PoolConfig> {
  const socket = net.connect(address);
  const answer = JSON.parse(await text(socket)) as { connection?: pg.PoolConfig; error?: string };
  if (answer.connection === undefined) throw new Error(`the test server did not start: ${answer.error}`);
  return answer.connection;
}

const templates = new Map<string, Promise<string>>();
const pool_max = 5;

async function cloneDatabase(connection: pg.PoolConfig, migrations: readonly Migration[]): Promise<Database> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const template = await templateFor(connection, migrations);
  await asAdmin(connection, (admin) => admin.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`));
  const on_error = (): void => undefined; // the server goes at the end of the run, before slow tests let go
  const database = await openDatabase({ connection: { ...connection, database: name }, pool_max, on_error });
  const close = async (): Promise<void> => {
    await database.close();
    await asAdmin(connection, (admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  };
  return { ...database, close };
}

/** Made once a server: threads of one run share it, so the database itself says whether it is there. */
function templateFor(connection: pg.PoolConfig, migrations: readonly Migration[]): Promise<string> {
  const digest = createHash('sha256').update(JSON.stringify(migrations)).digest('hex').slice(0, 16);
  const key = `${connection.host}/${digest}`;
  const made = templates.get(key) ?? asAdmin(connection, (admin) => makeTemplate(connection, admin, `template_${digest}`, migrations));
  templates.set(key, made);
  made.catch(() => templates.delete(key)); // the caller gets the error; the next one tries again
  return made;
}

async function makeTemplate(connection: pg.PoolConfig, admin: pg.Client, name: string, migrations: readonly Migration[]): Promise<string> {
  await admin.query(`SELECT pg_advisory_lock(hashtext('test template'))`); // ends with the connection
  const found = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  if (found.rowCount !== 0) return name;
  const draft = `draft_${randomBytes(6).toString('hex')}`;
  await admin.query(`CREATE DATABASE ${draft} STRATEGY FILE_COPY`);
  const database = await openDatabase({ connection: { ...connection, database: draft }, pool_max: 1, on_error: () => undefined });
  try {
    await migrate(database, migrations);
  } finally {
    await database.close();
  }
  await admin.query(`ALTER DATABASE ${draft} RENAME TO ${name}`);
  return name;
}

async function asAdmin<T>(connection: pg.PoolConfig, use: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ ...connection });
  await admin.connect();
  try {
    return await use(admin);
  } finally {
    await admin.end();
  }
}

// postgres/embedded: a PostgreSQL of our own in a data folder: `postgres` holds the cluster, `run` the socket. One server a folder.
import { mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { failure } from '@holdfast/base';
import type pg from 'pg';
import { chooseAccount, commandAs } from './account.ts';
import { chooseProgram, ensureCluster, role } from './cluster.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import { linkLibraries } from './libraries.ts';
import { ServerLog, isDiskFull } from './log.ts';
import { endOrphans } from './orphans.ts';
import { findPrograms } from './programs.ts';
import { type Server, spawnServer, waitReady } from './server.ts';
import { settingsFor } from './settings.ts';
import { type SocketFolder, makeSocketFolder } from './socket.ts';
import { type Watchdog, watch } from './watchdog.ts';

export interface EmbeddedPostgres {
  readonly connection: pg.PoolConfig;
  readonly version: string;
  readonly pid: number;
  /** Fast shutdown; the folder is free afterwards. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  readonly folder: string;
  readonly on_log?: (line: string) => void;
  /** PostgreSQL ended by itself. The folder is free: startEmbedded may be called again, the address stays the same. */
  readonly on_exit?: (reason: string) => void;
  /** Over the defaults of settings.ts. Tests turn `fsync` off, nothing else may. */
  readonly settings?: Readonly<Record<string, string>>;
}

export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  try {
    await mkdir(options.folder, { recursive: true, mode: 0o700 });
    const folder = await realpath(options.folder);
    const lock = await lockFolder(folder);
    return await startLocked(options, folder, lock);
  } catch (error) {
    const diskFull = isDiskFull(String((error as NodeJS.ErrnoException).code));
    throw diskFull ? failure('HF-DISK-001', { folder: options.folder }, error) : error;
  }
}

async function startLocked(options: EmbeddedOptions, folder: string, lock: FolderLock): Promise<EmbeddedPostgres> {
  try {
    const prepared = await prepare(options, folder);
    return await run(options, prepared, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

type Prepared = Awaited<ReturnType<typeof prepare>>;

/** Everything before the start: programs, account, cluster, socket folder; the remains of the last run are ended. */
async function prepare(options: EmbeddedOptions, folder: string) {
  const cluster = path.join(folder, 'postgres');
  const log = new ServerLog(path.join(folder, 'postgres.log'), options.on_log ?? (() => undefined));
  const program = await chooseProgram(folder, cluster, await findPrograms());
  await endOrphans(cluster);
  const env = { ...cleanEnvironment(), ...(await linkLibraries(program, folder)) };
  const account = await chooseAccount(folder, cluster, program, env);
  await ensureCluster(cluster, program, account, env, options.settings?.['fsync'] !== 'off');
  const socket = await makeSocketFolder(path.join(folder, 'run'), account);
  const args = ['-D', cluster, ...settingsFor(program, socket.folder, options.settings)];
  const command = commandAs(account, path.join(program.bin, 'postgres'), args);
  return { folder, cluster, log, program, env, socket, command };
}

/** PG* variables of the caller (PGPORT, PGDATA) must not reach our server. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const { PATH, TZ } = process.env;
  return { PATH: PATH ?? '/usr/bin:/bin', LC_ALL: 'C', ...(TZ === undefined ? {} : { TZ }) };
}

async function run(options: EmbeddedOptions, prepared: Prepared, lock: FolderLock): Promise<EmbeddedPostgres> {
  const { log, socket, cluster, folder } = prepared;
  const server = spawnServer(prepared.command, prepared.env, log);
  // a failed spawn has no pid, and to signal -1 would reach everybody
  const watchdog = server.pid > 0 ? watch(server.pid, options.on_log ?? (() => undefined)) : null;
  const freed = server.ended.then(() => free(watchdog, socket, lock));
  try {
    await waitReady(server, cluster, folder, log);
  } catch (error) {
    await freed;
    throw error;
  }
  const connection: pg.PoolConfig = { host: socket.folder, port: 5432, user: role, database: 'postgres' };
  return { connection, version: prepared.program.version, pid: server.pid, stop: supervise(options, server, freed) };
}

/** Tells an end that was asked for from one that was not. */
function supervise(options: EmbeddedOptions, server: Server, freed: Promise<void>): () => Promise<void> {
  let stopping = false;
  void freed.then(async () => {
    if (!stopping) options.on_exit?.(await server.ended);
  });
  return async () => {
    stopping = true;
    await server.stop();
    await freed;
  };
}

async function free(watchdog: Watchdog | null, socket: SocketFolder, lock: FolderLock): Promise<void> {
  watchdog?.dismiss();
  await socket.remove();
  await lock.release();
}

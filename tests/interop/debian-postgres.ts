// tests/interop: a cluster of Debian's PostgreSQL in a temporary folder, reached by a URL with a password, as somebody else's would be.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../load/free-port.ts';
import { debianPostgres } from './engines.ts';

const run = promisify(execFile);

export interface DebianPostgres {
  readonly connection: { readonly host: string; readonly port: number; readonly user: string; readonly password: string; readonly database: string };
  readonly url: string;
  stop(): Promise<void>;
}

/** Null where PostgreSQL cannot be had. */
export async function startDebianPostgres(): Promise<DebianPostgres | null> {
  const found = await debianPostgres();
  if (found === null) return null;
  const { bin, major } = found;
  console.log(`interop: the database is Debian's PostgreSQL ${major}`);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-pg-'));
  const who = await account(folder);
  const connection = { host: '127.0.0.1', port: await freePort(), user: 'holdfast', password: 'a-password', database: 'postgres' };
  await writeFile(path.join(folder, 'password'), connection.password);
  const cluster = path.join(folder, 'cluster');
  await run(
    path.join(bin, 'initdb'),
    ['-D', cluster, '-U', connection.user, '-E', 'UTF8', '--auth=scram-sha-256', `--pwfile=${path.join(folder, 'password')}`],
    who,
  );
  const settings = ['-c', `port=${connection.port}`, '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'max_connections=200'];
  const server = spawn(path.join(bin, 'postgres'), ['-D', cluster, ...settings], { stdio: 'ignore', ...who });
  await untilReady(server, cluster);
  const stop = async () => {
    server.kill('SIGINT');
    if (server.exitCode === null) await once(server, 'exit');
    await rm(folder, { recursive: true, force: true });
  };
  const { host, port, user, password, database } = connection;
  return { connection, url: `postgres://${user}:${password}@${host}:${port}/${database}`, stop };
}

/** PostgreSQL refuses to be root: then it is Debian's user for it. */
async function account(folder: string): Promise<{ uid?: number; gid?: number; cwd: string }> {
  if (process.getuid?.() !== 0) return { cwd: folder };
  const line = (await readFile('/etc/passwd', 'utf8'))
    .split('\n')
    .find((text) => text.startsWith('postgres:'))!
    .split(':');
  const who = { uid: Number(line[2]), gid: Number(line[3]), cwd: folder };
  await chown(folder, who.uid, who.gid);
  return who;
}

async function untilReady(server: ChildProcess, cluster: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const lines = (await readFile(path.join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n'); // not yet written
    if (lines[7]?.trim() === 'ready') return;
    if (server.exitCode !== null) throw new Error(`PostgreSQL ended with code ${server.exitCode}`);
    await sleep(100);
  }
  throw new Error('PostgreSQL was not ready after 30 s');
}

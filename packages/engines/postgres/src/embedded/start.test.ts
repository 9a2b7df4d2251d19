// postgres/embedded: the supervisor against what happens to it: kills, stale files, a second server, users, a full disk.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../database.ts';
import { processesIn, startTime } from './processes.ts';
import { type EmbeddedPostgres, startEmbedded } from './start.ts';

const isRoot = process.getuid?.() === 0;
const nobody = { uid: 65534, gid: 65534 };
const source = fileURLToPath(new URL('./start.ts', import.meta.url));
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

function tempFolder(): string {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'hf-embedded-')));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const seed = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'hf-embedded-seed-')));

beforeAll(async () => (await startEmbedded({ folder: seed })).stop());
afterAll(() => rmSync(seed, { recursive: true, force: true }));

/** A folder whose cluster is made already, shut down in order. */
function madeFolder(): string {
  const folder = tempFolder();
  execFileSync('cp', ['-a', '--reflink=auto', path.join(seed, 'postgres'), folder]);
  return folder;
}

/** False for a zombie too: who reaps an orphan is not our affair. */
async function runs(pid: number): Promise<boolean> {
  return (await startTime(pid)) !== null;
}

async function start(folder: string, more: { on_exit?: (reason: string) => void } = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbedded({ folder, ...more });
  cleanups.push(() => server.stop());
  return server;
}

async function open(server: EmbeddedPostgres, on_error: (error: Error) => void = () => undefined): Promise<Database> {
  const database = await openDatabase({ connection: server.connection, on_error });
  cleanups.push(() => database.close());
  return database;
}

async function rowsOf(server: EmbeddedPostgres): Promise<number> {
  const database = await open(server);
  return (await database.pool.query<{ n: number }>('SELECT count(*) AS n FROM t')).rows[0]!.n;
}

/** A Node process that runs the server on the folder and prints its pid, or the code of the error. */
async function startInChild(folder: string, user: { uid: number; gid: number } | null = null): Promise<{ child: ChildProcess; line: string }> {
  const script = `const { startEmbedded } = await import(process.argv[1]);
    try { const s = await startEmbedded({ folder: process.argv[2] }); console.log(s.pid); setInterval(() => {}, 1000); }
    catch (error) { console.log(error.code ?? error); }`;
  const args = ['--input-type=module', '-e', script, source, folder];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/', ...user });
  cleanups.push(() => child.kill('SIGKILL'));
  const [chunk] = (await once(child.stdout!, 'data')) as [Buffer];
  return { child, line: chunk.toString().trim() };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

describe('startEmbedded', () => {
  it('keeps rows over a restart, durable settings on, and leaves no process and no lock', async () => {
    const folder = tempFolder();
    const first = await start(folder);
    const database = await open(first);
    await database.pool.query('CREATE TABLE t AS SELECT generate_series(1, 100)');
    const { rows } = await database.pool.query(`SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'data_checksums')`);
    expect(rows.map((row: { setting: string }) => row.setting)).toEqual(['on', 'on', 'on']);
    await database.close();
    await first.stop();
    expect(await runs(first.pid)).toBe(false);
    expect(existsSync(path.join(folder, 'postgres.lock'))).toBe(false);
    expect(await rowsOf(await start(folder))).toBe(100);
  });

  it('refuses a second server on the folder, in this process and in another', async () => {
    const folder = madeFolder();
    await start(folder);
    await expect(startEmbedded({ folder })).rejects.toMatchObject({ code: 'HF-PG-001', details: { pid: process.pid } });
    expect((await startInChild(folder)).line).toBe('HF-PG-001');
  });

  it('works where the path is longer than a socket address', async () => {
    const folder = path.join(tempFolder(), 'a'.repeat(60), 'b, "c"'.repeat(10));
    const server = await start(folder);
    expect(String(server.connection.host).length).toBeLessThan(90);
    const database = await open(server);
    expect((await database.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await database.close();
    await server.stop();
    expect(existsSync(String(server.connection.host))).toBe(false);
  });

  it('reports an end that nobody asked for, and the pool lives on after the next start', async () => {
    const folder = madeFolder();
    const errors: Error[] = [];
    const exit = Promise.withResolvers<string>();
    const server = await start(folder, { on_exit: exit.resolve });
    const database = await open(server, (error) => errors.push(error));
    await database.pool.query('SELECT 1');
    process.kill(server.pid, 'SIGQUIT');
    expect(await exit.promise).toMatch(/exit code|signal/);
    const heard: string[] = [];
    const again = await start(folder);
    expect(again.connection).toEqual(server.connection);
    await database.listen('wake', (payload) => heard.push(payload));
    expect((await database.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect(errors.length).toBeGreaterThan(0);
  });

  it('refuses a cluster of a major version that is not here', async () => {
    const folder = tempFolder();
    mkdirSync(path.join(folder, 'postgres'));
    writeFileSync(path.join(folder, 'postgres', 'PG_VERSION'), '99\n');
    await expect(startEmbedded({ folder })).rejects.toMatchObject({ code: 'HF-PG-004', details: { saw: '99' } });
    expect(existsSync(path.join(folder, 'postgres.lock'))).toBe(false);
  });

  it('uses nothing of a cluster that was half made', async () => {
    const folder = tempFolder();
    mkdirSync(path.join(folder, 'postgres.new'));
    writeFileSync(path.join(folder, 'postgres.new', 'PG_VERSION'), '18\n');
    await start(folder);
    expect(existsSync(path.join(folder, 'postgres.new'))).toBe(false);
  });
});

describe('after kill -9 of the parent', () => {
  it('PostgreSQL shuts itself down', async () => {
    const { child, line } = await startInChild(madeFolder());
    await kill(child);
    await expect.poll(() => runs(Number(line)), { timeout: 10_000 }).toBe(false);
  });

  it('the next start ends an orphan and keeps what was committed', async () => {
    const folder = madeFolder();
    const { child, line } = await startInChild(folder);
    const orphan = { connection: { host: path.join(folder, 'run'), user: 'holdfast', database: 'postgres' } } as unknown as EmbeddedPostgres;
    const database = await open(orphan);
    await database.pool.query('CREATE TABLE t AS SELECT generate_series(1, 7)');
    process.kill(Number(line), 'SIGSTOP'); // so that the watchdog alone cannot end it in time
    await kill(child);
    expect(await runs(Number(line))).toBe(true);
    setTimeout(() => process.kill(Number(line), 'SIGCONT'), 300);
    expect(await rowsOf(await start(folder))).toBe(7);
  });

  it('backends whose postmaster was killed too are ended', async () => {
    const folder = madeFolder();
    const { child, line } = await startInChild(folder);
    process.kill(Number(line), 'SIGKILL');
    await kill(child);
    const server = await start(folder);
    const all = await processesIn(path.join(folder, 'postgres'));
    expect(all).toContain(server.pid);
  });

  it.each(['1', String(process.pid), '4000000'])('a postmaster.pid that names pid %s is stale', async (pid) => {
    const folder = madeFolder();
    await (await start(folder)).stop();
    const cluster = path.join(folder, 'postgres');
    writeFileSync(path.join(cluster, 'postmaster.pid'), `${pid}\n${cluster}\n1700000000\n5432\n${folder}/run\n\n  1 1\nready\n`);
    if (isRoot) chownSync(path.join(cluster, 'postmaster.pid'), ownerOf(cluster), ownerOf(cluster));
    writeFileSync(path.join(folder, 'postgres.lock'), JSON.stringify({ pid: Number(pid), started: 'another boot/1' }));
    expect((await start(folder)).pid).toBeGreaterThan(0);
  });

  it('a torn lock file holds nothing', async () => {
    const folder = madeFolder();
    writeFileSync(path.join(folder, 'postgres.lock'), '{"pi');
    expect((await start(folder)).pid).toBeGreaterThan(0);
  });
});

function ownerOf(file: string): number {
  return Number(execFileSync('stat', ['-c', '%u', file]).toString());
}

const canReadSource = isRoot && spawnSync(process.execPath, ['-e', `require('fs').readFileSync('${source}')`], { ...nobody, cwd: '/' }).status === 0;

describe.skipIf(!isRoot)('as root (skipped for another user)', () => {
  it('runs PostgreSQL as another user, below a 0700 folder too', async () => {
    const folder = path.join(tempFolder(), 'inner');
    chmodSync(path.dirname(folder), 0o700);
    const server = await start(folder);
    const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
    expect(Number(/^Uid:\s+(\d+)/m.exec(status)![1])).not.toBe(0);
    const database = await open(server);
    await database.pool.query('CREATE TABLE t AS SELECT generate_series(1, 3)');
    await database.close();
    await server.stop();
    expect(await rowsOf(await start(folder))).toBe(3);
  });

  it('takes over a cluster that was copied by root', async () => {
    const folder = madeFolder();
    const server = await start(folder);
    await (await open(server)).pool.query('CREATE TABLE t AS SELECT generate_series(1, 3)');
    await server.stop();
    execFileSync('chown', ['-R', '0:0', path.join(folder, 'postgres')]);
    expect(await rowsOf(await start(folder))).toBe(3);
  });

  it.skipIf(!canReadSource)('works for a plain user (skipped where that user cannot read this checkout)', async () => {
    const folder = tempFolder();
    chownSync(folder, nobody.uid, nobody.gid);
    const { child, line } = await startInChild(folder, nobody);
    expect(ownerOf(`/proc/${line}`)).toBe(nobody.uid);
    await kill(child);
    await expect.poll(() => runs(Number(line)), { timeout: 10_000 }).toBe(false);
  });
});

/** A small file system of its own; null where mount is not allowed. */
function mountSmall(size: string): string | null {
  const folder = tempFolder();
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0755`, 'tmpfs', folder]).status !== 0) return null;
  cleanups.push(() => spawnSync('umount', ['-l', folder]));
  return folder;
}

describe('on a full disk', () => {
  it('says so where a new cluster does not fit', async ({ skip }) => {
    const disk = mountSmall('12m');
    if (disk === null) return skip('mount is not allowed here');
    await expect(startEmbedded({ folder: path.join(disk, 'data') })).rejects.toMatchObject({ code: 'HF-DISK-001' });
  });

  it('loses nothing that was committed, and says HF-DISK-001 until there is space', async ({ skip }) => {
    const disk = mountSmall('128m');
    if (disk === null) return skip('mount is not allowed here');
    const folder = path.join(disk, 'data');
    const ballast = path.join(disk, 'ballast');
    const server = await start(folder);
    const committed = await fill(await open(server), ballast);
    await server.stop();
    spawnSync('sh', ['-c', 'cat /dev/zero > "$0" 2>/dev/null', `${ballast}2`]);
    await expect(startEmbedded({ folder })).rejects.toMatchObject({ code: 'HF-DISK-001' });
    rmSync(ballast);
    rmSync(`${ballast}2`);
    expect(await rowsOf(await start(folder))).toBeGreaterThanOrEqual(committed);
  });
});

/** Inserts until the disk is full; returns how many rows were acknowledged. */
async function fill(database: Database, ballast: string): Promise<number> {
  await database.pool.query('CREATE TABLE t (a text)');
  await database.pool.query(`INSERT INTO t SELECT 'first'`);
  writeFileSync(ballast, Buffer.alloc(30 * 1024 * 1024));
  const insert = `INSERT INTO t SELECT string_agg(md5(random()::text), '') FROM generate_series(1, 30000)`;
  for (let committed = 1; committed < 1_000; committed++) {
    const error = await database.pool.query(insert).then(
      () => null,
      (reason: Error) => reason,
    );
    if (error !== null) return (await sleep(50), committed);
  }
  throw new Error('the disk never became full');
}

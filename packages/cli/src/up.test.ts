import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { leftBehind, makeMark } from '../../../tests/load/left-behind.ts';

const main = path.resolve(import.meta.dirname, '..', 'dist', 'main.js');
const folders: string[] = [];
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function folderOf(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-up-'));
  folders.push(folder);
  return folder;
}

/** Starts the command line; `said` grows with what it prints. */
function start(args: readonly string[], env: Record<string, string> = {}): { said: () => string; ended: Promise<number | null>; child: ChildProcess } {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  children.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { said: () => text, child, ended: new Promise((resolve) => child.once('close', resolve)) };
}

describe('holdfast up', () => {
  it('says where it is and how to sign in, and leaves no process behind at Ctrl-C', async () => {
    const folder = await folderOf();
    const mark = makeMark();
    const { said, ended, child } = start(['up', '--data', folder, '--port', '0'], mark);
    await expect.poll(said, { timeout: 15_000 }).toMatch(/^stop /m);
    expect(leftBehind(mark).length).toBeGreaterThan(1); // the server, and the processes of PostgreSQL
    expect(said()).toMatch(/^server +http:\/\/127\.0\.0\.1:\d+$/m);
    expect(said()).toMatch(/^sign in +http:\S+\/login#hfl_\S+/m);
    expect(said()).toMatch(/holdfast join hf:\/\/127\.0\.0\.1:\d+\/hfj_/);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(leftBehind(mark)).toEqual([]);
    expect(said()).not.toContain('"level":"error"');
  }, 40_000);

  it('refuses a data folder that another server uses, and names its process', async () => {
    const folder = await folderOf();
    const first = start(['up', '--data', folder, '--port', '0']);
    await expect.poll(first.said, { timeout: 15_000 }).toMatch(/^stop /m);
    const second = start(['up', '--data', folder, '--port', '0']);
    expect(await second.ended).toBe(6);
    expect(second.said()).toContain(`HF-PG-001: Another server (pid ${first.child.pid})`);
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
  }, 40_000);

  it('refuses to let everybody in beyond a loopback address', async () => {
    const { said, ended } = start(['up', '--data', await folderOf(), '--port', '0', '--host', '0.0.0.0', '--no-auth']);
    expect(await ended).toBe(2);
    expect(said()).toContain('HF-ACCESS-010');
  }, 20_000);
});

import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

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
function start(args: readonly string[]): { said: () => string; ended: Promise<number | null>; child: ChildProcess } {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { said: () => text, child, ended: new Promise((resolve) => child.once('close', resolve)) };
}

/** Processes whose command line names the folder. */
const processesOf = (folder: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return ''; // it has ended meanwhile
      }
    })
    .filter((line) => line.includes(folder));

describe('holdfast up', () => {
  it('says where it is and how to sign in, and leaves no process behind at Ctrl-C', async () => {
    const folder = await folderOf();
    const { said, ended, child } = start(['up', '--data', folder, '--port', '0']);
    await expect.poll(said, { timeout: 15_000 }).toMatch(/^stop /m);
    expect(said()).toMatch(/^server +http:\/\/127\.0\.0\.1:\d+$/m);
    expect(said()).toMatch(/^sign in +http:\S+\/login#hfl_\S+/m);
    expect(said()).toMatch(/holdfast join hf:\/\/127\.0\.0\.1:\d+\/hfj_/);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(processesOf(folder)).toEqual([]);
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

// holdfast doctor: checks what a server or a device stands on; each failed check says what, why it matters, and the fix.
import { open, rm, statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { failure } from '@holdfast/base';
import { printRows } from '../output.ts';
import { clientOf, default_folder, outputOf } from '../settings.ts';
import { verb } from '../verb.ts';

interface Check {
  readonly check: string;
  readonly ok: boolean;
  readonly seen: string;
  readonly fix: string;
}
const mib = 1_048_576;
const syncs = 20;

export function addDoctor(program: Command): void {
  verb(program, 'doctor', 'check what this machine gives: runtime, disk, memory, PostgreSQL, the server', 'doctor --data ./holdfast-data')
    .option('--data <dir>', 'data folder', default_folder)
    .action(async (options: { data: string }, command: Command) => {
      const checks = [runtime(), memory(), await disk(options.data), await fsyncCost(options.data), await postgres(), await server(command)];
      printRows(
        checks.map((c) => ({ ...c })),
        ['check', 'ok', 'seen', 'fix'],
        outputOf(command),
      );
      const failed = checks.filter((c) => !c.ok).map((c) => c.check);
      if (failed.length > 0) throw failure('HF-CLI-012', { failed: failed.length, checks: checks.length, names: failed.join(', ') });
    });
}

function runtime(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > 22 || (major === 22 && minor >= 18);
  return {
    check: 'runtime',
    ok,
    seen: `Node ${process.versions.node}`,
    fix: ok ? '' : 'the server needs Node 22.18 or later: run npm install in the repository',
  };
}

function memory(): Check {
  const free = freemem() / mib;
  return {
    check: 'memory',
    ok: free > 300,
    seen: `${Math.round(free)} of ${Math.round(totalmem() / mib)} MiB free`,
    fix: free > 300 ? '' : 'the server needs about 200 MiB; end something else',
  };
}

/** The folder itself, or the nearest one above it that exists: where the data folder would be made. */
async function standing(folder: string): Promise<string> {
  const at = path.resolve(folder);
  return (await statfs(at).then(
    () => true,
    () => false,
  )) || at === path.dirname(at)
    ? at
    : standing(path.dirname(at));
}

async function disk(folder: string): Promise<Check> {
  const { bavail, bsize } = await statfs(await standing(folder));
  const free = (bavail * bsize) / mib;
  return {
    check: 'disk',
    ok: free > 1024,
    seen: `${Math.round(free)} MiB free`,
    fix: free > 1024 ? '' : 'free some space, or choose another folder with --data',
  };
}

/** What a durable acknowledgement costs here: the time of one fsync, the mean of a few. */
async function fsyncCost(folder: string): Promise<Check> {
  const file = path.join(await standing(folder), `.holdfast-doctor-${process.pid}`);
  const handle = await open(file, 'w');
  try {
    const start = performance.now();
    for (let i = 0; i < syncs; i++) {
      await handle.write(Buffer.alloc(512));
      await handle.datasync();
    }
    const each = (performance.now() - start) / syncs;
    return {
      check: 'fsync',
      ok: each < 50,
      seen: `${each.toFixed(2)} ms each`,
      fix: each < 50 ? '' : 'this disk makes every acknowledgement slow; use a local disk',
    };
  } finally {
    await handle.close();
    await rm(file);
  }
}

async function postgres(): Promise<Check> {
  const { findPrograms } = await import('@holdfast/postgres');
  const found = await findPrograms();
  const seen = found.map((p) => p.version).join(', ') || 'none';
  return { check: 'postgresql', ok: found.length > 0, seen, fix: found.length > 0 ? '' : 'install the package postgresql, or give one by --database URL' };
}

async function server(command: Command): Promise<Check> {
  try {
    const client = clientOf(command);
    const answer = await (await client.raw('GET', '/health')).text();
    return { check: 'server', ok: answer === 'OK', seen: client.server.url, fix: '' };
  } catch (error) {
    return { check: 'server', ok: false, seen: (error as Error).message, fix: 'start it: holdfast up; or give --server URL' };
  }
}

// A disk that is really full: a small tmpfs holds the agent's folder. Needs the right to mount, which root has.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GapRecord } from '@holdfast/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { DevicePeer } from '../test/device-peer.ts';
import { temporaryFolders, until } from '../test/support.ts';
import { runAgent } from './agent.ts';
import { joinServer } from './join.ts';

const program = [process.execPath, new URL('../test/app.mjs', import.meta.url).pathname];
const folderOf = temporaryFolders();
const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});

/** Mounts a tmpfs of so many bytes; false where this user may not. */
function mount(folder: string, size_bytes: number): boolean {
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size_bytes}`, 'tmpfs', folder]).status !== 0) return false;
  undo.push(() => spawnSync('umount', [folder]));
  return true;
}

/** Fills what is free, to the last page. */
function fill(file: string): void {
  const { bavail, bsize } = statfsSync(join(file, '..'));
  let left = bavail * bsize;
  for (let part = 0; left > 0 && part < 20; part++, left = Math.floor(left / 2)) {
    try {
      writeFileSync(`${file}.${part}`, Buffer.alloc(left));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error; // full, as wished
    }
  }
}

describe('a full disk', () => {
  it('does not stop the program; what could not be kept is counted, and all goes on when there is space', async (context) => {
    const folder = folderOf();
    if (!mount(folder, 2_097_152)) return context.skip('this user may not mount a tmpfs');
    const peer = await DevicePeer.start();
    undo.push(() => peer.stop());
    await joinServer({ address: peer.address, folder, name: 'edge-1', labels: {} });
    const agent = await runAgent({ folder, program, ring: join(folderOf(), 'ring'), points_ms: 20, outbox_bytes_max: 1_000_000 });
    undo.push(() => agent.stop());
    const synced = await until('a first report', () => peer.reported);
    expect(synced.program.state).toBe('running');
    peer.faults.sync_status = 503;
    mkdirSync(join(folder, 'ballast'));
    fill(join(folder, 'ballast', 'all'));
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    rmSync(join(folder, 'ballast'), { recursive: true });
    peer.faults.sync_status = null;
    const before = peer.payloads('points').length;
    await until('points after the disk has space again', () => peer.payloads('points').length > before + 5, 20_000);
    expect(peer.reported!.program).toMatchObject({ state: 'running', restarts: 0 });
    const dropped = peer.reported!.outbox.dropped;
    const counted = peer.json<GapRecord>('gap').reduce((sum, gap) => sum + gap.records, 0);
    expect(counted).toBe(dropped);
  }, 40_000);
});

// compute: real processes, their groups, their lines, and their ends.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { line_bytes_max } from './lines.ts';
import { type ProcessSpec, type RunningProcess, startProcess } from './index.ts';

const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' };

function start(argv: readonly string[], more: Partial<ProcessSpec> = {}): { running: RunningProcess; lines: string[] } {
  const lines: string[] = [];
  const running = startProcess({ argv, cwd: os.tmpdir(), env, ...more }, (stream, text) => lines.push(`${stream}: ${text}`));
  return { running, lines };
}

const sh = (script: string, more: Partial<ProcessSpec> = {}) => start(['/bin/sh', '-c', script], more);

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return 'State:\tZ'; // it went between the two looks
  }
}

async function gone(pid: number): Promise<void> {
  const isRunning = (): boolean => existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(statusOf(pid)); // who reaps it is not our affair
  await expect.poll(isRunning, { timeout: 3_000 }).toBe(false);
}

describe('startProcess', () => {
  it('gives lines of both streams, the last one without an end too, and the exit code', async () => {
    const { running, lines } = sh('echo one; echo two >&2; printf "three\\r\\nfour"; exit 3');
    expect(await running.done).toEqual({ code: 3, signal: null, timed_out: false });
    expect(lines.filter((line) => line.startsWith('stdout'))).toEqual(['stdout: one', 'stdout: three', 'stdout: four']);
    expect(lines).toContain('stderr: two');
  });

  it('passes on only the environment and the folder that it was given', async () => {
    const { running, lines } = start(['/usr/bin/env'], { env: { ONLY: 'this' }, cwd: '/' });
    await running.done;
    expect(lines).toEqual(['stdout: ONLY=this']);
  });

  it('cuts a long line with a note, never inside of a character', async () => {
    const { running, lines } = sh(`printf x; for i in $(seq 10000); do printf 'ää'; done; echo; echo next`);
    await running.done;
    expect(lines[0]).toMatch(/ä … \(\d+ bytes more were cut\)$/);
    expect(lines[0]).not.toContain('\ufffd');
    expect(Buffer.byteLength(lines[0]!)).toBeLessThan(line_bytes_max + 100);
    expect(lines[1]).toBe('stdout: next');
  });

  it('ends with 127 and says so where there is no such program, folder, or argv', async () => {
    for (const { running, lines } of [start(['/no/such/program']), start(['/bin/true'], { cwd: '/no/such/folder' }), start([]), start(['a\0b'])]) {
      expect(await running.done).toEqual({ code: 127, signal: null, timed_out: false });
      expect(lines).toHaveLength(1);
      await running.stop(10);
    }
  });

  it('ends with 126 where the file may not be run', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'hf-compute-'));
    writeFileSync(path.join(folder, 'plain'), 'text', { mode: 0o644 });
    expect(await start([path.join(folder, 'plain')]).running.done).toMatchObject({ code: 126 });
    rmSync(folder, { recursive: true });
  });

  it('stops the whole group, with SIGTERM first', async () => {
    const { running, lines } = sh('sleep 60 & echo $!; trap "echo bye; exit 0" TERM; wait');
    await expect.poll(() => lines.length).toBe(1);
    await running.stop(5_000);
    expect(await running.done).toEqual({ code: 0, signal: null, timed_out: false });
    expect(lines[1]).toBe('stdout: bye');
    await gone(Number(lines[0]!.split(' ')[1]));
  });

  it('kills what does not heed SIGTERM after the grace', async () => {
    const { running, lines } = sh('trap "" TERM; echo ready; while :; do sleep 1; done');
    await expect.poll(() => lines.length).toBe(1);
    const from = performance.now();
    await running.stop(100);
    expect(performance.now() - from).toBeGreaterThan(90);
    expect(await running.done).toEqual({ code: null, signal: 'SIGKILL', timed_out: false });
  });

  it('ends what a process leaves behind, and does not wait for it', async () => {
    const { running, lines } = sh('sleep 60 & echo $!');
    expect(await running.done).toMatchObject({ code: 0 });
    await gone(Number(lines[0]!.split(' ')[1]));
  });

  it('does not wait for a daemon that left the group but kept the pipe', async () => {
    const { running, lines } = sh('setsid sleep 4 & sleep 0.1; echo done');
    const from = performance.now();
    expect(await running.done).toMatchObject({ code: 0 });
    expect(lines).toEqual(['stdout: done']);
    expect(performance.now() - from).toBeLessThan(3_500);
  });

  it('says that the time was up', async () => {
    const { running } = sh('sleep 60', { timeout_ms: 50 });
    expect(await running.done).toEqual({ code: null, signal: 'SIGTERM', timed_out: true });
  });
});

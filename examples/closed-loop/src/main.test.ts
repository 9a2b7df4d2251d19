import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { leftBehind, makeMark } from '../../../tests/load/left-behind.ts';

const main = path.resolve(import.meta.dirname, '..', 'dist', 'main.js');
const undo: (() => void)[] = [];

afterEach(() => {
  for (const one of undo.splice(0)) one();
});

/** The story in a process of its own; `said` grows with what it tells. */
function start(mark: Record<string, string>) {
  const child = spawn(process.execPath, [main, '--once'], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...mark } });
  undo.push(() => child.kill('SIGTERM'));
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, said: () => text, ended: new Promise<number | null>((resolve) => child.once('close', resolve)) };
}

describe('the story of the closed loop', () => {
  it.each<[string, (child: ChildProcess) => unknown]>([
    ['at Ctrl-C', (child) => child.kill('SIGINT')],
    ['where nobody reads what it tells any more', (child) => child.stdout!.destroy()],
  ])(
    'leaves no process and no folder behind %s, in the middle of a training',
    async (_when, interrupt) => {
      const mark = makeMark();
      const { child, said, ended } = start(mark);
      await expect.poll(said, { timeout: 60_000, interval: 100 }).toContain('A workflow trains the first model');
      const training = () => leftBehind(mark).filter(({ command }) => command.includes('train'));
      await expect.poll(training, { timeout: 30_000 }).not.toEqual([]);
      const folder = folderOf(mark);
      expect(existsSync(folder)).toBe(true);
      interrupt(child);
      expect(await ended).toBe(130);
      expect(leftBehind(mark)).toEqual([]);
      expect(existsSync(folder)).toBe(false);
    },
    120_000,
  );

  it('ends at once, by the name of its step, where one of its processes ends', async () => {
    const mark = makeMark();
    const { said, ended } = start(mark);
    await expect.poll(said, { timeout: 60_000, interval: 100 }).toContain('A workflow trains the first model');
    const folder = folderOf(mark);
    undo.push(() => rmSync(folder, { recursive: true }));
    process.kill(leftBehind(mark).find(({ command }) => command.includes(' up --data '))!.pid, 'SIGTERM');
    expect(await ended).toBe(1);
    expect(said()).toMatch(/the step "A workflow trains .*" did not happen: server ended by itself \(code 0\)/);
    expect(leftBehind(mark)).toEqual([]);
  }, 120_000);
});

/** The data folder that the processes of the story are told of. */
const folderOf = (mark: Record<string, string>): string =>
  leftBehind(mark)
    .map(({ command }) => /\S+holdfast-demo-[^/\s]+/.exec(command)?.[0])
    .find((folder) => folder !== undefined)!;

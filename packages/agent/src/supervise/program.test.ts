import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolders, until } from '../../test/support.ts';
import { isAlive, processIdOf } from '../process-id.ts';
import { ProgramLog } from './program-log.ts';
import { Program, type ProgramOptions } from './program.ts';

const folderOf = temporaryFolders();
const open: Program[] = [];
const spawned: ChildProcess[] = [];

afterEach(async () => {
  for (const program of open.splice(0)) {
    await program.stop();
    program.close();
  }
  for (const child of spawned.splice(0)) child.kill('SIGKILL');
});

const clock = { now_ms: () => Date.now(), mono_ms: () => performance.now() };

function make(
  folder: string,
  code: string,
  change: Partial<ProgramOptions> = {},
): { program: Program; starts: number[]; crashes: string[]; said: () => string } {
  const starts: number[] = [];
  const crashes: string[] = [];
  let said = '';
  const program = new Program({
    argv: [process.execPath, '-e', code],
    folder,
    clock,
    on_start: (pid) => starts.push(pid),
    on_crash: (reason) => crashes.push(reason),
    on_problem: (text) => (said += text),
    on_output: (chunk) => (said += Buffer.from(chunk).toString()),
    restart_ms: 20,
    grace_ms: 300,
    ...change,
  });
  open.push(program);
  return { program, starts, crashes, said: () => said };
}

const isRunning = (pid: number) => processIdOf(pid) !== null;

describe('a supervised program', () => {
  it('gets its environment, and its output goes to the log', async () => {
    const folder = folderOf();
    const { program, said } = make(folder, 'console.log(process.env.HOLDFAST_RING, process.env.HOLDFAST_BUNDLE); setInterval(() => {}, 1000)');
    program.start({ HOLDFAST_RING: '/some/ring' });
    await until('output', () => said().includes('\n'));
    expect(said()).toBe('/some/ring undefined\n');
    expect(readFileSync(join(folder, 'logs', 'program.log'), 'utf8')).toBe(said());
    expect(program.report).toMatchObject({ state: 'running', restarts: 0, last_exit: null });
  });

  it('is started again after each exit, later each time, and the reason is said in words', async () => {
    const { program, starts, crashes } = make(folderOf(), 'process.exit(7)');
    const at: number[] = [performance.now()];
    program.start({});
    await until('four starts', () => starts.length >= 4 && at.push(performance.now()));
    expect(crashes.slice(0, 3)).toEqual(['exit code 7', 'exit code 7', 'exit code 7']);
    expect(at[1]! - at[0]!).toBeGreaterThan(20 + 40 + 80);
    expect(program.report.last_exit).toBe('exit code 7');
  });

  it('names the signal that ended it, and says where it cannot be started', async () => {
    const killed = make(folderOf(), 'process.kill(process.pid, "SIGSEGV")');
    killed.program.start({});
    await until('a crash', () => killed.crashes.length > 0);
    expect(killed.crashes[0]).toBe('signal SIGSEGV');
    const absent = make(folderOf(), '', { argv: ['/nothing/here'] });
    absent.program.start({});
    await until('a failure', () => absent.crashes.length > 0);
    expect(absent.crashes[0]).toMatch(/^cannot be started: .*ENOENT/);
  });

  it('is ended with everything that it started, even where it does not listen to SIGTERM', async () => {
    const code = `process.on('SIGTERM', () => {});
      const child = require('node:child_process').spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)']);
      console.log(child.pid); setInterval(() => {}, 1000)`;
    const { program, starts, said } = make(folderOf(), code);
    program.start({});
    const grandchild = Number(await until('the pid', () => /^(\d+)\n/.exec(said())?.[1]));
    await program.stop();
    expect([isRunning(starts[0]!), isRunning(grandchild)]).toEqual([false, false]);
    expect(program.report.state).toBe('stopped');
  });

  it('of an agent that was killed is ended before the next one is started', async () => {
    const folder = folderOf();
    const left = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
    spawned.push(left);
    const id = processIdOf(left.pid!)!;
    writeFileSync(join(folder, 'program.pid'), JSON.stringify(id));
    const { program } = make(folder, '');
    expect(await program.endLeftOver()).toBe(true);
    expect(isAlive(id)).toBe(false);
    expect(existsSync(join(folder, 'program.pid'))).toBe(false);
  });

  it('leaves a process alone that only has the same pid', async () => {
    const folder = folderOf();
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
    spawned.push(other);
    const id = processIdOf(other.pid!)!;
    for (const text of [JSON.stringify({ ...id, start_ticks: id.start_ticks - 1 }), JSON.stringify({ ...id, boot_id: 'another' }), '{', '']) {
      writeFileSync(join(folder, 'program.pid'), text);
      expect(await make(folder, '').program.endLeftOver()).toBe(false);
    }
    expect(isAlive(id)).toBe(true);
  });
});

describe('the log of a program', () => {
  it('is rotated by size and keeps the newest lines', () => {
    const folder = folderOf();
    const path = join(folder, 'program.log');
    const log = new ProgramLog(path, { file_bytes_max: 100, files: 3 });
    for (let n = 0; n < 100; n++) log.write(Buffer.from(`line ${String(n).padStart(4, '0')}\n`));
    log.close();
    expect(readdirSync(folder).sort()).toEqual(['program.log', 'program.log.1', 'program.log.2']);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(100);
    const text = ['.2', '.1', ''].map((end) => readFileSync(path + end, 'utf8')).join('');
    expect(text.endsWith('line 0098\nline 0099\n')).toBe(true);
    expect(log.dropped_bytes).toBe(0);
  });

  it('counts what the disk did not take', () => {
    const log = new ProgramLog(join(folderOf(), 'missing', 'program.log'));
    log.write(Buffer.from('12345'));
    expect(log.dropped_bytes).toBe(5);
  });
});

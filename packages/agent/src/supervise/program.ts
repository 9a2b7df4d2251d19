// agent/supervise: keeps one program running, in a process group of its own. It is started again after an exit, each time later
// (0.5 s, doubled up to 60 s; from the start again after 30 s alive). Its pid is on disk, so that a later agent never runs a second one.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ProgramReport } from '@holdfast/protocol';
import { readJson, writeDurableJson } from '../durable-file.ts';
import { withoutLean } from '../lean.ts';
import { isProcessId, processIdOf } from '../process-id.ts';
import { endGroup, endLeftOver, grace_ms_default, signalGroup } from './process-group.ts';
import { ProgramLog } from './program-log.ts';

export interface ProgramOptions {
  readonly argv: readonly string[];
  readonly folder: string;
  readonly clock: { now_ms(): number; mono_ms(): number };
  readonly on_start: (pid: number) => void;
  /** Called for an exit that nobody asked for. */
  readonly on_crash: (reason: string) => void;
  readonly on_problem: (text: string) => void;
  readonly on_output?: ((chunk: Uint8Array) => void) | undefined;
  /** The same, of stdout alone. */
  readonly on_stdout?: ((chunk: Uint8Array) => void) | undefined;
  /** Called before each start. */
  readonly before_start?: (() => void) | undefined;
  readonly restart_ms?: number | undefined;
  readonly restart_ms_max?: number | undefined;
  readonly alive_ms?: number | undefined;
  readonly grace_ms?: number | undefined;
}

export type ProgramEnvironment = Readonly<Record<string, string>>;

export class Program {
  readonly #options: ProgramOptions;
  readonly #log: ProgramLog;
  readonly #pid_file: string;
  #child: ChildProcess | null = null;
  #ended: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;
  #environment: ProgramEnvironment = {};
  #wanted = false;
  #crashes_in_row = 0;
  #started_mono_ms = 0;
  #report: ProgramReport = { state: 'none', pid: null, restarts: 0, since_ms: 0, last_exit: null };

  constructor(options: ProgramOptions) {
    this.#options = options;
    this.#pid_file = join(options.folder, 'program.pid');
    mkdirSync(join(options.folder, 'logs'), { recursive: true });
    this.#log = new ProgramLog(join(options.folder, 'logs', 'program.log'));
  }

  get report(): ProgramReport {
    return this.#report;
  }

  /** Ends the program of an agent that was killed. To be called before the first start. True where there was one. */
  async endLeftOver(): Promise<boolean> {
    const id = readPidFile(this.#pid_file);
    const ended = id !== null && (await endLeftOver(id, this.#options.grace_ms ?? grace_ms_default));
    rmSync(this.#pid_file, { force: true });
    return ended;
  }

  start(environment: ProgramEnvironment): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#environment = environment;
    this.#crashes_in_row = 0;
    this.#spawn();
  }

  /** Resolves when the program and all that it started are gone. */
  async stop(): Promise<void> {
    this.#wanted = false;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const pid = this.#child?.pid;
    if (pid !== undefined) await endGroup(pid, this.#options.grace_ms ?? grace_ms_default);
    await this.#ended;
    this.#say({ state: 'stopped', pid: null });
  }

  close(): void {
    this.#log.close();
  }

  #spawn(): void {
    const [command, ...rest] = this.#options.argv;
    this.#say({ state: 'starting', pid: null });
    this.#started_mono_ms = this.#options.clock.mono_ms();
    this.#options.before_start?.();
    const child = spawn(command!, rest, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: environmentOf(this.#environment) });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => this.#output(chunk));
    child.stdout?.on('data', (chunk: Buffer) => this.#options.on_stdout?.(chunk));
    this.#ended = new Promise((resolve) => {
      let over = false;
      const end = (reason: string) => {
        if (over) return;
        over = true;
        this.#exited(child.pid, reason);
        resolve();
      };
      child.once('error', (error) => (child.pid === undefined ? end(`cannot be started: ${error.message}`) : undefined));
      child.once('exit', (code, signal) => end(signal ? `signal ${signal}` : `exit code ${code}`));
    });
    if (child.pid !== undefined) this.#running(child.pid);
  }

  #running(pid: number): void {
    this.#remember(pid);
    this.#say({ state: 'running', pid });
    this.#options.on_start(pid);
  }

  /** A disk that refuses must not keep the program from running; only after a kill of the agent would it be missed. */
  #remember(pid: number): void {
    const id = processIdOf(pid);
    if (!id) return; // It has ended already; its exit comes as an event.
    try {
      writeDurableJson(this.#pid_file, id);
    } catch (error) {
      this.#options.on_problem(`the pid of the program could not be kept: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #exited(pid: number | undefined, reason: string): void {
    if (pid !== undefined) signalGroup(pid, 'SIGKILL'); // What it left behind in its group must not run beside the next one.
    rmSync(this.#pid_file, { force: true });
    this.#child = null;
    this.#report = { ...this.#report, last_exit: reason };
    if (!this.#wanted) return;
    const wait_ms = this.#nextWait_ms();
    this.#say({ state: 'backing_off', pid: null });
    this.#timer = setTimeout(() => this.#restart(), wait_ms);
    this.#options.on_crash(reason);
  }

  #restart(): void {
    this.#timer = null;
    this.#report = { ...this.#report, restarts: this.#report.restarts + 1 };
    this.#spawn();
  }

  #nextWait_ms(): number {
    const { restart_ms = 500, restart_ms_max = 60_000, alive_ms = 30_000 } = this.#options;
    if (this.#options.clock.mono_ms() - this.#started_mono_ms >= alive_ms) this.#crashes_in_row = 0;
    return Math.min(restart_ms_max, restart_ms * 2 ** Math.min(this.#crashes_in_row++, 20));
  }

  #output(chunk: Buffer): void {
    this.#log.write(chunk);
    this.#options.on_output?.(chunk);
  }

  #say(change: Pick<ProgramReport, 'state' | 'pid'>): void {
    this.#report = { ...this.#report, ...change, since_ms: this.#options.clock.now_ms() };
  }
}

function readPidFile(path: string): ReturnType<typeof processIdOf> {
  try {
    const value = readJson(path);
    return isProcessId(value) ? value : null;
  } catch {
    return null; // Left half written by a power cut: then no process of that boot lives.
  }
}

/** The agent's own environment, with none but the given HOLDFAST_ names: a bundle of the agent's parent is not this program's. */
function environmentOf(given: ProgramEnvironment): NodeJS.ProcessEnv {
  const inherited = Object.entries(withoutLean(process.env)).filter(([name]) => !/^HOLDFAST_(RING|BUNDLE|DEVICE)$/.test(name));
  return { ...Object.fromEntries(inherited), ...given };
}

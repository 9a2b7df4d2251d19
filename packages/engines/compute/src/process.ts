// compute/process: one command as a process of its own, in a process group of its own, so that all it started can be ended.
import { spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';

export interface ProcessSpec {
  /** The program and its arguments; no shell is between. */
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeout_ms?: number;
}
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: string | null;
  readonly timed_out: boolean;
}
export interface RunningProcess {
  readonly pid: number;
  readonly done: Promise<ProcessExit>;
  /** SIGTERM to the whole group, SIGKILL after the grace; resolves when the process is gone. */
  stop(grace_ms: number): Promise<void>;
}
export type OnLine = (stream: 'stdout' | 'stderr', text: string) => void;

/** A line is cut here, with a note: no output of a program can fill the memory. */
export const line_bytes_max = 16_384;
const kill_grace_ms = 5_000;
/** As a shell says it: the command was not found. */
const exit_not_found = 127;

/** Starts the process. Never throws: a program that cannot be started ends with code 127 and a line that says why. */
export function startProcess(spec: ProcessSpec, on_line: OnLine): RunningProcess {
  const [file = '', ...args] = spec.argv;
  const child = spawn(file, args, { cwd: spec.cwd, env: { ...spec.env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const out = Promise.all([readLines(child.stdout, (text) => on_line('stdout', text)), readLines(child.stderr, (text) => on_line('stderr', text))]);
  let timed_out = false;
  const ended = new Promise<ProcessExit>((resolve) => {
    child.once('error', (error) => {
      if (child.pid !== undefined) return; // a signal that could not be sent: the exit still comes
      on_line('stderr', `cannot start ${file}: ${error.message}`);
      resolve({ code: exit_not_found, signal: null, timed_out: false });
    });
    child.once('exit', (code, signal) => resolve({ code, signal, timed_out }));
  });
  const done = ended.then(async (exit) => {
    signalGroup(child.pid, 'SIGKILL'); // what the command left behind in its group
    await out;
    return exit;
  });
  const stop = (grace_ms: number) => stopGroup(child.pid, done, grace_ms);
  if (spec.timeout_ms !== undefined) {
    const timer = setTimeout(() => {
      timed_out = true;
      void stop(kill_grace_ms);
    }, spec.timeout_ms);
    void ended.then(() => clearTimeout(timer));
  }
  return { pid: child.pid ?? -1, done, stop };
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // ESRCH: the group is gone, as wished
  }
}

async function stopGroup(pid: number | undefined, done: Promise<ProcessExit>, grace_ms: number): Promise<void> {
  signalGroup(pid, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), grace_ms);
  await done;
  clearTimeout(timer);
}

/** Calls for each line; the rest without a line end is the last one. Resolves at the end of the stream. */
function readLines(stream: Readable, each: (text: string) => void): Promise<void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let cut = false;
  const take = (line: string) => {
    if (cut) cut = false;
    else if (line.length > line_bytes_max) each(cutLine(line));
    else each(line);
  };
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split(/\r?\n/);
    rest = lines.pop() ?? '';
    lines.forEach(take);
    if (rest.length <= line_bytes_max) return;
    if (!cut) each(cutLine(rest));
    rest = '';
    cut = true;
  });
  return new Promise((resolve) => {
    stream.once('close', () => {
      if (rest !== '') take(rest);
      resolve();
    });
  });
}

const cutLine = (line: string) => `${line.slice(0, line_bytes_max)} [line cut here: longer than ${line_bytes_max} characters]`;

// compute: one local process in a group of its own (POSIX setsid), so that whatever it starts ends with it.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { Lines } from './lines.ts';

export interface ProcessSpec {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** The whole environment: nothing of ours is inherited, secrets least of all. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeout_ms?: number;
}

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly timed_out: boolean;
}

export type Line = (stream: 'stdout' | 'stderr', text: string) => void;

export interface RunningProcess {
  /** -1 where it could not be started. */
  readonly pid: number;
  /** Never rejects. All lines were given when it resolves. */
  readonly done: Promise<ProcessEnd>;
  /** Ends the group: SIGTERM, then SIGKILL after the grace. Resolves when the process has ended. */
  stop(grace_ms: number): Promise<void>;
}

const timeout_grace_ms = 5_000;
const timer_ms_max = 2 ** 31 - 1;
/** How long output may still come from a process that left the group but kept our pipe. */
const drain_ms = 500;

export function startProcess(spec: ProcessSpec, on_line: Line): RunningProcess {
  const [file, ...args] = spec.argv;
  if (file === undefined || file === '') return refused('argv is empty: expected the name of a program', on_line);
  let child: ChildProcess;
  try {
    child = spawn(file, args, { cwd: spec.cwd, env: { ...spec.env }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    return refused((error as Error).message, on_line); // an argument with a NUL byte, say
  }
  return follow(child, spec, on_line);
}

function refused(reason: string, on_line: Line): RunningProcess {
  const done = Promise.resolve().then((): ProcessEnd => {
    on_line('stderr', reason);
    return { code: 127, signal: null, timed_out: false };
  });
  return { pid: -1, done, stop: async () => void (await done) };
}

function follow(child: ChildProcess, spec: ProcessSpec, on_line: Line): RunningProcess {
  const group = new ProcessGroup(child.pid);
  let timed_out = false;
  const lines = [readLines(child.stdout!, (text) => on_line('stdout', text)), readLines(child.stderr!, (text) => on_line('stderr', text))];
  const end = endOf(child, spec, on_line, group);
  const stop = async (grace_ms: number): Promise<void> => {
    group.signal('SIGTERM');
    const hard = setTimeout(() => group.signal('SIGKILL'), Math.min(grace_ms, timer_ms_max));
    await end;
    clearTimeout(hard);
  };
  const expire = (): void => {
    timed_out = true;
    void stop(timeout_grace_ms);
  };
  const timer = spec.timeout_ms === undefined ? undefined : setTimeout(expire, Math.min(spec.timeout_ms, timer_ms_max));
  const done = end.then((how) => {
    clearTimeout(timer);
    for (const one of lines) one.end();
    return { ...how, timed_out };
  });
  return { pid: child.pid ?? -1, done, stop: (grace_ms) => stop(grace_ms).then(() => void done) };
}

function readLines(stream: Readable, on_line: (text: string) => void): Lines {
  const lines = new Lines(on_line);
  stream.on('data', (chunk: Buffer) => lines.take(chunk));
  stream.on('error', (error) => on_line(`the output cannot be read: ${error.message}`));
  return lines;
}

/** When the process is gone, the rest of its group is ended, which closes the pipes, and 'close' follows. */
function endOf(child: ChildProcess, spec: ProcessSpec, on_line: Line, group: ProcessGroup): Promise<Omit<ProcessEnd, 'timed_out'>> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      on_line('stderr', `${spec.argv[0]} cannot be started in ${spec.cwd}: ${error.message}`);
      resolve({ code: error.code === 'EACCES' ? 126 : 127, signal: null });
    });
    child.once('exit', () => {
      group.signal('SIGKILL');
      group.close();
      setTimeout(() => (child.stdout?.destroy(), child.stderr?.destroy()), drain_ms).unref();
    });
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
}

class ProcessGroup {
  #pid: number | undefined;

  constructor(pid: number | undefined) {
    this.#pid = pid;
  }

  signal(name: NodeJS.Signals): void {
    if (this.#pid === undefined) return;
    try {
      process.kill(-this.#pid, name);
    } catch (error) {
      // ESRCH: all have ended; EPERM: what is left belongs to another user by now (sudo), and is not ours to end
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ESRCH' && code !== 'EPERM') throw error;
    }
  }

  /** The number may name another group from now on. */
  close(): void {
    this.#pid = undefined;
  }
}

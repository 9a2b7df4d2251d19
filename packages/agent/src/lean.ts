// agent: the process starts itself once more, in its own place, with what keeps memory small: V8 takes the size of its young
// generation from the command line alone, and the C library and the thread pool take theirs from the environment.
// Compiled code costs more memory than the time that it saves here: 4 MiB for 4 us an inference.
// Where the runtime cannot start itself again (process.execve came with Node 22.15), V8 takes at run time what matters most: it is told to
// keep its young generation at its first size, which is the same megabyte.
// Measured by bench/agent-memory.ts: 81 MiB and growing without, 60 MiB and flat with, on Node 18, 20 and 24.

import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const at_run_time = ['--semi-space-growth-factor=1', '--no-opt', '--no-sparkplug', '--optimize-for-size', '--heap-growing-percent=10', '--expose-gc'];
const flags = ['--max-semi-space-size=1', '--no-opt', '--no-maglev', '--no-sparkplug', '--optimize-for-size', '--heap-growing-percent=10', '--expose-gc'];
const environment: Readonly<Record<string, string>> = {
  UV_THREADPOOL_SIZE: '1',
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '65536',
  MALLOC_TRIM_THRESHOLD_: '65536',
};
/** Names the variables that were set here, so that the supervised program does not get them. */
export const lean_marker = 'HOLDFAST_AGENT_LEAN';

type Execve = (file: string, argv: readonly string[], env: NodeJS.ProcessEnv) => never;

/** To be called before anything else: little memory is taken yet. Returns where this is done already, or was done without a new start. */
export function becomeLean(): void {
  const { execve } = process as unknown as { execve?: Execve };
  if (process.env[lean_marker] !== undefined || process.platform === 'win32') return;
  if (typeof execve !== 'function') return becomeLeanHere();
  const added = Object.entries(environment).filter(([name]) => process.env[name] === undefined);
  const env = { ...process.env, ...Object.fromEntries(added), [lean_marker]: added.map(([name]) => name).join(',') };
  const quiet = ['--disable-warning=ExperimentalWarning'];
  execve.call(process, process.execPath, [process.execPath, ...flags, ...quiet, ...process.execArgv, ...process.argv.slice(1)], env);
}

/** The thread pool is not made yet, so it still reads its size; what the C library reads is past. */
function becomeLeanHere(): void {
  for (const flag of at_run_time) setFlagsFromString(flag);
  globalThis.gc = runInNewContext('gc') as NodeJS.GCFunction; // the flag came too late for this context, and holds for the next
  if (process.env['UV_THREADPOOL_SIZE'] !== undefined) return;
  process.env['UV_THREADPOOL_SIZE'] = '1';
  process.env[lean_marker] = 'UV_THREADPOOL_SIZE';
}

const piled_bytes_max = 1_048_576;
let collected_bytes = 0;

/**
 * Collects where a MiB has piled up since the last time. V8 lets four to eight of them pile up, since it counts processor time dearer than memory, and takes
 * little notice of arrays that lie outside of its heap. To be called every few seconds; a no-op in a process that did not become lean.
 */
export function collectWhatPiledUp(): void {
  if (typeof globalThis.gc !== 'function' || bytesInUse() - collected_bytes < piled_bytes_max) return;
  globalThis.gc();
  collected_bytes = bytesInUse();
}

function bytesInUse(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}

/** The environment as it was before. */
export function withoutLean(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const added = [lean_marker, ...(env[lean_marker] ?? '').split(',')];
  return Object.fromEntries(Object.entries(env).filter(([name]) => !added.includes(name)));
}

// tests/load: what a test started and nobody ended. Every process inherits a mark in its environment, whatever its name, group or parent.
import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';

const variable = 'TEST_MARK'; // not HOLDFAST_…: those do not reach the command of a step

/** A mark for the environment of a process, and those that it started. */
export const makeMark = (): Record<string, string> => ({ [variable]: randomUUID() });

/** The processes that carry the mark. One of another user is seen by root alone. */
export function leftBehind(mark: Record<string, string>): { pid: number; command: string }[] {
  const wanted = `${variable}=${mark[variable]}`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => read(`/proc/${pid}/environ`).split('\0').includes(wanted))
    .map((pid) => ({ pid: Number(pid), command: read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ') }));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return ''; // it has ended meanwhile, or is somebody else's
  }
}

// agent: which process is meant. A pid alone is given again by the system; pid and start time together name one process of one boot.

import { readFileSync } from 'node:fs';

export interface ProcessId {
  readonly pid: number;
  /** Clock ticks from boot to the start of the process: field 22 of /proc/PID/stat, see proc_pid_stat(5). */
  readonly start_ticks: number;
  readonly boot_id: string;
}

export function processIdOf(pid: number, proc = '/proc'): ProcessId | null {
  try {
    const stat = readFileSync(`${proc}/${pid}/stat`, 'utf8');
    // The name, field 2, stands in brackets and may hold anything; count from its last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    return { pid, start_ticks: Number(fields[19]), boot_id: readFileSync(`${proc}/sys/kernel/random/boot_id`, 'utf8').trim() };
  } catch {
    return null; // No such process.
  }
}

export function isAlive(id: ProcessId, proc = '/proc'): boolean {
  const now = processIdOf(id.pid, proc);
  return now !== null && now.start_ticks === id.start_ticks && now.boot_id === id.boot_id;
}

export function isProcessId(value: unknown): value is ProcessId {
  const id = value as ProcessId | null | undefined;
  return typeof id === 'object' && id !== null && Number.isInteger(id.pid) && id.pid > 1 && Number.isFinite(id.start_ticks) && typeof id.boot_id === 'string';
}

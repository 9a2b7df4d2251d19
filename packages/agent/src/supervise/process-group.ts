// agent/supervise: ending a process with all that it started. First asked (SIGTERM), then, after the grace, ended (SIGKILL).

import { readFileSync, readdirSync } from 'node:fs';
import { type ProcessId, isAlive } from '../process-id.ts';

export const grace_ms_default = 5_000;
const look_every_ms = 20;

/** Sends a signal to a group; false where the group has nobody left. */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Resolves when the group of `pid` has nobody left that runs. */
export async function endGroup(pid: number, grace_ms = grace_ms_default): Promise<void> {
  if (!signalGroup(pid, 'SIGTERM')) return;
  for (let waited = 0; waited < grace_ms; waited += look_every_ms) {
    if (!groupRuns(pid)) return;
    await sleep(look_every_ms);
  }
  while (groupRuns(pid) && signalGroup(pid, 'SIGKILL')) await sleep(look_every_ms);
}

/** True while a process of the group runs; a zombie, which nobody has waited for yet, does not run. */
function groupRuns(group: number): boolean {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(fields[2]) === group && fields[0] !== 'Z' && fields[0] !== 'X') return true;
    } catch {
      continue; // It ended while we looked.
    }
  }
  return false;
}

/** Ends what an agent before this one has left, where that very process still lives. */
export async function endLeftOver(id: ProcessId, grace_ms = grace_ms_default): Promise<boolean> {
  if (!isAlive(id)) return false;
  await endGroup(id.pid, grace_ms);
  return true;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

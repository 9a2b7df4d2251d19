// postgres/embedded: what a killed parent left behind is ended before a new start. Called under the folder lock, so that
// whatever still works in the cluster has lost its owner.
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, processesIn, signal } from './processes.ts';

const fast_ms = 10_000;
const poll_ms = 10;

/** Ends the orphans of the cluster: fast shutdown first, the hard way after 10 s. Acknowledged commits survive both. */
export async function endOrphans(cluster: string): Promise<number> {
  const postmaster = await pidOnFile(cluster);
  const orphans = await processesIn(cluster);
  if (orphans.length > 0) await end(cluster, orphans, postmaster);
  await dropStalePid(cluster, postmaster);
  return orphans.length;
}

async function end(cluster: string, orphans: readonly number[], postmaster: number | null): Promise<void> {
  const leader = postmaster !== null && orphans.includes(postmaster) ? [postmaster] : orphans;
  for (const pid of leader) signal(pid, 'SIGINT');
  if (await emptied(cluster, fast_ms)) return;
  for (const pid of await processesIn(cluster)) signal(pid, 'SIGKILL');
  await emptied(cluster, fast_ms);
}

async function emptied(cluster: string, wait_ms: number): Promise<boolean> {
  for (let waited_ms = 0; waited_ms < wait_ms; waited_ms += poll_ms) {
    if ((await processesIn(cluster)).length === 0) return true;
    await sleep(poll_ms);
  }
  return false;
}

/**
 * PostgreSQL removes a stale postmaster.pid by itself, but not where its pid belongs to another process by now (a
 * container starts with the same small pids again). Nothing works in the cluster here, so the file is stale.
 */
async function dropStalePid(cluster: string, pid: number | null): Promise<void> {
  if (pid === null || !isAlive(pid) || process.platform !== 'linux') return;
  await rm(path.join(cluster, 'postmaster.pid'), { force: true });
}

async function pidOnFile(cluster: string): Promise<number | null> {
  const text = await readFile(path.join(cluster, 'postmaster.pid'), 'utf8').catch(() => ''); // none: shut down in order
  const pid = Number(text.split('\n')[0]);
  return Number.isInteger(pid) && pid > 0 ? pid : null;
}

// agent: one agent a data folder, one process a head. The lock names its holder by pid and start time, so that the lock of a killed agent is void by itself.

import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type HoldfastError, failure } from '@holdfast/base';
import { type ProcessId, isAlive, isProcessId, processIdOf } from './process-id.ts';

export interface FolderLock {
  release(): void;
}

type HeldBy = (pid: number | null, folder: string) => HoldfastError;
const agentHolds: HeldBy = (pid, folder) => failure('HF-AGENT-001', { pid, folder });

/** Fails with HF-AGENT-001, or with what `held` makes, where another living process holds the folder. */
export function lockFolder(folder: string, name = 'agent.lock', held: HeldBy = agentHolds): FolderLock {
  const path = join(folder, name);
  const mine = join(folder, `${name}.${process.pid}`);
  writeFileSync(mine, JSON.stringify(processIdOf(process.pid)));
  try {
    take(path, mine, (pid) => held(pid, folder));
  } finally {
    unlinkSync(mine);
  }
  return { release: () => release(path) };
}

/** A link is made or refused in one step; of two agents that start at once, one gets it. */
function take(path: string, mine: string, held: (pid: number | null) => HoldfastError): void {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      linkSync(mine, path);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = holderOf(path);
    if (holder && isAlive(holder)) throw held(holder.pid);
    setAside(path);
  }
  throw held(holderOf(path)?.pid ?? null);
}

/** Moves a void lock away; of two that try, one moves it, and the other finds nothing to move. */
function setAside(path: string): void {
  const aside = `${path}.void.${process.pid}`;
  try {
    renameSync(path, aside);
    unlinkSync(aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function holderOf(path: string): ProcessId | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isProcessId(value) ? value : null;
  } catch {
    return null; // Gone, or left half written by a power cut: nobody that lives holds it.
  }
}

function release(path: string): void {
  if (holderOf(path)?.pid === process.pid) unlinkSync(path);
}

// agent: one agent a data folder. The lock names its holder by pid and start time, so that the lock of a killed agent is void by itself.

import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { failure } from '@holdfast/base';
import { type ProcessId, isAlive, isProcessId, processIdOf } from './process-id.ts';

export interface FolderLock {
  release(): void;
}

/** Fails with HF-AGENT-001 where another living agent holds the folder. */
export function lockFolder(folder: string): FolderLock {
  const path = join(folder, 'agent.lock');
  const mine = join(folder, `agent.lock.${process.pid}`);
  writeFileSync(mine, JSON.stringify(processIdOf(process.pid)));
  try {
    take(folder, path, mine);
  } finally {
    unlinkSync(mine);
  }
  return { release: () => release(path) };
}

/** A link is made or refused in one step; of two agents that start at once, one gets it. */
function take(folder: string, path: string, mine: string): void {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      linkSync(mine, path);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = holderOf(path);
    if (holder && isAlive(holder)) throw failure('HF-AGENT-001', { pid: holder.pid, folder });
    setAside(path);
  }
  throw failure('HF-AGENT-001', { pid: holderOf(path)?.pid ?? null, folder });
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

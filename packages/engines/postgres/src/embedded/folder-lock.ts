// postgres/embedded: one server a data folder. The lock file names its holder by pid and start time, so that a lock
// left by kill -9, or one whose pid belongs to somebody else by now, is recognised and taken over.
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { failure } from '@holdfast/base';
import { isAlive, startTime } from './processes.ts';

interface Holder {
  readonly pid: number;
  readonly started: string | null;
}

export interface FolderLock {
  release(): Promise<void>;
}

const tries_max = 10;

/** Takes the lock or fails with HF-PG-001. `folder` exists. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const file = path.join(folder, 'postgres.lock');
  const text = JSON.stringify({ pid: process.pid, started: await startTime(process.pid) } satisfies Holder);
  for (let attempt = 0; attempt < tries_max; attempt++) {
    if (await take(file, text)) return { release: () => rm(file, { force: true }) };
    const seen = await readFile(file, 'utf8').catch(() => null); // just released: try again
    if (seen === null) continue;
    const holder = parseHolder(seen);
    if (holder !== null && (await holds(holder))) throw failure('HF-PG-001', { pid: holder.pid, folder });
    await setAside(file, seen);
  }
  throw failure('HF-PG-001', { pid: 'unknown', folder });
}

/** link() makes the whole file appear at once, or fails because there is one. */
async function take(file: string, text: string): Promise<boolean> {
  const own = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    await writeFile(own, text, { mode: 0o600 });
    await link(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

function parseHolder(text: string): Holder | null {
  try {
    const holder = JSON.parse(text) as Partial<Holder> | null;
    return typeof holder?.pid === 'number' ? { pid: holder.pid, started: holder.started ?? null } : null;
  } catch {
    return null; // torn by a power cut: nobody holds it
  }
}

async function holds(holder: Holder): Promise<boolean> {
  if (!isAlive(holder.pid)) return false;
  const started = await startTime(holder.pid);
  return holder.started === null ? started === null : started === holder.started;
}

/** Removes a dead holder's file. If a living one took its place meanwhile, it is put back. */
async function setAside(file: string, dead: string): Promise<void> {
  const aside = `${file}.${process.pid}.dead`;
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return; // another process was faster
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== dead) await link(aside, file);
  await rm(aside, { force: true });
}

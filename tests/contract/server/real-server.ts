// contract/server: the server's rooms and its application over HTTP, as they run, for real agents: the clock of this machine, a free port of 127.0.0.1, folders
// of its own. `close` ends what was handed to `undo`, the last first, and leaves nothing.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { joinServer } from '@holdfast/agent';
import { systemClock } from '@holdfast/base';
import { openBlobs } from '@holdfast/blobs';
import { type Rooms, makeApp } from '@holdfast/faces';
import type { Database } from '@holdfast/postgres';
import { testDatabase } from '@holdfast/postgres/testing';
import { makeRooms, migrations } from '@holdfast/server';
import { tester } from './support.ts';

export interface RealServer {
  readonly database: Database;
  readonly rooms: Rooms;
  readonly url: string;
  /** Every room once more on the same database and the same blobs: a second server. */
  again(): Promise<Rooms>;
  /** A folder of its own, gone at the end. */
  folderOf(): Promise<string>;
  undo(one: () => unknown): void;
  /** A device that has joined, and its folder. It reaches the server through this port, or its own. */
  join(name: string, port?: number): Promise<{ device: string; folder: string }>;
  close(): Promise<void>;
}

const on_error = (error: Error): never => {
  throw error;
};

export async function openServer({ no_auth = false }: { readonly no_auth?: boolean } = {}): Promise<RealServer> {
  const undone: (() => unknown)[] = [];
  const folderOf = async (): Promise<string> => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'hf-real-'));
    undone.push(() => rm(folder, { recursive: true, force: true }));
    return folder;
  };
  const database = await testDatabase(migrations);
  undone.push(() => database.close());
  const blobs = await openBlobs(await folderOf());
  const again = () => makeRooms({ db: database.db, blobs, clock: systemClock, poll_ms: 100, window_inferences: 100, on_error });
  const rooms = await again();
  const app = await makeApp({ rooms, wakes: { subscribe: () => () => undefined }, no_auth, public_address: () => 'edge.example:80', on_error });
  undone.push(() => app.close());
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const join: RealServer['join'] = async (name, port = Number(new URL(url).port)) => {
    const folder = await folderOf();
    const { secret } = await rooms.fleet.makeJoinToken({ name: 'test', labels: {}, uses_max: 1, expires_in_ms: 60_000 }, tester);
    return { ...(await joinServer({ address: `hf://127.0.0.1:${port}/${secret}`, folder, name })), folder };
  };
  const close = async (): Promise<void> => {
    for (const one of undone.splice(0).reverse()) await one();
  };
  return { database, rooms, url, again, folderOf, undo: (one) => void undone.push(one), join, close };
}

/** Waits until it holds; between two looks it does what is given. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, between: () => unknown = () => undefined): Promise<void> {
  const end = performance.now() + 15_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited 15 s for ${what}`);
    await between();
    await sleep(20);
  }
}

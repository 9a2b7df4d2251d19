// contract/server: the real agent at the real server, over HTTP: its first version is taken back, and it goes.
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { joinServer, runAgent } from '@holdfast/agent';
import { type Rooms, makeApp } from '@holdfast/faces';
import { systemClock } from '@holdfast/base';
import { openBlobs } from '@holdfast/blobs';
import { testDatabase } from '@holdfast/postgres/testing';
import { makeRooms, migrations } from '@holdfast/server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ada, shipVersion, tester } from './support.ts';

const undo: (() => unknown)[] = [];
let rooms: Rooms;
let port: number;

beforeAll(async () => {
  const database = await testDatabase(migrations);
  undo.push(() => database.close());
  const blobs = await openBlobs(await folderOf());
  const on_error = (error: Error): never => {
    throw error;
  };
  rooms = await makeRooms({ db: database.db, blobs, clock: systemClock, poll_ms: 100, window_inferences: 100, on_error });
  const app = await makeApp({ rooms, wakes: { subscribe: () => () => undefined }, no_auth: false, public_address: () => 'edge.example:80', on_error });
  undo.push(() => app.close());
  port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port);
});
afterAll(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});

async function folderOf(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'hf-back-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Turns the rollouts until it holds. */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 15_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited 15 s for ${what}`);
    await rooms.rollouts.turn();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

it('a device whose first version is aborted ends it, runs its program as before, and is counted back', async () => {
  const folder = await folderOf();
  const { secret } = await rooms.fleet.makeJoinToken({ name: 'test', labels: {}, uses_max: 1, expires_in_ms: 60_000 }, tester);
  const { device } = await joinServer({ address: `hf://127.0.0.1:${port}/${secret}`, folder, name: 'edge-1' });
  const program = [process.execPath, '-e', 'setInterval(() => undefined, 1000)'];
  const agent = await runAgent({ folder, program, ring: path.join(folder, 'ring') });
  undo.push(() => agent.stop());
  const reported = async () => (await rooms.fleet.device(device)).reported;
  await until('the program without a bundle', async () => (await reported())?.program.state === 'running');
  const { version, bundle } = await shipVersion(rooms, 'digits');
  const probation = { inferences_min: 0, seconds_min: 0 };
  const { id } = await rooms.rollouts.create({ model: 'digits', version, waves: ['1', '100%'], watch_ms: 60_000, probation, cause: 'test', by: ada });
  await until('the commit', async () => (await reported())?.install.state === 'committed');
  const { pid } = (await reported())!.program;
  expect((await reported())!.current).toEqual({ bundle, model: 'digits', model_version: version });
  await rooms.rollouts.abort(id, ada);
  expect((await rooms.rollouts.rollout(id)).assignments).toMatchObject([{ state: 'going_back' }]);
  await until('the device back', async () => (await rooms.rollouts.rollout(id)).assignments[0]!.state === 'went_back');
  expect(await reported()).toMatchObject({ current: null, install: { state: 'cleared', bundle: null, rollout: id } });
  await until('its program', async () => (await reported())!.program.state === 'running');
  expect((await reported())!.program.pid).not.toBe(pid);
  expect(existsSync(path.join(folder, 'current'))).toBe(false);
  expect(readdirSync(path.join(folder, 'slots'))).toEqual([]);
});

// contract/server: what a model is not sure of, all the way round: kept on the device, reviewed on the server, learned by the device, once.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { joinServer, runAgent } from '@holdfast/agent';
import { systemClock } from '@holdfast/base';
import { openBlobs } from '@holdfast/blobs';
import { type Rooms, makeApp } from '@holdfast/faces';
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
  const folder = await mkdtemp(path.join(os.tmpdir(), 'hf-learn-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 15_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited 15 s for ${what}`);
    await rooms.rollouts.turn();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

it(
  'a sample that the model was not sure of is labelled by a person, and the device answers with that label from then on, also after a restart',
  { timeout: 60_000 },
  async () => {
    const folder = await folderOf();
    const { secret } = await rooms.fleet.makeJoinToken({ name: 'test', labels: {}, uses_max: 1, expires_in_ms: 60_000 }, tester);
    const { device } = await joinServer({ address: `hf://127.0.0.1:${port}/${secret}`, folder, name: 'edge-1' });
    const { capture } = await rooms.fleet.device(device);
    await rooms.fleet.setCapture(device, { ...capture, quarantine: { confidence_below: 0.9, an_hour_max: 3 } }, 100, ada);
    const program = [process.execPath, path.join(import.meta.dirname, 'learning-app.ts'), path.join(folder, 'head')];
    let said = '';
    const start = () => runAgent({ folder, program, ring: path.join(folder, 'ring'), on_output: (chunk) => (said += Buffer.from(chunk).toString('utf8')) });
    const agent = await start();
    undo.push(() => agent.stop());
    const { version } = await shipVersion(rooms, 'eyes');
    await rooms.rollouts.create({
      model: 'eyes',
      version,
      waves: ['100%'],
      watch_ms: 0,
      probation: { inferences_min: 0, seconds_min: 0 },
      cause: 'test',
      by: ada,
    });

    const quarantined = () => rooms.telemetry.samples({ device, reason: 'quarantine' }, 10);
    await until('what the model is not sure of', async () => (await quarantined()).length === 3);
    const [one] = await quarantined();
    expect(one).toMatchObject({ model: 'eyes', width: 0, label: null });
    expect(one!.confidence).toBeLessThan(0.9);
    expect(said).not.toContain('says other');

    await rooms.telemetry.label([{ id: one!.id, label: 2 }], ada);
    await until('the answer as it was labelled', () => said.includes('says other'));
    await until('the receipt', async () => (await rooms.fleet.device(device)).reported?.labels?.after === 1);
    expect(said.match(/learned 1/g)).toHaveLength(1);

    await agent.stop();
    said = '';
    const again = await start();
    undo.push(() => again.stop());
    await until('an answer after the restart', () => said.includes('says'));
    expect(said.trim()).toBe('says other');
  },
);

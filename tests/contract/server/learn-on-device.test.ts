// contract/server: what a model is not sure of, all the way round: kept on the device, reviewed on the server, learned by the device, once.
import path from 'node:path';
import { runAgent } from '@holdfast/agent';
import type { Rooms } from '@holdfast/faces';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RealServer, openServer, until as untilHolds } from './real-server.ts';
import { ada, shipVersion } from './support.ts';

let server: RealServer;
let rooms: Rooms;

beforeAll(async () => {
  server = await openServer();
  rooms = server.rooms;
});
afterAll(() => server.close());

const until = (what: string, holds: () => boolean | Promise<boolean>) => untilHolds(what, holds, () => rooms.rollouts.turn());

it(
  'a sample that the model was not sure of is labelled by a person, and the device answers with that label from then on, also after a restart',
  { timeout: 60_000 },
  async () => {
    const { device, folder } = await server.join('edge-1');
    const { capture } = await rooms.fleet.device(device);
    await rooms.fleet.setCapture(device, { ...capture, quarantine: { confidence_below: 0.9, an_hour_max: 3 } }, 100, ada);
    const program = [process.execPath, path.join(import.meta.dirname, 'learning-app.ts'), path.join(folder, 'head')];
    let said = '';
    const start = () => runAgent({ folder, program, ring: path.join(folder, 'ring'), on_output: (chunk) => (said += Buffer.from(chunk).toString('utf8')) });
    const agent = await start();
    server.undo(() => agent.stop());
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
    server.undo(() => again.stop());
    await until('an answer after the restart', () => said.includes('says'));
    expect(said.trim()).toBe('says other');
  },
);

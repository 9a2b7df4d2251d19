// contract/server: the real agent at the real server, over HTTP: its first version is taken back, and it goes; a version that a workflow bundles is watched by the
// monitors of the version that it replaces.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { runAgent } from '@holdfast/agent';
import type { Rooms } from '@holdfast/faces';
import type { StepDefinition } from '@holdfast/protocol/rest';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RealServer, openServer, until as untilHolds } from './real-server.ts';
import { ada, pipeline_text, profile_text, shipVersion, tester } from './support.ts';

let server: RealServer;
let rooms: Rooms;

beforeAll(async () => {
  server = await openServer();
  rooms = server.rooms;
});
afterAll(() => server.close());

/** Turns workflows and rollouts until it holds. */
const until = (what: string, holds: () => boolean | Promise<boolean>) =>
  untilHolds(what, holds, async () => (await rooms.workflows.turn()) || rooms.rollouts.turn());
const program = [process.execPath, '-e', 'setInterval(() => undefined, 1000)'];

it('a device whose first version is aborted ends it, runs its program as before, and is counted back', async () => {
  const { device, folder } = await server.join('edge-1');
  const agent = await runAgent({ folder, program, ring: path.join(folder, 'ring') });
  server.undo(() => agent.stop());
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

it('a version that a workflow bundles has the monitors of the version that it replaces, on the device too, unless it says otherwise', async () => {
  const put = async (text: string) => (await rooms.registry.blobs.put(Buffer.from(text))).digest;
  const [pipeline, profile] = [await put(pipeline_text), await put(profile_text)];
  const monitors = JSON.stringify({ v: 1, monitors: [{ monitor: 'EWMAConfidenceMonitor', parameters: { drift_window: 9 } }] });
  const first = await rooms.registry.register({ model: 'ears', digest: await put('the first'), by: tester });
  const files = [{ path: 'monitors.json', digest: await put(monitors) }];
  await rooms.registry.buildBundle({ model: 'ears', version: first.version, target: { os: 'any', arch: 'any' }, pipeline, profile, files, by: tester });
  const retrain = async (text: string, asked: Readonly<Record<string, string>> = {}) => {
    const bundling = { model: 'ears', version: 'step:register/version', pipeline, profile, ...asked };
    const steps: StepDefinition[] = [
      { name: 'register', kind: 'register', with: { model: 'ears', file: await put(text) } },
      { name: 'bundle', kind: 'bundle', needs: ['register'], with: bundling },
    ];
    await rooms.workflows.executions.define('retrain-ears', steps, tester);
    const id = await rooms.workflows.executions.start({ workflow: 'retrain-ears', cause: 'test', by: tester });
    await until('the bundle', async () => (await rooms.workflows.executions.execution(id)).state === 'succeeded');
    return (await rooms.registry.versions('ears')).length;
  };
  const bundled = async (version: number) => (await rooms.registry.bundles('ears', version)).at(-1)!.digest;
  const filesOf = async (version: number) => (await rooms.registry.bundleFiles(await bundled(version))).map((file) => file.path);
  const second = await retrain('the second');
  expect([second, await filesOf(second)]).toEqual([2, ['model.onnx', 'pipeline.json', 'profile.json', 'monitors.json']]);

  const { device, folder } = await server.join('edge-2');
  const agent = await runAgent({ folder, program, ring: path.join(folder, 'ring') });
  server.undo(() => agent.stop());
  const probation = { inferences_min: 0, seconds_min: 0 };
  await rooms.rollouts.create({ model: 'ears', version: second, waves: ['100%'], watch_ms: 0, probation, cause: 'test', by: ada });
  await until('the commit', async () => (await rooms.fleet.device(device)).reported?.current?.model_version === second);
  const slot = path.join(folder, 'slots', readdirSync(path.join(folder, 'slots'))[0]!);
  expect(readFileSync(path.join(slot, 'monitors.json'), 'utf8')).toBe(monitors);

  await retrain('the second'); // the same once more is no other bundle
  expect(await rooms.registry.bundles('ears', second)).toHaveLength(1);
  expect(await filesOf(await retrain('the third', { monitors: 'none' }))).toEqual(['model.onnx', 'pipeline.json', 'profile.json']);
});

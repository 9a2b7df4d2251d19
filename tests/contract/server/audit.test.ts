// contract/server: the audit: every change has one row, with before and after, in the transaction of the change, whoever makes it.
import { makeAudit } from '@holdfast/access';
import { type Route, type RouteName, routes } from '@holdfast/protocol/rest';
import { encodeSample } from '@holdfast/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditRows, snapshot, withoutAudit } from './audit-support.ts';
import {
  type House,
  type RunningApp,
  type SimulatedDevice,
  ada,
  admin_token,
  joinDevice,
  makeKey,
  openApp,
  openHouse,
  pipeline_text,
  profile_text,
  record,
  shipVersion,
  storeProfile,
  sync,
  tester,
  turnAll,
  windowOf,
} from './support.ts';

let house: House;
let running: RunningApp;
let device: SimulatedDevice;
let version: number;
let alert: string;
let sample: number;
const steps = [{ name: 'a', kind: 'command' as const, argv: ['true'] }];
const passphrase = 'correct horse battery';
const channel = (name: string) => house.rooms.webhooks.channels.put({ name, kind: 'webhook', to: 'http://hooks.invalid/' }, tester);
const webhook = () => house.rooms.webhooks.create({ name: 'old', url: 'http://hooks.invalid/', events: ['prompt.created'], is_active: true }, tester);
const put = async (text: string) => (await house.rooms.registry.blobs.put(Buffer.from(text))).digest;

beforeAll(async () => {
  house = await openHouse();
  running = await openApp(house);
  const { rooms } = house;
  device = await joinDevice(rooms, 'edge-1');
  ({ version } = await shipVersion(rooms, 'eyes'));
  const profile = await storeProfile(rooms);
  const head = {
    v: 1,
    at_ms: 1,
    reference: 1,
    model: 'eyes',
    model_version: 1,
    width: 1,
    height: 1,
    channels: 1,
    predicted: 0,
    confidence: 1,
    reason: 'drift',
  };
  const windows = [0, 1].map((n) => record(n + 1, 'windows', windowOf(profile, n, true)));
  await sync(rooms, device.id, [...windows, record(3, 'samples', encodeSample(head as never, Uint8Array.of(1)))]);
  await turnAll(rooms);
  alert = (await rooms.alerts.list('open', 1))[0]!.id;
  sample = (await rooms.telemetry.samples({}, 1))[0]!.id;
  await rooms.workflows.executions.define('flow', steps, tester);
});
afterAll(async () => {
  await running.close();
  await house.close();
});

interface Asked {
  readonly params?: Record<string, string | number>;
  readonly body?: object | Buffer;
  /** The row that the change leaves; null where it leaves none. */
  readonly row: { readonly action: string; readonly object?: string; readonly before: unknown; readonly after: unknown } | null;
}

const joinToken = async () => (await house.rooms.fleet.makeJoinToken({ name: 't', labels: {}, uses_max: 1, expires_in_ms: 60_000 }, tester)).token.id;
const execution = () => house.rooms.workflows.executions.start({ workflow: 'flow', cause: 'test', by: tester });
const rollout = async () => (await house.rooms.rollouts.create({ model: 'eyes', version, cause: 'test', by: tester })).id;
const run = () => house.rooms.tracking.start({ experiment: 'e', by: tester });
const claimed = async () => {
  await execution();
  const step = (await house.rooms.workflows.claim('w'))!;
  return { execution: step.execution, step: step.step, fence: step.fence };
};
const some = expect.anything() as unknown;

/** One good request of each route that changes something. A route that is not here fails the test below. */
const requests: { readonly [K in RouteName]?: () => Asked | Promise<Asked> } = {
  // sessions: who signs in changes nothing that others see
  linkLogin: async () => ({ body: { token: (await house.rooms.access.makeLink(tester)).secret }, row: null }),
  login: async () => {
    await house.rooms.access.putUser({ name: 'kim', role: 'viewer', passphrase }, tester);
    return { body: { name: 'kim', passphrase }, row: null };
  },
  logout: () => ({ row: null }),
  loginLink: () => ({ row: { action: 'login_link.create', object: 'login-link', before: null, after: { role: 'admin', expires_ms: some } } }),
  userPut: () => ({
    body: { name: 'bob', role: 'viewer', passphrase },
    row: { action: 'user.put', object: 'bob', before: null, after: { name: 'bob', role: 'viewer', passphrase: '(hidden)' } },
  }),
  userDelete: async () => {
    await house.rooms.access.putUser({ name: 'eve', role: 'editor', passphrase }, tester);
    return { params: { name: 'eve' }, row: { action: 'user.remove', object: 'eve', before: { name: 'eve', role: 'editor' }, after: null } };
  },
  tokenCreate: () => ({ body: { name: 'ci', role: 'viewer' }, row: { action: 'token.create', before: null, after: { name: 'ci', role: 'viewer' } } }),
  tokenDelete: async () => {
    const { id } = (await house.rooms.access.makeToken({ name: 'old', role: 'viewer' }, tester)).token;
    return { params: { id }, row: { action: 'token.revoke', object: id, before: { name: 'old' }, after: null } };
  },
  grantSet: async () => {
    await house.rooms.access.putUser({ name: 'gus', role: 'guest', passphrase }, tester);
    const body = { subject: { kind: 'user', name: 'gus' }, object: { kind: 'project', name: 'vision' }, level: 'edit' };
    const after = { subject: 'user:gus', object: 'project/vision', level: 'edit' };
    return { body, row: { action: 'grant.set', object: 'project/vision', before: null, after } };
  },
  grantRemove: async () => {
    const object = { kind: 'project' as const, id: 'sound' };
    await house.rooms.access.putUser({ name: 'gil', role: 'guest', passphrase }, tester);
    const { id } = await house.rooms.access.grants.set({ subject: { kind: 'user', name: 'gil' }, object, level: 'read', by: tester });
    const before = { subject: 'user:gil', object: 'project/sound', level: 'read' };
    return { params: { id }, row: { action: 'grant.remove', object: 'project/sound', before, after: null } };
  },
  projectMove: () => ({
    params: { name: 'vision' },
    body: { kind: 'model', name: 'eyes' },
    row: { action: 'model.tag', object: 'eyes', before: null, after: { key: 'project', value: 'vision' } },
  }),
  devicePatch: () => ({
    params: { id: 'edge-1' },
    body: { labels: { site: 'north' } },
    row: { action: 'device.patch', object: device.id, before: { labels: {} }, after: { name: 'edge-1', labels: { site: 'north' } } },
  }),
  deviceRemove: async () => {
    const { id } = await joinDevice(house.rooms, 'edge-2', { site: 'south' });
    return { params: { id }, row: { action: 'device.remove', object: id, before: { name: 'edge-2', labels: { site: 'south' } }, after: null } };
  },
  joinTokenCreate: () => ({ body: { name: 'batch', uses_max: 3 }, row: { action: 'join_token.create', before: null, after: { name: 'batch', uses_max: 3 } } }),
  joinTokenDelete: async () => {
    const id = await joinToken();
    return { params: { id }, row: { action: 'join_token.revoke', object: id, before: { name: 't', uses: 0 }, after: null } };
  },
  webhookCreate: () => ({
    body: { name: 'hook', url: 'http://hooks.invalid/', events: ['model_version.created'], secret: passphrase },
    row: { action: 'webhook.create', before: null, after: { name: 'hook', url: 'http://hooks.invalid/', has_secret: true } },
  }),
  webhookDelete: async () => {
    const { id } = await webhook();
    return { params: { id }, row: { action: 'webhook.delete', object: id, before: { name: 'old' }, after: null } };
  },
  webhookTest: async () => {
    const { id } = await webhook();
    return { params: { id }, row: { action: 'webhook.test', object: id, before: null, after: { event: 'prompt.created', status: null } } };
  },
  answerLabel: () => ({
    body: { labels: [{ device: 'edge-1', reference: 1, label: 0 }] },
    row: { action: 'answer.label', object: 'answers', before: null, after: { labels: 1, devices: [device.id] } },
  }),
  deviceCapture: () => ({
    params: { id: 'edge-1' },
    body: { predictions_every: 1 },
    row: { action: 'device.capture', object: device.id, before: { capture: { sample_every: 500 } }, after: { capture: { predictions_every: 1 } } },
  }),
  channelPut: () => ({
    params: { name: 'ops' },
    body: { kind: 'slack', to: 'http://hooks.invalid/secret', model: 'eyes' },
    row: { action: 'channel.put', object: 'ops', before: null, after: { name: 'ops', kind: 'slack', to: 'http://hooks.invalid/…', model: 'eyes' } },
  }),
  channelRemove: async () => {
    await channel('old');
    return { params: { name: 'old' }, row: { action: 'channel.remove', object: 'old', before: { name: 'old', kind: 'webhook' }, after: null } };
  },
  channelTest: async () => {
    await channel('tested');
    return { params: { name: 'tested' }, row: { action: 'channel.test', object: 'tested', before: null, after: { status: null } } };
  },
  groupPut: () => ({
    params: { name: 'north' },
    body: { selector: 'site=north' },
    row: { action: 'group.put', object: 'north', before: null, after: { selector: 'site=north' } },
  }),
  groupDelete: async () => {
    await house.rooms.fleet.putGroup('south', 'site=south', tester);
    return { params: { name: 'south' }, row: { action: 'group.remove', object: 'south', before: { selector: 'site=south' }, after: null } };
  },
  modelRegister: async () => {
    const digest = await put('another model');
    return { params: { name: 'ears' }, body: { digest }, row: { action: 'version.register', object: 'ears/1', before: null, after: { version: 1, digest } } };
  },
  aliasPut: async () => {
    await house.rooms.registry.setAlias({ model: 'eyes', alias: 'best', version, by: tester, reason: 'the first' });
    const params = { name: 'eyes', alias: 'best' };
    const row = { action: 'alias.set', object: 'eyes/best', before: { version, reason: 'the first' }, after: { version, reason: 'still' } };
    return { params, body: { version, reason: 'still' }, row };
  },
  bundleBuild: async () => {
    const body = { pipeline: await put(pipeline_text), profile: await put(profile_text), target: { os: 'linux', arch: 'arm' } };
    return {
      params: { name: 'eyes', version },
      body,
      row: { action: 'bundle.build', object: `eyes/${version}`, before: null, after: { os: 'linux', arch: 'arm' } },
    };
  },
  // a blob is bytes under their digest: what is made of it has a row
  blobPut: async () => ({ params: { digest: await put('bytes') }, body: Buffer.from('bytes'), row: null }),
  datasetCommit: async () => ({
    params: { name: 'digits' },
    body: { files: [{ path: 'x', sha256: await put('x'), size_bytes: 1 }], note: 'n' },
    row: { action: 'dataset.commit', object: 'digits/1', before: null, after: { version: 1, files: 1, note: 'n' } },
  }),
  sampleLabel: () => ({
    body: { labels: [{ id: sample, label: 7 }] },
    row: { action: 'sample.label', object: 'samples', before: [{ id: sample, label: null }], after: [{ id: sample, label: 7 }] },
  }),
  runCreate: () => ({ body: { experiment: 'e', name: 'first' }, row: { action: 'run.create', before: null, after: { experiment: 'e', name: 'first' } } }),
  // metric points come as often as a training likes
  runLog: async () => ({ params: { id: await run() }, body: { metrics: [{ key: 'loss', value: 1 }] }, row: null }),
  workflowPut: () => ({
    params: { name: 'new' },
    body: { steps },
    row: { action: 'workflow.define', object: 'new', before: null, after: { version: 1, steps } },
  }),
  executionStart: () => ({
    params: { name: 'flow' },
    body: { params: { epochs: '3', token: 'hunter2' } },
    row: { action: 'execution.start', before: null, after: { workflow: 'flow', params: { epochs: '3', token: '(hidden)' } } },
  }),
  executionCancel: async () => {
    const id = await execution();
    return { params: { id }, row: { action: 'execution.cancel', object: id, before: { state: 'running' }, after: { state: 'cancelled' } } };
  },
  rolloutCreate: () => ({
    body: { model: 'eyes', version, waves: ['100%'] },
    row: { action: 'rollout.create', before: null, after: { model: 'eyes', model_version: version, state: 'running', waves: [1] } },
  }),
  rolloutPause: async () => {
    const id = await rollout();
    return { params: { id }, row: { action: 'rollout.pause', object: id, before: { state: 'running' }, after: { state: 'paused' } } };
  },
  rolloutResume: async () => {
    const id = await rollout();
    await house.rooms.rollouts.pause(id, tester);
    return { params: { id }, row: { action: 'rollout.resume', object: id, before: { state: 'paused' }, after: { state: 'running' } } };
  },
  rolloutAbort: async () => {
    const id = await rollout();
    return { params: { id }, row: { action: 'rollout.abort', object: id, before: { state: 'running' }, after: { state: 'aborted' } } };
  },
  // a worker's leases and lines come by the second; what its steps make has rows
  workerClaim: async () => {
    await execution();
    return { body: { worker: 'w' }, row: null };
  },
  workerRenew: async () => ({ body: await claimed(), row: null }),
  workerLog: async () => ({ body: { ...(await claimed()), first: 0, lines: [{ at_ms: 1, stream: 'stdout', text: 'hello' }] }, row: null }),
  workerComplete: async () => ({ body: { ...(await claimed()), outcome: 'succeeded' }, row: null }),
  reportPut: () => ({
    params: { name: 'weekly' },
    body: { model: 'eyes', every_ms: 604_800_000 },
    row: { action: 'report.put', object: 'weekly', before: null, after: { subject: { model: 'eyes' }, every_ms: 604_800_000, keep: 12 } },
  }),
  reportDelete: async () => {
    await house.rooms.reports.put({ name: 'old', subject: {}, every_ms: 3_600_000, keep: 1 }, tester);
    return { params: { name: 'old' }, row: { action: 'report.remove', object: 'old', before: { every_ms: 3_600_000 }, after: null } };
  },
  monitorPut: () => ({
    params: { name: 'default-eyes' },
    body: { model: 'eyes', distance_min: 0.3 },
    row: { action: 'monitor.put', object: 'default-eyes', before: { distance_min: 0.12 }, after: { distance_min: 0.3, model: 'eyes' } },
  }),
  alertAck: () => ({
    params: { id: alert },
    body: { reason: 'I clean it' },
    row: {
      action: 'alert.acknowledge',
      object: alert,
      before: { state: 'firing', acknowledged: null },
      after: { state: 'acknowledged', acknowledged: { by: 'token:first-administrator', reason: 'I clean it' } },
    },
  }),
  alertSilence: () => ({
    params: { id: alert },
    body: { reason: 'until noon', for_ms: 60_000 },
    row: { action: 'alert.silence', object: alert, before: { silenced: null }, after: { silenced: { by: 'token:first-administrator', reason: 'until noon' } } },
  }),
  triggerPut: () => ({
    params: { name: 'retrain' },
    body: { workflow: 'flow', on: { kind: 'alert', model: 'eyes' }, cooldown_ms: 1 },
    row: { action: 'trigger.put', object: 'retrain', before: null, after: { workflow: 'flow', model: 'eyes', enabled: true } },
  }),
  triggerDelete: async () => {
    await house.rooms.triggers.put({ name: 'gone', workflow: 'flow', model: 'm', cooldown_ms: 0, params: {}, enabled: true }, tester);
    return { params: { name: 'gone' }, row: { action: 'trigger.remove', object: 'gone', before: { workflow: 'flow' }, after: null } };
  },
};

const changing = (Object.keys(routes) as RouteName[]).filter((name) => routes[name].method !== 'GET');

async function send(name: RouteName, { params = {}, body }: Asked): Promise<{ status: number; text: string }> {
  const { method, path } = routes[name] as Route;
  const url = path.replaceAll(/:(\w+)/g, (_, key: string) => encodeURIComponent(String(params[key])));
  const type = body instanceof Buffer ? 'application/octet-stream' : 'application/json';
  const headers = { authorization: `Bearer ${admin_token}`, ...(body === undefined ? {} : { 'content-type': type }) };
  const payload = body === undefined ? {} : { payload: body instanceof Buffer ? body : JSON.stringify(body) };
  const response = await running.app.inject({ method, url, headers, ...payload });
  return { status: response.statusCode, text: response.body };
}

describe('a change by a person', () => {
  it('is asked for by every route that is not a GET', () => {
    expect(changing.length).toBeGreaterThan(35);
    expect(Object.keys(requests).toSorted()).toEqual(changing.toSorted());
  });

  it.each(changing)('%s leaves exactly its row, and is not there where the row cannot be written', async (name) => {
    const asked = await requests[name]!();
    const { db } = house.database;
    if (asked.row) {
      const before = await snapshot(db);
      const refused = await withoutAudit(db, () => send(name, asked));
      expect(refused.status, refused.text).toBe(500);
      expect(await snapshot(db)).toEqual(before);
    }
    const last = (await auditRows(db)).at(-1)!.id;
    const answer = await send(name, asked);
    expect(answer.status, answer.text).toBe(200);
    const rows = (await auditRows(db)).filter((row) => row.id > last);
    const from = { actor: 'token:first-administrator', source: '127.0.0.1' };
    expect(rows).toHaveLength(asked.row ? 1 : 0);
    expect(rows).toMatchObject(asked.row ? [{ ...from, ...asked.row }] : []);
  });
});

describe('a change that changes nothing', () => {
  it('leaves no row: the same file, steps, files or key again', async () => {
    const { registry, datasets, workflows, rollouts, fleet } = house.rooms;
    const digest = await put('the same');
    const file = [{ path: 'same', sha256: digest, size_bytes: 8 }];
    const ask = async () => {
      await registry.register({ model: 'same', digest, by: ada });
      await datasets.commit('same', file, { by: ada, note: '' });
      await workflows.executions.define('same', steps, ada);
      await workflows.executions.start({ workflow: 'same', key: 'same', cause: 'test', by: ada });
      await rollouts.create({ model: 'eyes', version, key: 'same', cause: 'test', by: ada });
      await fleet.patch(device.id, {}, ada);
      await registry.buildBundle({
        model: 'eyes',
        version,
        target: { os: 'linux', arch: 'x64' },
        pipeline: await put(pipeline_text),
        profile: await put(profile_text),
        by: ada,
      });
    };
    await ask();
    const rows = await auditRows(house.database.db);
    await ask();
    expect(await auditRows(house.database.db)).toHaveLength(rows.length);
  });
});

describe('a device that joins', () => {
  it('is who enrolled it, and is not in where the row cannot be written; its join token is not used up by that', async () => {
    const { fleet } = house.rooms;
    const { secret, token } = await fleet.makeJoinToken({ name: 'gate', labels: {}, uses_max: 1, expires_in_ms: 60_000 }, tester);
    const platform = { os: 'linux', arch: 'arm', runtime: 'node 18' };
    const body = { proto: 1, token: secret, public_key: makeKey().public_key, name: 'gate-1', labels: { kind: 'camera' }, platform };
    const enrol = () =>
      running.app.inject({ method: 'POST', url: '/api/device/v1/enrol', headers: { 'content-type': 'application/json' }, payload: JSON.stringify(body) });
    const before = await snapshot(house.database.db);
    expect((await withoutAudit(house.database.db, enrol)).statusCode).toBe(500);
    expect(await snapshot(house.database.db)).toEqual(before);
    const { device: id } = (await enrol()).json() as { device: string };
    expect((await auditRows(house.database.db)).at(-1)).toMatchObject({
      actor: `device:${id}`,
      action: 'device.enrol',
      object: id,
      before: null,
      after: { name: 'gate-1', labels: { kind: 'camera' }, join_token: token.id },
      source: '127.0.0.1',
    });
  });
});

describe('the port', () => {
  it('refuses a row outside of a transaction', async () => {
    const change = { by: ada, action: 'group.put', object: 'g', before: null, after: null };
    const rows = (await auditRows(house.database.db)).length;
    await expect(makeAudit(house.clock)(house.database.db, change)).rejects.toMatchObject({ code: 'HF-ACCESS-012' });
    expect(await auditRows(house.database.db)).toHaveLength(rows);
  });
});

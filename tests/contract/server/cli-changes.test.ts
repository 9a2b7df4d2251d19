// contract/server: the commands that change something, against a running server: what they say is what is there afterwards.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Database } from '@holdfast/postgres';
import { testDatabase } from '@holdfast/postgres/testing';
import { encodeSample } from '@holdfast/protocol';
import { type RunningServer, migrations, startServer } from '@holdfast/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Done, run } from '../../../packages/cli/test/run.ts';
import { databaseUrl } from './database-url.ts';
import { admin_token, joinDevice, pipeline_text, profile_text, record, shipVersion, sync } from './support.ts';

let folder: string;
let database: Database;
let server: RunningServer;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'hf-cli-changes-'));
  database = await testDatabase(migrations);
  server = await startServer({ folder, port: 0, host: '127.0.0.1', database: databaseUrl(database), admin_token, worker: false, log: () => undefined });
});
afterAll(async () => {
  await server.stop();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const at = (name: string): string => path.join(folder, name);
const holdfast = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Done> =>
  run(args, { HOLDFAST_SERVER: server.url, HOLDFAST_TOKEN: admin_token, HOLDFAST_DATA: folder, ...env });
/** What a command prints as JSON; one that fails fails the test with what it said. */
async function json(...args: string[]): Promise<Record<string, unknown>> {
  const done = await holdfast(args.some((arg) => arg.startsWith('--json')) ? args : [...args, '--json']);
  expect(done.stderr).toBe('');
  return JSON.parse(done.stdout) as Record<string, unknown>;
}
const list = async (...args: string[]) => (await json(...args)) as unknown as Record<string, unknown>[];
async function put(name: string, content: string | Uint8Array): Promise<string> {
  await mkdir(path.dirname(at(name)), { recursive: true });
  await writeFile(at(name), content);
  return at(name);
}

describe('devices and what lets them in', () => {
  it('are renamed, labelled and removed', async () => {
    const { id } = await joinDevice(server.rooms, 'old', { site: 'north', line: '3' });
    expect(await json('device', 'rename', 'old', 'new')).toMatchObject({ id, name: 'new' });
    expect(await json('device', 'labels', 'new', 'site=south', 'line=')).toMatchObject({ labels: { site: 'south' } });
    expect(await json('device', 'labels', 'new')).toEqual({ site: 'south' });
    expect(await json('group', 'set', 'south', 'site=south')).toMatchObject({ devices: 1 });
    expect(await json('device', 'rm', 'new')).toEqual({ device: 'new', removed: true });
    expect(await json('group', 'rm', 'south')).toEqual({ name: 'south', removed: true });
    expect(await list('group', 'ls')).toEqual([]);
  });

  it('join by a token that is made, listed and revoked', async () => {
    const made = await holdfast(['join-token', 'make', 'line-3', '--uses', '2', '--label', 'site=north']);
    expect(made.stdout).toMatch(/^hf:\/\/127\.0\.0\.1:\d+\/hfj_\S+\n$/);
    const [token] = await list('join-token', 'ls');
    expect(token).toMatchObject({ name: 'line-3', left: 2, labels: { site: 'north' } });
    await json('join-token', 'rm', String(token!['id']));
    expect((await holdfast(['join-token', 'rm', 'none'])).stderr).toContain('holdfast join-token ls');
  });
});

describe('people', () => {
  it('sign in by a new link, by name, and by token', async () => {
    const link = (await holdfast(['login-link'])).stdout.trim();
    const signIn = () =>
      fetch(`${server.url}/api/v1/session/link`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token: link.split('/login#')[1] }),
      });
    expect(await (await signIn()).json()).toMatchObject({ role: 'admin' });
    expect((await signIn()).status).toBe(401); // one time
    expect((await holdfast(['user', 'add', 'ada', 'editor'])).stderr).toContain('HOLDFAST_PASSPHRASE: saw nothing');
    expect((await holdfast(['user', 'add', 'ada', 'editor'], { HOLDFAST_PASSPHRASE: 'correct horse battery' })).code).toBe(0);
    expect(await list('user', 'ls', '--json=name,role')).toEqual([{ name: 'ada', role: 'editor' }]);
    const secret = (await holdfast(['token', 'make', 'ci', '--role', 'editor', '--days', '1'])).stdout.trim();
    expect(JSON.parse((await holdfast(['whoami', '--json'], { HOLDFAST_TOKEN: secret })).stdout)).toMatchObject({ user: 'ci', role: 'editor' });
    const token = (await list('token', 'ls')).find((t) => t['name'] === 'ci');
    await json('token', 'rm', String(token!['id']));
    expect(await holdfast(['whoami'], { HOLDFAST_TOKEN: secret })).toMatchObject({ code: 4, stderr: expect.stringContaining('HF-ACCESS-002') as string });
    await json('user', 'rm', 'ada');
    expect((await list('audit', '--object', 'ada')).length).toBeGreaterThan(1);
  });
});

describe('grants and projects', () => {
  it('are given, listed, moved and taken back', async () => {
    expect((await holdfast(['user', 'add', 'gus', 'guest'], { HOLDFAST_PASSPHRASE: 'correct horse battery' })).code).toBe(0);
    await json('run', 'start', 'lines');
    const secret = (await holdfast(['token', 'make', 'paint', '--role', 'guest', '--project', 'paint'])).stdout.trim();
    await holdfast(['run', 'start', 'colours'], { HOLDFAST_TOKEN: secret });
    expect(await json('grant', 'set', 'edit', '--user', 'gus', '--experiment', 'lines')).toMatchObject({
      level: 'edit',
      object: { kind: 'experiment', name: 'lines' },
    });
    const token = (await list('token', 'ls')).find((one) => one['name'] === 'paint')!;
    expect(token).toMatchObject({ role: 'guest', project: 'paint' });
    await json('grant', 'set', 'read', '--for-token', String(token['id']), '--experiment', 'lines');
    expect(await list('grant', 'ls', '--experiment', 'lines', '--json=who,level,on')).toEqual([
      { who: 'user gus', level: 'edit', on: 'experiment lines' },
      { who: 'token paint', level: 'read', on: 'experiment lines' },
    ]);
    expect(await json('project', 'move', 'paint', '--experiment', 'lines')).toEqual({ kind: 'experiment', name: 'lines', project: 'paint' });
    expect(await list('project', 'ls')).toContainEqual({ name: 'paint', experiments: 2, runs: 2, models: 0, members: 1 });
    const [grant] = await list('grant', 'ls', '--user', 'gus');
    await json('grant', 'rm', String(grant!['id']));
    expect(await list('grant', 'ls', '--user', 'gus')).toEqual([]);
    expect((await holdfast(['grant', 'set', 'read', '--user', 'a', '--for-token', 'b', '--model', 'm'])).stderr).toContain('saw a user and a token');
    expect(await holdfast(['device', 'ls'], { HOLDFAST_TOKEN: secret })).toMatchObject({ code: 5 });
  });
});

describe('models and bundles', () => {
  it('go from files of this machine to a bundle that is verified without a server', async () => {
    const model = await put('model.onnx', 'a model');
    expect(await json('model', 'register', 'parts', model, '--metric', 'accuracy=0.93', '--code', 'abc')).toMatchObject({ version: 1 });
    expect(await json('version', 'show', 'parts', '1')).toMatchObject({ metrics: { accuracy: 0.93 }, lineage: { code: 'abc' } });
    expect(await json('model', 'alias', 'parts', 'champion', '1', '--reason', 'the first')).toMatchObject({ alias: 'champion', version: 1 });
    expect(await list('model', 'history', 'parts')).toMatchObject([{ kind: 'alias', name: 'champion', before: null, after: '1', reason: 'the first' }]);
    const files = ['--pipeline', await put('pipeline.json', pipeline_text), '--profile', await put('profile.json', profile_text)];
    const built = await json('bundle', 'build', 'parts', '1', ...files, '--target', 'linux/arm64', '--file', `names.txt=${await put('names.txt', 'a b')}`);
    expect(await list('bundle', 'ls', 'parts')).toMatchObject([{ version: 1, platform: 'linux/arm64', digest: built['digest'] }]);

    const keys = await put('keys.txt', (await holdfast(['release-key', 'ls'])).stdout);
    await json('bundle', 'get', String(built['digest']), '-o', at('parts.bundle'));
    const away = { HOLDFAST_SERVER: 'http://127.0.0.1:9' };
    const verify = (file: string, key = keys) => holdfast(['bundle', 'verify', file, '--key', key, '--json'], away);
    const checked = JSON.parse((await verify(at('parts.bundle'))).stdout) as { files: { path: string }[] };
    expect(checked).toMatchObject({ model: 'parts', version: 1, target: 'linux/arm64', digest: built['digest'] });
    expect(checked.files.map((f) => f.path)).toContain('names.txt');

    const bytes = await readFile(at('parts.bundle'));
    bytes[bytes.length - 1]! ^= 1;
    expect((await verify(await put('flipped.bundle', bytes))).stderr).toContain('HF-BUNDLE-002');
    expect((await verify(await put('short.bundle', bytes.subarray(0, 100)))).stderr).toContain('HF-BUNDLE-001');
    expect((await verify(await put('none.bundle', 'not a bundle'))).stderr).toContain('HF-BUNDLE-005');
    const stranger = 'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=';
    expect((await verify(at('parts.bundle'), stranger)).stderr).toContain('HF-BUNDLE-003');
    expect((await verify(at('parts.bundle'), 'no key')).stderr).toContain('HF-CLI-006');
  });

  it('are refused as the server refuses them, where a blob may not be read or written', async () => {
    const { secret } = (await json('token', 'make', 'small')) as { secret: string };
    const model = await put('other.onnx', 'another model');
    expect(await holdfast(['model', 'register', 'x', model], { HOLDFAST_TOKEN: secret })).toMatchObject({ code: 5 });
    expect(await holdfast(['model', 'register', 'x', model], { HOLDFAST_TOKEN: 'hft_none' })).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('HF-ACCESS-002') as string,
    });
  });

  it.each([503, 500, 403])('stop at a status %i to the question whether a file is there, and upload nothing', async (status) => {
    const asked: string[] = [];
    const proxy = http.createServer((request, response) => {
      asked.push(request.method!);
      response.writeHead(status).end('<html>not our server</html>');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const done = await holdfast(['model', 'register', 'x', await put('other.onnx', 'x')], {
      HOLDFAST_SERVER: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    });
    expect(done.stderr).toContain(`status ${status}`);
    expect(asked).toEqual(['HEAD', 'GET']);
    await new Promise((resolve) => proxy.close(resolve));
  });
});

describe('datasets', () => {
  it('come back as they went, and what is there already is not fetched again', async () => {
    for (const [name, content] of [
      ['in/a.txt', 'a'],
      ['in/deep/b.txt', 'b'],
    ] as const)
      await put(name, content);
    expect(await json('dataset', 'add', 'parts', at('in'), '--note', 'first')).toMatchObject({ version: 1, note: 'first' });
    expect(await json('dataset', 'get', 'parts', at('out'))).toMatchObject({ version: 1, files: 2, written: 2 });
    await writeFile(at('out/deep/b.txt'), 'changed');
    expect(await json('dataset', 'get', 'parts', at('out'), '--version', '1')).toMatchObject({ written: 1 });
    expect(await readFile(at('out/deep/b.txt'), 'utf8')).toBe('b');
    expect(await holdfast(['dataset', 'get', 'parts', at('out'), '--version', '9'])).toMatchObject({ code: 3 });
    await mkdir(at('empty'));
    expect((await holdfast(['dataset', 'add', 'parts', at('empty')])).stderr).toContain('HF-CLI-010');
  });
});

describe('samples', () => {
  it('are listed, written as images, and labelled one by one or from a file', async () => {
    const { id } = await joinDevice(server.rooms, 'camera');
    const head = {
      v: 1 as const,
      at_ms: 0,
      model: 'eyes',
      model_version: 1,
      width: 2,
      height: 1,
      channels: 1,
      predicted: 3,
      confidence: 0.5,
      reason: 'steady' as const,
    };
    await sync(
      server.rooms,
      id,
      [1, 2, 3].map((n) => record(n, 'samples', encodeSample({ ...head, reference: n }, Uint8Array.of(n, 9)))),
    );
    const ids = (await list('sample', 'ls', '--unlabelled')).map((s) => Number(s['id']));
    expect(ids).toHaveLength(3);
    await json('sample', 'get', String(ids[1]), '-o', at('sample.pgm'));
    expect(await readFile(at('sample.pgm'))).toEqual(Buffer.concat([Buffer.from('P5\n2 1\n255\n'), Buffer.of(2, 9)]));
    expect(await json('sample', 'label', String(ids[0]), '7')).toEqual({ labelled: 1, given: 1 });
    expect(await json('sample', 'label', '--csv', await put('labels.csv', `id,class\r\n${ids[1]},1\r\n${ids[2]}, 2\r\n`))).toEqual({ labelled: 2, given: 2 });
    expect(await list('sample', 'ls', '--labelled', '--json=label')).toEqual([{ label: 7 }, { label: 1 }, { label: 2 }]);
    const wrong = await holdfast(['sample', 'label', '--csv', await put('labels.csv', `${ids[1]},5\n${ids[2]},cat\n`)]);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('in line 2') as string });
    expect((await list('sample', 'ls', '--json=label'))[1]).toEqual({ label: 1 }); // nothing of a file that is wrong is sent
    expect(await holdfast(['sample', 'get', '999', '-o', at('none')])).toMatchObject({ code: 3 });
  });

  it('that the model was not sure of are found by their reason, the least sure first; without an image they are written as inputs; what nobody can tell is dismissed', async () => {
    const { id } = await joinDevice(server.rooms, 'scale');
    const size = { width: 0, height: 0, channels: 0, predicted: 0 };
    const head = { v: 1 as const, at_ms: 0, model: 'weights', model_version: 1, ...size, reason: 'quarantine' as const };
    const inputs = [['mass, kg', 1.5], ['tilt', null]] as const; // prettier-ignore
    const kept = [0.5, 0.2, 0.4, 0.2].map((confidence, i) => record(i + 1, 'samples', encodeSample({ ...head, reference: i, confidence, inputs, inputs_left_out: 2 }, new Uint8Array(0)))); // prettier-ignore
    await sync(server.rooms, id, kept);
    const waiting = () => list('sample', 'ls', '--model', 'weights', '--reason', 'quarantine', '--unlabelled', '--least-confident');
    const rows = await waiting();
    expect(rows.map((row) => row['confidence'])).toEqual([0.2, 0.2, 0.4, 0.5]);
    expect(rows[0]).toMatchObject({ width: 0, inputs: [{ name: 'mass, kg', value: 1.5 }, { name: 'tilt', value: null }], inputs_left_out: 2, dismissed: false }); // prettier-ignore
    const [first, second] = rows.map((row) => String(row['id']));
    const rest = await list('sample', 'ls', '--model', 'weights', '--least-confident', '--after', first!);
    expect(rest.map((row) => row['id'])).toEqual(rows.slice(1).map((row) => row['id']));
    await json('sample', 'get', first!, '-o', at('sample.csv'));
    expect(await readFile(at('sample.csv'), 'utf8')).toBe('name,value\n"mass, kg",1.5\ntilt,\n');
    expect(await json('sample', 'dismiss', first!, second!)).toEqual({ dismissed: 2, given: 2 });
    expect((await waiting()).map((row) => row['confidence'])).toEqual([0.4, 0.5]);
    expect(await list('sample', 'ls', '--model', 'weights', '--dismissed', '--json=dismissed,label')).toEqual([1, 2].map(() => ({ dismissed: true, label: null }))); // prettier-ignore
    await json('sample', 'label', first!, '3');
    expect(await list('sample', 'ls', '--model', 'weights', '--labelled', '--json=dismissed,label')).toEqual([{ dismissed: false, label: 3 }]);
    expect(await holdfast(['sample', 'dismiss', 'all'])).toMatchObject({ code: 2 });
    expect(await holdfast(['sample', 'ls', '--reason', 'boredom'])).toMatchObject({ code: 2 });
  });

  it('of doubt are asked for with the capture of a device, and no more where it is set to 0', async () => {
    const { id } = await joinDevice(server.rooms, 'doubter');
    const rule = async () => (await server.rooms.fleet.device(id)).capture.quarantine;
    const capture = (...words: string[]) => holdfast(['device', 'capture', 'doubter', ...words]);
    expect(await capture('--quarantine-below', '0.6', '--quarantine-an-hour', '9')).toMatchObject({ code: 0 });
    expect(await rule()).toEqual({ confidence_below: 0.6, an_hour_max: 9 });
    await capture('--sample-every', '7');
    expect(await rule()).toEqual({ confidence_below: 0.6, an_hour_max: 9 });
    expect(await capture('--quarantine-an-hour', '5')).toMatchObject({ code: 2, stderr: expect.stringContaining('HF-CLI-008') as string });
    await capture('--quarantine-below', '0');
    expect(await rule()).toBeUndefined();
    await capture('--quarantine-below', '0.25');
    expect(await rule()).toEqual({ confidence_below: 0.25, an_hour_max: 60 });
    expect(await capture('--quarantine-below', '1.5')).toMatchObject({ code: 2 });
  });
});

describe('runs', () => {
  it('are started, logged and ended', async () => {
    const id = (await holdfast(['run', 'start', 'parts', 'baseline'])).stdout.trim();
    await json('run', 'log', id, '--param', 'epochs=4', '--metric', 'accuracy=0.9', '--step', '2', '--tag', 'by=me', '--state', 'finished');
    expect(await json('run', 'show', id)).toMatchObject({ name: 'baseline', state: 'finished', params: { epochs: '4' } });
    expect(await list('run', 'metric', id, 'accuracy')).toMatchObject([{ step: 2, value: 0.9 }]);
    expect(await json('experiment', 'show', 'parts')).toMatchObject({ runs: 1, last_runs: [{ id }] });
    expect((await holdfast(['run', 'log', id])).stderr).toContain('nothing to log');
  });
});

describe('what watches', () => {
  it('is set, shown and removed', async () => {
    await shipVersion(server.rooms, 'watched');
    expect(await json('monitor', 'set', 'm', '--model', 'watched', '--distance-min', '0.2')).toMatchObject({ distance_min: 0.2, enabled: true });
    expect(await json('monitor', 'set', 'm', '--disable')).toMatchObject({ distance_min: 0.2, enabled: false });
    expect(await json('monitor', 'show', 'm')).toMatchObject({ model: 'watched' });
    await put('workflow.json', JSON.stringify({ steps: [{ name: 'a', kind: 'command', argv: ['true'] }] }));
    await json('workflow', 'set', 'flow', at('workflow.json'));
    await json('trigger', 'set', 't', '--workflow', 'flow', '--model', 'watched', '--cooldown-s', '60', '--param', 'a=b', '--disable');
    expect(await json('trigger', 'show', 't')).toMatchObject({ cooldown_ms: 60_000, enabled: false, params: { a: 'b' } });
    await json('trigger', 'rm', 't');
    expect(await holdfast(['trigger', 'show', 't'])).toMatchObject({ code: 3 });
  });
});

describe('workflows', () => {
  it('are set from a file, run, listed and cancelled', async () => {
    await put('flow.json', JSON.stringify({ steps: [{ name: 'a', kind: 'command', argv: ['true'] }] }));
    expect(await json('workflow', 'set', 'mine', at('flow.json'))).toEqual({ name: 'mine', version: 1, steps: ['a'] });
    const { id } = await json('workflow', 'run', 'mine', '--param', 'x=1', '--key', 'k');
    expect(await json('workflow', 'run', 'mine', '--key', 'k')).toMatchObject({ id });
    expect(await list('execution', 'ls', '--workflow', 'mine')).toMatchObject([{ id, params: { x: '1' } }]);
    expect((await holdfast(['execution', 'logs', String(id), 'none'])).stderr).toContain(`holdfast execution show ${String(id)}`);
    expect(await holdfast(['execution', 'logs', String(id)])).toMatchObject({ code: 0 });
    expect(await json('execution', 'cancel', String(id))).toMatchObject({ state: 'cancelled' });
  });

  it.each([
    ['not JSON', '{"steps": [', 'HF-CLI-010'],
    ['of another shape', '[]', 'HF-CLI-010'],
    ['with a step of an unknown kind', '{"steps": [{"name": "a", "kind": "dance"}]}', 'HF-REQ-001'],
  ])('are refused where the file is %s', async (_, content, code) => {
    expect((await holdfast(['workflow', 'set', 'x', await put('x.json', content)])).stderr).toContain(code);
  });
});

describe('rollouts', () => {
  it('are started, paused, resumed and aborted', async () => {
    await shipVersion(server.rooms, 'moved');
    await joinDevice(server.rooms, 'mover', { site: 'east' });
    const { id } = await json('rollout', 'start', 'moved', '1', '--selector', 'site=east', '--waves', '100%', '--watch-s', '5', '--error-share', '0.5');
    expect(await json('rollout', 'show', String(id))).toMatchObject({ watch_ms: 5_000, error_share: 0.5, selector: 'site=east' });
    expect(await json('rollout', 'pause', String(id))).toMatchObject({ state: 'paused' });
    expect(await json('rollout', 'resume', String(id))).toMatchObject({ state: 'running' });
    expect(await json('rollout', 'abort', String(id))).toMatchObject({ state: 'aborted' });
    expect(await holdfast(['rollout', 'pause', String(id)])).toMatchObject({ code: 6 });
  });
});

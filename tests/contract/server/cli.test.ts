// contract/server: the built command line against a running server: JSON on every read command, exit codes, and what it says.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Database } from '@holdfast/postgres';
import { testDatabase } from '@holdfast/postgres/testing';
import { type RunningServer, migrations, startServer } from '@holdfast/server';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { run } from '../../../packages/cli/test/run.ts';
import { databaseUrl } from './database-url.ts';
import { admin_token, event, joinDevice, record, shipVersion, storeProfile, sync, turnAll, windowOf, tester, pipeline_text, profile_text } from './support.ts';

const program = path.join(import.meta.dirname, '..', '..', '..', 'packages', 'cli', 'bin', 'holdfast.mjs');
let folder: string;
let database: Database;
let url: string;
let server: RunningServer;
let ids: { device: string; alert: string; execution: string; rollout: string; run: string };

const options = (more: object = {}) => ({ folder, port: 0, host: '127.0.0.1', database: url, admin_token, worker: false, log: () => undefined, ...more });

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'hf-cli-'));
  database = await testDatabase(migrations);
  url = databaseUrl(database);
  server = await startServer(options());
  ids = await fill();
});
afterAll(async () => {
  await server.stop();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

/** One of everything, so that every list has a row. */
async function fill(): Promise<typeof ids> {
  const { rooms } = server;
  const device = await joinDevice(rooms, 'edge-1', { site: 'north' });
  const profile = await storeProfile(rooms);
  const hour_ms = 3_600_000;
  const windows = [0, 1].map((n) => ({ ...windowOf(profile, n, true), from_ms: Date.now() - (3 - n) * hour_ms, to_ms: Date.now() - (2 - n) * hour_ms }));
  await sync(rooms, device.id, [record(1, 'events', event('hello')), ...windows.map((window, n) => record(n + 2, 'windows', window))]);
  await rooms.triggers.put({ name: 't', workflow: 'flow', model: 'eyes', cooldown_ms: 0, params: {}, enabled: true }, tester);
  await rooms.fleet.putGroup('north', 'site=north', tester);
  await turnAll(rooms);
  const { version } = await shipVersion(rooms, 'eyes');
  const rollout = await rooms.rollouts.create({ model: 'eyes', version, cause: 'test', by: tester });
  await rooms.workflows.executions.define('flow', [{ name: 'a', kind: 'command', argv: ['true'] }], tester);
  const execution = await rooms.workflows.executions.start({ workflow: 'flow', cause: 'test', by: tester });
  const { digest, size_bytes } = await rooms.registry.blobs.put(Buffer.from('x'));
  await rooms.datasets.commit('digits', [{ path: 'x', sha256: digest, size_bytes }], { by: tester, note: '' });
  const run = await rooms.tracking.start({ experiment: 'e', by: tester });
  await rooms.tracking.log(run, { metrics: [{ key: 'accuracy', value: 0.9, step: 1 }] });
  await rooms.access.putUser({ name: 'ada', role: 'viewer', passphrase: 'correct horse battery' }, tester);
  await rooms.access.makeToken({ name: 'ci', role: 'viewer' }, tester);
  await vi.waitFor(async () => expect(await rooms.alerts.list('open', 10)).toHaveLength(1), 10_000); // the server's own movers turn too
  return { device: device.id, alert: (await rooms.alerts.list('open', 10))[0]!.id, execution, rollout: rollout.id, run };
}

interface Done {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
function holdfast(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Done> {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HOLDFAST_')));
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: { ...clean, HOLDFAST_SERVER: server.url, HOLDFAST_TOKEN: admin_token, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (out.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (out.stderr += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...out })));
}

describe('every read command', () => {
  const reads = (): [string, string[]][] => [
    ['status', ['status']],
    ['device ls', ['device', 'ls']],
    ['device show', ['device', 'show', 'edge-1']],
    ['device timeline', ['device', 'timeline', 'edge-1']],
    ['group ls', ['group', 'ls']],
    ['join-token ls', ['join-token', 'ls']],
    ['release-key ls', ['release-key', 'ls']],
    ['version show', ['version', 'show', 'eyes', '1']],
    ['bundle ls', ['bundle', 'ls', 'eyes']],
    ['experiment show', ['experiment', 'show', 'e']],
    ['run metric', ['run', 'metric', ids.run, 'accuracy']],
    ['monitor show', ['monitor', 'show', 'default-eyes']],
    ['trigger show', ['trigger', 'show', 't']],
    ['workflow show', ['workflow', 'show', 'flow']],
    ['execution ls', ['execution', 'ls']],
    ['whoami', ['whoami']],
    ['model ls', ['model', 'ls']],
    ['model show', ['model', 'show', 'eyes']],
    ['dataset ls', ['dataset', 'ls']],
    ['dataset show', ['dataset', 'show', 'digits']],
    ['experiment ls', ['experiment', 'ls']],
    ['run ls', ['run', 'ls']],
    ['run show', ['run', 'show', ids.run]],
    ['monitor ls', ['monitor', 'ls']],
    ['drift show', ['drift', 'show', '--model', 'eyes']],
    ['alert ls', ['alert', 'ls']],
    ['alert show', ['alert', 'show', ids.alert]],
    ['trigger ls', ['trigger', 'ls']],
    ['workflow ls', ['workflow', 'ls']],
    ['execution show', ['execution', 'show', ids.execution]],
    ['rollout ls', ['rollout', 'ls']],
    ['rollout show', ['rollout', 'show', ids.rollout]],
    ['user ls', ['user', 'ls']],
    ['token ls', ['token', 'ls']],
    ['audit', ['audit']],
    ['explain', ['explain']],
    ['explain CODE', ['explain', 'hf-fleet-001']],
    ['doctor', ['doctor']],
  ];

  it('prints text, and with --json the same rows as valid JSON; fields are chosen, and an unknown one lists the known', async () => {
    const here = (args: readonly string[]) => run(args, { HOLDFAST_SERVER: server.url, HOLDFAST_TOKEN: admin_token, HOLDFAST_DATA: folder });
    const wrong: string[] = [];
    for (const [name, args] of reads()) {
      const json = await here([...args, '--json']);
      const parsed = JSON.parse(json.stdout) as Record<string, unknown> | Record<string, unknown>[];
      const fields = Object.keys((Array.isArray(parsed) ? parsed[0] : parsed) ?? {});
      if (fields.length === 0) wrong.push(`${name}: no row in ${json.stdout}`);
      const unknown = await here([...args, '--json=nothing']);
      if (unknown.code !== 2 || !unknown.stderr.includes('HF-CLI-001') || !fields.every((field) => unknown.stderr.includes(field)))
        wrong.push(`${name}: --json=nothing said ${unknown.code} ${unknown.stderr}`);
      const [text, one] = [await here(args), await here([...args, `--json=${fields[0]}`])];
      const ended = name === 'doctor' ? [0, 1] : [0]; // what doctor finds is of the machine
      if (!ended.includes(text.code) || `${text.stdout}${text.stderr}`.trim() === '') wrong.push(`${name}: ${text.code} ${text.stderr}`);
      const some = JSON.parse(one.stdout) as typeof parsed;
      if (Object.keys(Array.isArray(some) ? some[0]! : some).join(',') !== fields[0]) wrong.push(`${name}: --json=${fields[0]} printed ${one.stdout}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe('exit codes', () => {
  it.each([
    ['0 where it went well', 0, ['status'], {}],
    ['0 where no cohort has changed', 0, ['drift', 'show', '--cohorts'], {}],
    ['2 for wrong usage', 2, ['device', 'ls', '--no-such-option'], {}],
    ['2 for a value that is none', 2, ['rollout', 'start', 'eyes', 'two'], {}],
    ['3 where it is not there', 3, ['device', 'show', 'nobody'], {}],
    ['3 for a code that is none', 3, ['explain', 'HF-NO-999'], {}],
    ['4 where a sign-in is needed', 4, ['status'], { HOLDFAST_TOKEN: 'hft_nothing' }],
    ['8 where the condition was not met', 8, ['drift', 'show', '--model', 'eyes', '--fail-on-drift'], {}],
    ['6 for a conflict', 6, ['alert', 'ack', 'ALERT', '--reason', 'x'], {}],
    ['7 where the server does not answer', 7, ['status'], { HOLDFAST_SERVER: 'http://127.0.0.1:9' }],
  ] as const)('%s', async (_, code, args, env) => {
    if (code === 6) {
      await server.rooms.fleet.remove(ids.device, tester);
      await turnAll(server.rooms);
      await expect.poll(async () => (await server.rooms.alerts.alert(ids.alert)).state).toBe('resolved');
    }
    const done = await holdfast(
      args.map((a) => (a === 'ALERT' ? ids.alert : a)),
      env,
    );
    expect([done.code, done.stderr]).toEqual([code, expect.any(String)]);
    if (code > 2) expect(done.stderr).toMatch(/^HF-[A-Z]+-\d{3}: .+\n.+\nMore: holdfast explain HF-[A-Z]+-\d{3}\n$/);
  });

  it('5 where the role is too small', async () => {
    const { secret } = await server.rooms.access.makeToken({ name: 'small', role: 'viewer' }, tester);
    expect(await holdfast(['group', 'set', 'x', 'a=b'], { HOLDFAST_TOKEN: secret })).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('HF-ACCESS-003') as string,
    });
  });
});

describe('the command line', () => {
  it('registers a file, builds a bundle and adds a dataset, and sends no file twice', async () => {
    await writeFile(path.join(folder, 'model.onnx'), 'a model');
    await writeFile(path.join(folder, 'pipeline.json'), pipeline_text);
    await writeFile(path.join(folder, 'profile.json'), profile_text);
    expect(JSON.parse((await holdfast(['model', 'register', 'cli', 'model.onnx', '--json=version'])).stdout)).toEqual({ version: 1 });
    expect(JSON.parse((await holdfast(['model', 'register', 'cli', 'model.onnx', '--json=version'])).stdout)).toEqual({ version: 1 });
    const build = ['bundle', 'build', 'cli', '1', '--pipeline', 'pipeline.json', '--profile', 'profile.json', '--json=target'];
    expect((await holdfast(build)).stdout).toContain('any');
    expect((await holdfast(['model', 'register', 'cli', 'no-such-file'])).code).toBe(2);
  });

  it('listens on a loopback address unless it is told otherwise', async () => {
    expect((await holdfast(['up', '--help'])).stdout).toMatch(/--host <address>\s+address to listen on\s+\(default: "127\.0\.0\.1"\)/);
  });
});

describe('a server', () => {
  it('listens where it is told and nowhere else', async () => {
    const { hostname, port } = new URL(server.url);
    expect(hostname).toBe('127.0.0.1');
    const outside = Object.values(os.networkInterfaces())
      .flat()
      .find((i) => i && !i.internal && i.family === 'IPv4')?.address;
    if (outside === undefined) return; // a machine without a network: nothing beyond loopback is there
    const reached = await new Promise<boolean>((resolve) => {
      const socket = net.connect({ host: outside, port: Number(port), timeout: 1_000 });
      socket
        .on('connect', () => resolve(true))
        .on('error', () => resolve(false))
        .on('timeout', () => resolve(false));
      socket.on('close', () => socket.destroy());
    });
    expect(reached).toBe(false);
  });

  it('without authentication is refused on any address but loopback', async () => {
    for (const host of ['0.0.0.0', '::', '192.0.2.1', 'edge.example']) {
      await expect(startServer(options({ host, no_auth: true }))).rejects.toMatchObject({ code: 'HF-ACCESS-010' });
    }
  });

  it('says whose the port is, and leaves nothing running where it cannot start', async () => {
    await expect(startServer(options({ port: Number(new URL(server.url).port) }))).rejects.toMatchObject({ code: 'HF-CLI-005' });
    await expect(startServer(options({ host: '999.1.1.1' }))).rejects.toMatchObject({ code: 'HF-CLI-006' });
  });

  it('gives a login link that works', async () => {
    const link = await server.loginLink();
    const response = await fetch(`${server.url}/api/v1/session/link`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: link.split('#')[1] }),
    });
    expect(await response.json()).toMatchObject({ role: 'admin' });
  });
});

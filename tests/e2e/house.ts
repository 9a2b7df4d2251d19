// tests/e2e: a real server with the built UI, and what is put into it through its faces: models, data, runs, a workflow, and devices that
// send what they measured. The profile and the windows are computed by @holdfast/stats from seeded numbers.
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from '@holdfast/client';
import { type WindowSummary, encodePoints } from '@holdfast/protocol';
import { type RunningServer, startServer } from '@holdfast/server';
import { type ReferenceProfile, WindowCounts, buildProfile } from '@holdfast/stats';
import { freePort } from '../load/free-port.ts';
import { Device } from './device.ts';
import { samplesOf } from './samples.ts';

export const token = `hft_${'e2e0'.repeat(8)}`;
const web_folder = path.join(import.meta.dirname, '..', '..', 'packages', 'web', 'dist', 'ui');
const classes = ['ripe', 'green'];
const names = ['input.width', 'input.weight', 'output.confidence'];
const window_inferences = 200;

/** Park and Miller's generator: the same numbers in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

function measure(random: () => number, shift: number): { values: Float64Array; predicted: number } {
  const bell = () => (random() + random() + random() - 1.5) / 0.5;
  return { values: Float64Array.of(20 + 3 * bell() + shift, 150 + 20 * bell(), 0.6 + 0.4 * random()), predicted: random() < 0.5 ? 0 : 1 };
}

export interface House {
  readonly url: string;
  readonly client: Client;
  readonly devices: readonly Device[];
  readonly execution: string;
  /** It waits for labels of samples that the second device kept. */
  readonly learning: string;
  readonly rollout: string;
  readonly run: string;
  readonly runs: readonly string[];
  loginLink(): Promise<string>;
  /** One more window of a device; drifted where `shift` is large. */
  sendWindow(device: Device, shift: number): Promise<void>;
  /** Stops the server; `up` starts it again on the same folder and port. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

export async function openHouse(): Promise<House> {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-e2e-'));
  const port = await freePort();
  const start = () =>
    startServer({
      folder,
      port,
      host: '127.0.0.1',
      admin_token: token,
      web_folder,
      poll_ms: 600_000,
      window_inferences,
      log: (level, text) => level === 'error' && process.stderr.write(`server: ${text}\n`),
    });
  let server: RunningServer | null = await start();
  const { url } = server;
  const down = async () => {
    await server?.stop();
    server = null;
  };
  const up = async () => {
    server ??= await start();
  };
  const loginLink = () => server!.loginLink();
  const close = async () => {
    await down();
    await rm(folder, { recursive: true, force: true });
  };
  const client = new Client({ url, token });
  try {
    return { url, client, loginLink, down, up, close, ...(await furnish(client)) };
  } catch (error) {
    await close();
    throw error;
  }
}

async function put(client: Client, text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const digest = createHash('sha256').update(bytes).digest('hex');
  await client.raw('PUT', `/api/v1/blobs/${digest}`, { bytes });
  return digest;
}

async function furnish(client: Client) {
  const random = randomFrom(7);
  const seen = Array.from({ length: 4_000 }, () => measure(random, 0));
  const truth = randomFrom(11);
  const predicted = seen.map((s) => s.predicted);
  const actual = seen.map((s) => (truth() < s.values[2]! ? s.predicted : 1 - s.predicted)); // as often right as it is sure
  const profile = buildProfile({ names, values: seen.map((s) => s.values), predicted, actual, class_names: classes });
  const profile_digest = await put(client, JSON.stringify(profile));
  await addDatasets(client);
  const runs = await addRuns(client);
  await addVersions(client, profile_digest, runs[0]!);
  const execution = await addWorkflow(client);
  await client.call('monitorPut', { params: { name: 'default-fruit' }, body: { model: 'fruit', windows_to_open: 2, windows_to_resolve: 2 } });
  await client.call('channelPut', { params: { name: 'line-leads' }, body: { kind: 'webhook', to: 'http://hooks.invalid/alerts', model: 'fruit' } });
  await client.call('groupPut', { params: { name: 'north' }, body: { selector: 'site=north' } });
  const address = (await client.call('joinTokenCreate', { body: { name: 'e2e', uses_max: 10 } })).address;
  const devices = await Promise.all(['belt-1', 'belt-2', 'belt-3'].map((name, i) => Device.join(address, name, { site: i < 2 ? 'north' : 'south' })));
  for (const device of devices) await device.sync();
  const rollout = await client.call('rolloutCreate', {
    body: { model: 'fruit', version: 2, waves: ['1', '100%'], watch_ms: 0, success_share: 1, error_share: 0 },
  });
  await settle(client, rollout.id, devices);
  const sendWindow = windowSender(profile, profile_digest, random);
  for (const device of devices) {
    await device.sync([
      device.bytes('points', pointsOf(random)),
      device.json('events', { v: 1, at_ms: Date.now() - 240_000, kind: 'agent_started', text: 'agent 0.1.0 on node 18' }),
    ]);
    for (let n = 0; n < 3; n++) await sendWindow(device, 0);
  }
  for (let n = 0; n < 3; n++) await sendWindow(devices[1]!, 6);
  await devices[0]!.sync(samplesOf(devices[0]!, random, { count: 6, reason: 'steady', first: 0 }));
  await devices[1]!.sync(samplesOf(devices[1]!, random, { count: 12, reason: 'drift', first: 0 }));
  const learning = await startLearning(client);
  await until('an alert is open', async () => (await client.call('alertList', { query: { state: 'open' } })).alerts.length > 0);
  return { devices, execution, learning, rollout: rollout.id, run: runs[0]!, runs, sendWindow };
}

async function addDatasets(client: Client): Promise<void> {
  const file = async (name: string, text: string) => ({ path: name, sha256: await put(client, text), size_bytes: text.length });
  const [first, second, third] = [
    await file('a.csv', 'width,weight\n20,150\n'),
    await file('b.csv', 'width,weight\n21,140\n'),
    await file('c.csv', 'width,weight\n26,155\n'),
  ];
  await client.call('datasetCommit', { params: { name: 'fruit-train' }, body: { files: [first, second], note: 'the first harvest' } });
  await client.call('datasetCommit', { params: { name: 'fruit-train' }, body: { files: [first, third], note: 'belt 2 after the new sieve' } });
}

/** The second has more points than a chart draws, and a spike in them. */
async function addRuns(client: Client): Promise<string[]> {
  const small = Array.from({ length: 20 }, (_, step) => ({ key: 'loss', value: 1 / (step + 1), step }));
  const long = Array.from({ length: 2_500 }, (_, step) => ({ key: 'loss', value: step === 1_234 ? 7 : 1 / (step + 1), step }));
  const runs = [
    { name: 'small net', params: { rate: '0.01', layers: '2', seed: '7' }, metrics: small, accuracy: 0.91 },
    { name: 'large net', params: { rate: '0.02', layers: '5', seed: '7' }, metrics: long, accuracy: 0.94 },
  ];
  const ids: string[] = [];
  for (const { name, params, metrics, accuracy } of runs) {
    const { id } = await client.call('runCreate', { body: { experiment: 'fruit', name } });
    ids.push(id);
    for (let i = 0; i < metrics.length; i += 1_000) await client.call('runLog', { params: { id }, body: { metrics: metrics.slice(i, i + 1_000) } });
    const last = { key: 'accuracy', value: accuracy, step: 20 };
    await client.call('runLog', { params: { id }, body: { params, metrics: [last], state: 'finished' } });
  }
  return ids;
}

async function addVersions(client: Client, profile: string, run: string): Promise<void> {
  const pipeline = await put(
    client,
    JSON.stringify({ dataset: { name: 'fruit-train' }, model: { name: 'fruit' }, preproc: { pipeline: [] }, postproc: { pipeline: ['argmax'] } }),
  );
  for (const [version, accuracy] of [
    [1, 0.91],
    [2, 0.94],
  ] as const) {
    const digest = await put(client, `weights of version ${version}`);
    await client.call('modelRegister', {
      params: { name: 'fruit' },
      body: {
        digest,
        description: 'Ripe or green, by width and weight',
        metrics: { accuracy, size_kib: 12 },
        lineage: { dataset: { name: 'fruit-train', version }, run },
      },
    });
    await client.call('bundleBuild', { params: { name: 'fruit', version }, body: { pipeline, profile } });
  }
  await client.call('aliasPut', { params: { name: 'fruit', alias: 'champion' }, body: { version: 2, reason: 'better on the second harvest' } });
}

async function addWorkflow(client: Client): Promise<string> {
  const say = "console.log('\\u001b[32mready\\u001b[0m to train'); for (let i = 1; i <= 40; i++) console.log('epoch ' + i + ' loss ' + (1 / i).toFixed(3));";
  const steps = [
    { name: 'prepare', kind: 'command' as const, argv: [process.execPath, '-e', "console.log('two files')"] },
    { name: 'train', kind: 'command' as const, needs: ['prepare'], argv: [process.execPath, '-e', say] },
    {
      name: 'check',
      kind: 'command' as const,
      needs: ['train'],
      attempts_max: 1,
      argv: [process.execPath, '-e', "console.error('accuracy 0.71 is below 0.9'); process.exit(3)"],
    },
  ];
  await client.call('workflowPut', { params: { name: 'fruit-retrain' }, body: { steps } });
  await client.call('triggerPut', {
    params: { name: 'fruit-drift' },
    body: { workflow: 'fruit-retrain', on: { kind: 'alert', model: 'fruit' }, cooldown_ms: 600_000 },
  });
  const { id } = await client.call('executionStart', { params: { name: 'fruit-retrain' }, body: { params: { rate: '0.01' }, cause: 'a first go' } });
  await until('the execution ends', async () => (await client.call('executionShow', { params: { id } })).state !== 'running');
  return id;
}

/** A workflow whose first step waits until a device has as many labels as it wants. */
async function startLearning(client: Client): Promise<string> {
  const collect = {
    name: 'collect',
    kind: 'collect' as const,
    with: { model: '${model}', since_ms: '${since_ms}', labelled_min: '10', train: 'fruit-train', holdout: 'fruit-holdout' },
  };
  await client.call('workflowPut', { params: { name: 'fruit-learn' }, body: { steps: [collect] } });
  const since_ms = String(Date.now() - 3_600_000);
  const { id } = await client.call('executionStart', { params: { name: 'fruit-learn' }, body: { params: { model: 'fruit', since_ms }, cause: 'a new sieve' } });
  const reasonOf = async () => (await client.call('executionShow', { params: { id } })).steps[0]!.wait_reason;
  await until('the step waits for labels', async () => (await reasonOf())?.startsWith('0 of 10 labelled') ?? false);
  return id;
}

/** The devices sync until the rollout is over. */
async function settle(client: Client, id: string, devices: readonly Device[]): Promise<void> {
  await until('the rollout succeeds', async () => {
    for (const device of devices) await device.sync();
    return (await client.call('rolloutShow', { params: { id } })).state === 'succeeded';
  });
}

function pointsOf(random: () => number): Uint8Array {
  const samples = 60;
  const first_ms = Date.now() - samples * 4_000;
  const metric = (name: string, value: (i: number) => number) => ({ name, values: Float64Array.from({ length: samples }, (_, i) => value(i)) });
  const metrics = [
    metric('inferences_per_s', () => 40 + random()),
    metric('latency_p95_ms', (i) => (i === 30 ? 9 : 2 + random())),
    metric('agent_rss_bytes', (i) => 48_000_000 + i * 10_000),
    metric('ring_lost', () => 0),
    metric('outbox_records', () => Math.floor(3 * random())),
  ];
  return encodePoints({ first_ms, offsets_ms: Uint32Array.from({ length: samples }, (_, i) => i * 4_000), metrics });
}

function windowSender(profile: ReferenceProfile, digest: string, random: () => number) {
  const numbers = new Map<string, number>();
  const started_ms = Date.now() - 120_000;
  return async (device: Device, shift: number): Promise<void> => {
    const window = numbers.get(device.id) ?? 0;
    numbers.set(device.id, window + 1);
    const counts = new WindowCounts(profile);
    for (let i = 0; i < window_inferences; i++) {
      const { values, predicted } = measure(random, shift);
      counts.add(values, predicted);
    }
    const from_ms = started_ms + window * 5_000;
    const summary: WindowSummary = {
      ...{
        v: 1,
        window,
        from_ms,
        to_ms: from_ms + 5_000,
        inferences: window_inferences,
        model: device.current!.model,
        model_version: device.current!.model_version,
        bundle: device.current!.bundle,
        profile: digest,
      },
      ...{
        features: counts.features(),
        classes: counts.classes(),
        classes_p_value: counts.classesPValue(),
        latency_ms: { mean: 1.8, p95: 2.4 },
        suspects: shift > 0 ? ['input.width'] : [],
        lost: 0,
      },
    };
    await device.sync([device.json('windows', summary)]);
  };
}

export async function until(what: string, holds: () => Promise<boolean>, limit_ms = 30_000): Promise<void> {
  const end = performance.now() + limit_ms;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited ${limit_ms} ms until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

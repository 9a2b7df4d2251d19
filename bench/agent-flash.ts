// bench: what an agent writes to flash for each logged inference at the defaults of agent and server: a real server, agents started without an option,
// apps that log images of 28 x 28 with 10 inputs and 3 outputs. Slow apps are the hard case: a page is written each time, however little is in it.
// Floor: the records' own bytes, as the server got them. Arguments: seconds of measurement (default 180).

import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@holdfast/client';
import { buildProfile } from '@holdfast/stats';
import { ringPath } from '../packages/agent/dist/capture/index.js';
import { agent_file, joinAddress, ServerProgram } from '../tests/load/product.ts';
import { Program, runOnce } from '../tests/load/program.ts';
import { type BenchRow, atMost, report, seen } from '../tests/load/report.ts';

const measured_s = Number(process.argv[2] ?? 180);
const rates = [1, 10, 100] as const;
const image_width = 28;
const model = 'flash';
const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-bench-'));
const app_file = path.join(import.meta.dirname, '..', 'packages', 'agent', 'test', 'app-million.mjs');

/** The reference of what the app logs, so that its windows look as they should. */
function profileText(): string {
  const names = Array.from({ length: 10 }, (_, i) => `input.x${i}`);
  const values = Array.from({ length: 5000 }, (_, n) => Float64Array.from(names, (_name, i) => (n * 0.618034 * (i + 1)) % 1));
  return JSON.stringify(buildProfile({ names, values, predicted: values.map(() => 0), class_names: ['a', 'b', 'c'] }));
}

async function upload(client: Client, bytes: Uint8Array): Promise<string> {
  const digest = createHash('sha256').update(bytes).digest('hex');
  await client.raw('PUT', `/api/v1/blobs/${digest}`, { bytes });
  return digest;
}

async function rollOut(client: Client): Promise<void> {
  const text = (value: string) => new TextEncoder().encode(value);
  const { version } = await client.call('modelRegister', {
    params: { name: model },
    body: {
      digest: await upload(
        client,
        new Uint8Array(200_000).map((_, i) => i * 7),
      ),
    },
  });
  const pipeline = await upload(
    client,
    text(JSON.stringify({ dataset: { name: model }, model: { name: model }, preproc: { pipeline: [] }, postproc: { pipeline: ['argmax'] } })),
  );
  const profile = await upload(client, text(profileText()));
  await client.call('bundleBuild', { params: { name: model, version }, body: { pipeline, profile } });
  await client.call('rolloutCreate', { body: { model, version, waves: ['100%'] } });
}

interface Device {
  readonly rate: number;
  readonly folder: string;
  readonly agent: Program;
}

async function join(address: string, rate: number): Promise<Device> {
  const data = path.join(folder, `at-${rate}`);
  await runOnce('join', [agent_file, 'join', address, '--data', data, '--name', `at-${rate}`]);
  const app = [process.execPath, app_file, '1000000000', String(rate), String(image_width)];
  const agent = new Program({ name: `at-${rate}`, args: [agent_file, 'run', '--data', data, '--wait-for-bundle', '--', ...app], log: `${data}.log` });
  agent.start();
  return { rate, folder: data, agent };
}

async function untilHealthy(client: Client, limit_s: number): Promise<void> {
  const end_ms = performance.now() + limit_s * 1000;
  for (;;) {
    const { devices } = await client.call('deviceList', {});
    if (devices.filter((d) => d.install?.state === 'committed').length === rates.length) return;
    if (performance.now() > end_ms) throw new Error(`the bundle is not on all devices: ${JSON.stringify(devices.map((d) => d.install))}`);
    await sleep(1000);
  }
}

/** Bytes that the process caused to be written to the block layer (proc(5), /proc/pid/io). */
const writtenBytes = (pid: number): number => Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))![1]);

const server = new ServerProgram({ folder: path.join(folder, 'server') });
const devices: Device[] = [];
try {
  const client = await server.up();
  const address = await joinAddress(client);
  for (const rate of rates) devices.push(await join(address, rate));
  await rollOut(client);
  await untilHealthy(client, 300);
  const before = devices.map(({ agent }) => writtenBytes(agent.pid!));
  const sent = async () => new Map((await client.call('deviceList', {})).devices.map((d) => [d.name, d.bytes_received]));
  const sent_before = await sent();
  await sleep(measured_s * 1000);
  const sent_after = await sent();
  const rows: BenchRow[] = devices.flatMap(({ rate, agent }, i) => {
    const written = writtenBytes(agent.pid!) - before[i]!;
    const on_wire = sent_after.get(`at-${rate}`)! - sent_before.get(`at-${rate}`)!;
    const inferences = rate * measured_s;
    return [
      atMost(`${rate} inferences a second: flash an inference`, written / inferences, 'bytes', 2048, `${inferences} inferences in ${measured_s} s`),
      seen(`${rate} inferences a second: flash / bytes on the wire (gzip)`, written / on_wire, 'x'),
    ];
  });
  report('agent-flash', rows);
} finally {
  for (const { agent } of devices) await agent.stop();
  await server.stop();
  for (const device of devices) for (const end of ['', '.json', '.cursor']) rmSync(ringPath(device.folder) + end, { force: true });
  rmSync(folder, { recursive: true, force: true });
}

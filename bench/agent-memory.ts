// bench: what the bundled agent needs on a device: resident memory while a real app logs 1,000,000 inferences, whether it grows,
// processor time, and bytes written to flash. Floor of the memory: the same Node, doing nothing, in the same run.
// Arguments: inferences (default 1,000,000), inferences a second (default 25,000), and the width of the gray images that are logged with them
// (default 0: none); of those one in 500 is kept as a sample, as a server asks for by default. HOLDFAST_BENCH_NODE is the Node that the agent runs on.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildProfile } from '@holdfast/stats';
import { ringPath } from '../packages/agent/dist/capture/index.js';
import { DevicePeer } from '../packages/agent/test/device-peer.ts';

const total = Number(process.argv[2] ?? 1_000_000);
const rate = Number(process.argv[3] ?? 25_000);
const width = Number(process.argv[4] ?? 0);
const node = process.env['HOLDFAST_BENCH_NODE'] ?? process.execPath;
const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const agent_file = fileOf('../packages/agent/dist/bundle/holdfast-agent.js');
const app_file = fileOf('../packages/agent/test/app-million.mjs');
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function residentMiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}

function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function flashBytes(pid: number): number {
  return Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))![1]);
}

async function idleNodeMiB(): Promise<number> {
  const idle = spawn(node, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
  await sleep(700);
  const size = residentMiB(idle.pid!);
  idle.kill();
  await once(idle, 'exit');
  return size;
}

function profileText(): string {
  const names = [...Array.from({ length: 10 }, (_, i) => `input.x${i}`), 'output.confidence', 'output.margin'];
  const values = Array.from({ length: 5000 }, (_, n) => Float64Array.from(names, (_name, i) => (i < 10 ? (n * 0.618034 * (i + 1)) % 1 : i === 10 ? 0.7 : 0.5)));
  return JSON.stringify(buildProfile({ names, values, predicted: values.map(() => 0), class_names: ['a', 'b', 'c'] }));
}

interface Sample {
  readonly rss_mib: number;
  readonly at_s: number;
}

async function sampleUntil(agent: ChildProcess, isDone: () => boolean): Promise<Sample[]> {
  const samples: Sample[] = [];
  const start = performance.now();
  while (!isDone()) {
    await sleep(500);
    if (agent.exitCode !== null) throw new Error(`the agent ended with exit code ${agent.exitCode}`);
    samples.push({ rss_mib: residentMiB(agent.pid!), at_s: (performance.now() - start) / 1000 });
  }
  return samples;
}

/** Growth of the last half: the mean of its last third less that of its first third. */
function growth(samples: readonly Sample[]): number {
  const half = samples.slice(Math.floor(samples.length / 2));
  const third = Math.max(1, Math.floor(half.length / 3));
  const mean = (some: readonly Sample[]) => some.reduce((sum, sample) => sum + sample.rss_mib, 0) / some.length;
  return mean(half.slice(-third)) - mean(half.slice(0, third));
}

const idle_mib = await idleNodeMiB();
const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
const peer = await DevicePeer.start();
peer.poll_ms = 1000;
peer.capture = { window_inferences: 1000, sample_every: 500, sample_every_drifted: 4 };
const bundle = peer.bundle({ 'model.onnx': 'm'.repeat(1_000_000), 'profile.json': profileText() });
peer.desire(peer.assignment(bundle));
// Not execFileSync: the peer that answers lives in this process.
const joining = spawn(node, [agent_file, 'join', peer.address, '--data', folder, '--name', 'bench'], { stdio: 'inherit' });
await once(joining, 'exit');
const agent = spawn(node, [
  agent_file,
  'run',
  '--data',
  folder,
  '--wait-for-bundle',
  '--',
  process.execPath,
  app_file,
  String(total),
  String(rate),
  String(width),
]);
let said = '';
agent.stdout!.on('data', (chunk: Buffer) => (said += chunk.toString()));
agent.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()));

const samples = await sampleUntil(agent, () => /^done /m.test(said));
await sleep(2500);
const cpu_s = cpuSeconds(agent.pid!);
const flash_bytes = flashBytes(agent.pid!);
agent.kill('SIGTERM');
await once(agent, 'exit');
const windows = peer.windows();
const counted = windows.reduce((sum, window) => sum + window.inferences, 0);
const lost = windows.reduce((sum, window) => sum + window.lost, 0);
const sent_bytes = [...peer.records.values()].reduce((sum, record) => sum + record.payload.length, 0);
await peer.stop();
const ring = ringPath(folder);
rmSync(folder, { recursive: true, force: true });
for (const end of ['', '.json', '.cursor']) rmSync(ring + end, { force: true });

const max_mib = Math.max(...samples.map((sample) => sample.rss_mib));
const version = execFileSync(node, ['--version']).toString().trim();
/** 64 MB; 64 MiB where the runtime cannot start itself again with all that keeps memory small (before Node 22.15). */
const bar_mib = Number(/^v(\d+)/.exec(version)![1]) > 22 ? 61 : 64;
const seconds = samples.at(-1)!.at_s;
const rows = [
  {
    what: 'inferences in closed windows',
    value: counted,
    unit: 'inferences',
    bar: total - 1000,
    ok: counted >= total - 1000,
    note: `logged by a real app, ${rate} a second, ${width > 0 ? `with images of ${width} x ${width}` : 'without images'}`,
  },
  { what: 'lost in the ring', value: lost, unit: 'inferences', bar: 0, ok: lost === 0, note: 'counted by seq' },
  { what: 'resident memory, highest', value: max_mib, unit: 'MiB', bar: bar_mib, ok: max_mib <= bar_mib, note: version },
  {
    what: 'resident memory / idle node',
    value: max_mib / idle_mib,
    unit: 'x',
    bar: null,
    ok: true,
    note: `an idle ${version} takes ${idle_mib.toFixed(1)} MiB`,
  },
  { what: 'growth over the last half', value: growth(samples), unit: 'MiB', bar: 2, ok: growth(samples) <= 2, note: `${samples.length} samples` },
  {
    what: 'processor time an inference',
    value: (cpu_s / counted) * 1e6,
    unit: 'us',
    bar: null,
    ok: true,
    note: `${((100 * cpu_s) / seconds).toFixed(0)} % of a core at ${rate} a second`,
  },
  {
    what: 'written to flash an inference',
    value: flash_bytes / counted,
    unit: 'bytes',
    bar: width > 0 ? null : 16,
    ok: width > 0 || flash_bytes / counted <= 16,
    note: `with installing a bundle of 1 MB${width > 0 ? ', and samples' : ''}`,
  },
  { what: 'flash / payload of the records', value: flash_bytes / sent_bytes, unit: 'x', bar: null, ok: true, note: 'the rest is whole pages and small files' },
].map((row) => ({ ...row, value: Number(row.value.toFixed(3)) }));

for (const row of rows)
  console.log(
    `${row.ok ? 'ok ' : 'BAD'}  ${row.what.padEnd(32)} ${String(row.value).padStart(12)} ${row.unit.padEnd(11)} ${row.bar === null ? '' : `bar ${row.bar}`}  ${row.note}`,
  );
console.log(JSON.stringify({ name: 'agent-memory', machine: `${cpus().length} x ${cpus()[0]?.model ?? 'cpu'}, node ${version}`, rows }));

// bench: MLflow's protocol, ours beside MLflow's own server on SQLite and on PostgreSQL, in the same run, on the same machine, with the same load: for
// each row the faster of the two is the peer. Requests are raw HTTP over 8 kept connections. Every acknowledged write is on disk (ours: fsync on).
// Arguments: seconds a row of writes (default 5); --runs N to search (default 1,000).
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbedded } from '@holdfast/postgres';
import { python } from '../tests/interop/engines.ts';
import { Target, startMlflow } from '../tests/load/mlflow-peer.ts';
import { ServerProgram } from '../tests/load/product.ts';
import { type BenchRow, atLeast, atMost, quantile, report, seen } from '../tests/load/report.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { runs: { type: 'string', default: '1000' } } });
const seconds = Number(positionals[0] ?? 5);
const run_count = Number(values.runs);
const connections = 8;
const history_points = 25_000;
const now_ms = 1_760_000_000_000;

interface Rate {
  readonly per_s: number;
  readonly p99_ms: number;
  readonly errors: number;
}

/** Every connection sends one request after the other. */
async function rate(target: Target, route: string, bodyOf: (connection: number, turn: number) => string): Promise<Rate> {
  const times: number[] = [];
  let errors = 0;
  const end_ms = performance.now() + seconds * 1000;
  const send = async (connection: number) => {
    for (let turn = 0; performance.now() < end_ms; turn++) {
      const from_ms = performance.now();
      const { status } = await target.send('POST', route, bodyOf(connection, turn));
      times.push(performance.now() - from_ms);
      if (status !== 200) errors++;
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, connection) => send(connection)));
  return { per_s: (times.length - errors) / seconds, p99_ms: quantile(times, 0.99), errors };
}

/** Milliseconds of the middle one of some requests; the first, which warms up, does not count. */
async function middle(act: () => Promise<unknown>, count: number): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i <= count; i++) {
    const from_ms = performance.now();
    await act();
    if (i > 0) times.push(performance.now() - from_ms);
  }
  return quantile(times, 0.5);
}

const newRun = async (target: Target, experiment_id = '0') =>
  (await target.call<{ run: { info: { run_id: string } } }>('POST', 'runs/create', { experiment_id, start_time: now_ms })).run.info.run_id;
const newRuns = (target: Target) => Promise.all(Array.from({ length: connections }, () => newRun(target)));
const metricsOf = (turn: number) => Array.from({ length: 100 }, (_, i) => ({ key: `m${i}`, value: turn + i, timestamp: now_ms + turn, step: turn }));

async function writes(target: Target) {
  const runs = await newRuns(target);
  const one = (run_id: string, turn: number) => JSON.stringify({ run_id, key: 'loss', value: 1 / (turn + 1), timestamp: now_ms + turn, step: turn });
  const batch = (run_id: string, turn: number) => JSON.stringify({ run_id, metrics: metricsOf(turn) });
  return {
    metric: await rate(target, 'runs/log-metric', (c, turn) => one(runs[c]!, turn)),
    batch: await rate(target, 'runs/log-batch', (c, turn) => batch(runs[c]!, turn)),
    same: await rate(target, 'runs/log-batch', (c, turn) => batch(runs[0]!, turn * connections + c)),
  };
}

async function seed(target: Target): Promise<string> {
  const { experiment_id } = await target.call<{ experiment_id: string }>('POST', 'experiments/create', { name: 'to search' });
  const ten = Array.from({ length: 10 }, (_, i) => i);
  const one = async (n: number) => {
    const run_id = await newRun(target, experiment_id);
    const metrics = ten.map((i) => ({ key: `m${i}`, value: ((n * 7919 + i * 104_729) % 10_007) / 10_007, timestamp: now_ms, step: 0 }));
    const params = ten.map((i) => ({ key: `p${i}`, value: String((n * 31 + i) % 97) }));
    await target.call('POST', 'runs/log-batch', { run_id, metrics, params, tags: ten.slice(0, 5).map((i) => ({ key: `t${i}`, value: `v${n % 10}` })) });
  };
  for (let n = 0; n < run_count; n += connections) await Promise.all(Array.from({ length: Math.min(connections, run_count - n) }, (_, i) => one(n + i)));
  return experiment_id;
}

async function reads(target: Target) {
  const experiment = await seed(target);
  const search = (fields: object) => target.call('POST', 'runs/search', { experiment_ids: [experiment], ...fields });
  const history = await newRun(target);
  for (let at = 0; at < history_points; at += 1000) {
    const metrics = Array.from({ length: 1000 }, (_, i) => ({ key: 'm', value: i / 7, timestamp: now_ms + at + i, step: at + i }));
    await target.call('POST', 'runs/log-batch', { run_id: history, metrics });
  }
  return {
    'search 100 runs': await middle(() => search({ max_results: 100 }), 5),
    'search 1,000 runs': await middle(() => search({ max_results: 1000 }), 3),
    'search, filter and order': await middle(() => search({ max_results: 100, filter: 'metrics.m1 > 0.9', order_by: ['metrics.m2 DESC'] }), 5),
    'metric history, 25,000 points': await middle(() => target.call('GET', `metrics/get-history?run_id=${history}&metric_key=m&max_results=25000`), 3),
  };
}

const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-bench-mlflow-'));

async function ours() {
  const server = new ServerProgram({ folder: path.join(folder, 'ours') });
  const client = await server.up();
  const target = new Target(client.server.url, server.token);
  try {
    return { writes: await writes(target), reads: await reads(target) };
  } finally {
    target.close();
    await server.stop();
  }
}

async function theirs(program: string, name: string, database: string) {
  const place = path.join(folder, name);
  mkdirSync(place);
  const { server, target } = await startMlflow(program, place, database);
  try {
    return { writes: await writes(target), reads: await reads(target) };
  } finally {
    target.close();
    await server.stop();
  }
}

async function peers(program: string) {
  const sqlite = await theirs(program, 'sqlite', `sqlite:///${path.join(folder, 'mlflow.db')}`);
  const postgres = await startEmbedded({ folder: path.join(folder, 'postgres') });
  try {
    const { host, user } = postgres.connection;
    return [sqlite, await theirs(program, 'on-postgres', `postgresql+psycopg2://${user}@/postgres?host=${encodeURIComponent(String(host))}`)];
  } finally {
    await postgres.stop();
  }
}

async function measure(): Promise<BenchRow[]> {
  const program = await python('mlflow-server', ['mlflow>=3.14,<4', 'psycopg2-binary']);
  const mine = await ours();
  const others = program === null ? [] : await peers(program);
  const faster = (name: 'metric' | 'batch' | 'same') => Math.max(...others.map((one) => one.writes[name].per_s), 0);
  const writeRows = (what: string, name: 'metric' | 'batch' | 'same', bar: number) => {
    const { per_s, p99_ms, errors } = mine.writes[name];
    const peer = faster(name);
    return [
      atLeast(`${what}: times MLflow`, peer === 0 ? Number.NaN : per_s / peer, 'x', bar, `${Math.round(per_s)} and ${peer.toFixed(1)} requests/s`),
      atMost(`${what}: p99`, p99_ms, 'ms', 50),
      atMost(`${what}: errors`, errors, '', 0),
    ];
  };
  const bars: Readonly<Record<keyof typeof mine.reads, number>> = {
    'search 100 runs': 12,
    'search 1,000 runs': 12,
    'search, filter and order': 8,
    'metric history, 25,000 points': 15,
  };
  const readRows = Object.entries(bars).map(([what, bar]) => {
    const [ms, peer] = [mine.reads[what as keyof typeof bars], Math.min(...others.map((one) => one.reads[what as keyof typeof bars]))];
    return atLeast(`${what}: times faster`, peer / ms, 'x', bar, `${ms.toFixed(1)} and ${peer.toFixed(0)} ms`);
  });
  return [
    ...writeRows('log-metric', 'metric', 15),
    ...writeRows('log-batch of 100', 'batch', 20),
    ...writeRows('log-batch of 100, all on one run', 'same', 20),
    ...readRows,
    seen('runs searched', run_count, ''),
  ];
}

try {
  report('mlflow', await measure());
} finally {
  rmSync(folder, { recursive: true, force: true });
}

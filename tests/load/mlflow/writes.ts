// tests/load: the rows of the benchmark that write: single points, batches, many writers on one run.
import { type BenchRow, atLeast, atMost, seen } from '../report.ts';
import { Connection, type Load, type MlflowServer, hammer } from './http.ts';
import { makeExperiment, makeRun } from './seed.ts';

const connections = 8;
const seconds_a_turn = 4;
const turns = 3;

type Next = (connection: number, n: number) => { path: string; body: string };

/** Makes the requests of a kind of load for runs of a server. */
interface Kind {
  readonly what: string;
  readonly bar: number;
  readonly runs: number;
  readonly next: (runs: readonly string[]) => Next;
}

const point = (key: string, n: number) => ({ key, value: n * 0.5, timestamp: 1_760_000_000_000 + n, step: n });
const batch = (run_id: string, n: number) =>
  JSON.stringify({ run_id, metrics: Array.from({ length: 100 }, (_, i) => point(`m${i % 10}`, n * 10 + Math.floor(i / 10))) });

const kinds: readonly Kind[] = [
  {
    what: 'log-metric, 8 connections',
    bar: 15,
    runs: connections,
    next: (runs) => (c, n) => ({ path: 'runs/log-metric', body: JSON.stringify({ run_id: runs[c], ...point('loss', n) }) }),
  },
  { what: 'log-batch(100), 8 connections', bar: 20, runs: connections, next: (runs) => (c, n) => ({ path: 'runs/log-batch', body: batch(runs[c]!, n) }) },
  {
    what: 'log-batch(100), 8 writers on one run',
    bar: 20,
    runs: 1,
    next: (runs) => (c, n) => ({ path: 'runs/log-batch', body: batch(runs[0]!, n * connections + c) }),
  },
];

export async function writes(ours: MlflowServer, peers: readonly MlflowServer[]): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const kind of kinds) {
    const loads = new Map<MlflowServer, Load[]>([ours, ...peers].map((server) => [server, []]));
    for (let turn = 0; turn < turns; turn++) for (const [server, seenSoFar] of loads) seenSoFar.push(await once(server, kind, `${kind.what} ${turn}`));
    rows.push(...rowsOf(kind, ours, loads));
  }
  return rows;
}

async function once(server: MlflowServer, kind: Kind, name: string): Promise<Load> {
  const experiment = await makeExperiment(server, name);
  const connection = new Connection(server);
  const runs: string[] = [];
  for (let i = 0; i < kind.runs; i++) runs.push(await makeRun(connection, experiment, Date.now()));
  connection.close();
  return hammer(server, { connections, seconds: seconds_a_turn, next: kind.next(runs) });
}

/** The middle turn of each server counts, and the worst p99. */
function rowsOf({ what, bar }: Kind, ours: MlflowServer, loads: ReadonlyMap<MlflowServer, readonly Load[]>): BenchRow[] {
  const middle = (server: MlflowServer) => loads.get(server)!.toSorted((a, b) => a.per_second - b.per_second)[1]!;
  const peers = [...loads.keys()].filter((server) => server !== ours);
  const best = Math.max(...peers.map((peer) => middle(peer).per_second));
  const mine = middle(ours);
  const all = loads.get(ours)!;
  const rates = [ours, ...peers].map((server) => `${server.name} ${middle(server).per_second.toFixed(0)}/s, p99 ${middle(server).p99_ms.toFixed(0)} ms`);
  const errors = all.reduce((sum, load) => sum + load.errors, 0);
  return [
    atLeast(what, mine.per_second / best, 'x', bar, rates.join('; ')),
    atMost(`${what}: p99`, Math.max(...all.map((load) => load.p99_ms)), 'ms', 50, `p50 ${mine.p50_ms.toFixed(2)} ms`),
    atMost(`${what}: errors`, errors, 'errors', 0, all.find((load) => load.problem !== '')?.problem ?? ''),
  ];
}

/** 32 writers on 4 runs: what locks wrongly deadlocks here. */
export async function soak(ours: MlflowServer, seconds: number): Promise<BenchRow[]> {
  const experiment = await makeExperiment(ours, 'soak');
  const connection = new Connection(ours);
  const runs: string[] = [];
  for (let i = 0; i < 4; i++) runs.push(await makeRun(connection, experiment, Date.now()));
  const load = await hammer(ours, {
    connections: 32,
    seconds,
    next: (c, n) => ({ path: 'runs/log-batch', body: batch(runs[c % 4]!, n * 8 + Math.floor(c / 4)) }),
  });
  connection.close();
  return [
    atMost(`32 writers on 4 runs, ${(seconds / 60).toFixed(1)} min: errors`, load.errors, 'errors', 0, load.problem),
    seen('32 writers on 4 runs', load.per_second, 'batches/s', `p99 ${load.p99_ms.toFixed(0)} ms`),
  ];
}

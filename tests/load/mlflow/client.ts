// tests/load: the rows of the benchmark through MLflow's own Python client, unchanged.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { type BenchRow, atLeast, seen } from '../report.ts';
import { startFloor } from './floor.ts';
import type { MlflowServer } from './http.ts';

const bars = { log_metric: 3.5, log_batch: 2.5, search_runs: 2 } as const;
type Took = Readonly<Record<keyof typeof bars, number>>;
const search_rounds = 3;

export async function client(program: string, servers: readonly MlflowServer[], experiment: string): Promise<BenchRow[]> {
  const took: { name: string; took: Took }[] = [];
  for (const server of servers) took.push({ name: server.name, took: await run(program, server, experiment) });
  const [ours, ...peers] = took;
  const floor = await floorOf(program, servers[0]!, experiment);
  return (Object.keys(bars) as (keyof typeof bars)[]).flatMap((call) => {
    const best = Math.min(...peers.map((peer) => peer.took[call]));
    const note = took.map((one) => `${one.name} ${one.took[call].toFixed(1)} ms`).join('; ');
    return [
      atLeast(`Python client, ${call}`, best / ours!.took[call], 'x', bars[call], note),
      seen(
        `Python client, ${call}: the most that any server can reach`,
        best / floor[call],
        'x',
        `${floor[call].toFixed(1)} ms with a server that only has each write on disk`,
      ),
    ];
  });
}

async function floorOf(program: string, ours: MlflowServer, experiment: string): Promise<Took> {
  const floor = await startFloor(ours);
  try {
    return await run(program, floor, experiment);
  } finally {
    await floor.stop();
  }
}

async function run(program: string, server: MlflowServer, experiment: string): Promise<Took> {
  const token = server.authorization?.replace('Bearer ', '');
  const env = { ...process.env, MLFLOW_TRACKING_URI: server.url, MLFLOW_DISABLE_TELEMETRY: 'true', ...(token ? { MLFLOW_TRACKING_TOKEN: token } : {}) };
  const { stdout } = await promisify(execFile)(program, [path.join(import.meta.dirname, 'client.py'), experiment, String(search_rounds)], { env });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Took;
}

// tests/load: fills a server with runs by its own protocol, and MLflow's database directly, which its server would take an hour for.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { generator } from '../../../examples/digits/src/random.ts';
import { Connection, type MlflowServer } from './http.ts';

export interface Crowd {
  readonly experiment: string;
  readonly runs: number;
  readonly metrics: number;
  readonly params: number;
  readonly tags: number;
  /** Points of the metric `long` of one run. */
  readonly points: number;
}

const connections = 8;
const points_a_batch = 1_000;
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

export async function makeExperiment(server: MlflowServer, name: string): Promise<string> {
  const connection = new Connection(server);
  const { experiment_id } = await connection.call<{ experiment_id: string }>('POST', 'experiments/create', { name });
  connection.close();
  return experiment_id;
}

export async function makeRun(connection: Connection, experiment_id: string, start_time: number): Promise<string> {
  const { run } = await connection.call<{ run: { info: { run_id: string } } }>('POST', 'runs/create', { experiment_id, start_time, user_id: 'load' });
  return run.info.run_id;
}

/** By the protocol. Returns the run that has the long metric. */
export async function seedByProtocol(server: MlflowServer, experiment_id: string, crowd: Crowd): Promise<string> {
  const now = Date.now();
  const random = generator(7);
  const runs: string[] = [];
  let next = 0;
  const one = async (): Promise<void> => {
    const connection = new Connection(server);
    while (next < crowd.runs) {
      const n = next++;
      const run_id = await makeRun(connection, experiment_id, now - n * 1000);
      runs[n] = run_id;
      await connection.call('POST', 'runs/log-batch', {
        run_id,
        metrics: range(crowd.metrics).map((m) => ({ key: `m${m}`, value: random(), timestamp: now, step: 0 })),
        params: range(crowd.params).map((p) => ({ key: `p${p}`, value: `v${(n * 31 + p) % 997}` })),
        tags: range(crowd.tags).map((t) => ({ key: `t${t}`, value: `w${(n + t) % 17}` })),
      });
      await connection.call('POST', 'runs/update', { run_id, status: 'FINISHED', end_time: now });
    }
    connection.close();
  };
  await Promise.all(range(connections).map(one));
  const connection = new Connection(server);
  for (let step = 0; step < crowd.points; step += points_a_batch) {
    const metrics = range(Math.min(points_a_batch, crowd.points - step)).map((i) => ({ key: 'long', value: random(), timestamp: now, step: step + i }));
    await connection.call('POST', 'runs/log-batch', { run_id: runs[0], metrics });
  }
  connection.close();
  return runs[0]!;
}

/** Into the tables of MLflow, with its statistics made current. Returns the run that has the long metric. */
export async function seedTables(program: string, uri: string, experiment_id: string, crowd: Crowd): Promise<string> {
  const counts = [crowd.runs, crowd.metrics, crowd.params, crowd.tags, crowd.points].map(String);
  await promisify(execFile)(program, [path.join(import.meta.dirname, 'seed.py'), uri, experiment_id, ...counts], { maxBuffer: 16_777_216 });
  return '1'.padStart(32, '0');
}

// tests/load: the rows of the benchmark that read: search of runs, and the history of a metric.
import { type BenchRow, atLeast, atMost, seen } from '../report.ts';
import { Connection, type MlflowServer, timed } from './http.ts';
import { type Crowd, makeExperiment, seedByProtocol } from './seed.ts';
import { growthMib } from './servers.ts';

export interface Seeded {
  readonly server: MlflowServer;
  readonly experiment: string;
  readonly long_run: string;
}

interface Question {
  readonly what: string;
  readonly bar: number;
  /** What ours may take at most, in ms: also where the database has no statistics yet. */
  readonly ms_max: number | null;
  readonly body: object;
}

const questions: readonly Question[] = [
  { what: 'search 100 runs', bar: 12, ms_max: null, body: { max_results: 100 } },
  { what: 'search 1,000 runs', bar: 12, ms_max: null, body: { max_results: 1_000 } },
  { what: 'filter and order', bar: 8, ms_max: 50, body: { filter: 'metrics.m1 > 0.99', order_by: ['metrics.m2 DESC'], max_results: 100 } },
  {
    what: 'filter by metric, param and tag',
    bar: 8,
    ms_max: 50,
    body: { filter: `metrics.m1 > 0.5 and params.p5 = 'v3' and tags.t2 = 'w5'`, order_by: ['metrics.m2 DESC'], max_results: 100 },
  },
  { what: `params.p5 LIKE '%3%'`, bar: 8, ms_max: 50, body: { filter: `params.p5 LIKE '%3%'`, max_results: 100 } },
  { what: 'order by a metric', bar: 12, ms_max: 50, body: { order_by: ['metrics.m3 ASC'], max_results: 100 } },
];
const times = 15;
/** Before anything is timed, on every server: programs and plans are compiled. */
const warm_ups = 5;

export async function search(seeded: readonly Seeded[], runs: number): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const question of questions) {
    const took = new Map<Seeded, { p50_ms: number; p95_ms: number }>();
    for (const one of seeded) took.set(one, await asked(one, question));
    const [ours, ...peers] = seeded.map((one) => ({ name: one.server.name, ...took.get(one)! }));
    const best = Math.min(...peers.map((peer) => peer.p50_ms));
    const note = [ours!, ...peers].map((one) => `${one.name} ${one.p50_ms.toFixed(1)} ms`).join('; ');
    rows.push(atLeast(`${question.what} of ${runs}`, best / ours!.p50_ms, 'x', question.bar, note));
    if (question.ms_max !== null) rows.push(atMost(`${question.what}, p95`, ours!.p95_ms, 'ms', question.ms_max));
  }
  rows.push(await deepPage(seeded[0]!, runs));
  return rows;
}

/** The same questions where MLflow is not asked any more: its database would take hours to fill. */
export async function large(server: MlflowServer, crowd: Crowd, ms_max: number): Promise<BenchRow[]> {
  const experiment = await makeExperiment(server, crowd.experiment);
  const long_run = await seedByProtocol(server, experiment, crowd);
  const rows: BenchRow[] = [];
  for (const question of questions.filter(({ body }) => !('max_results' in body) || body.max_results === 100)) {
    const { p50_ms, p95_ms } = await asked({ server, experiment, long_run }, question);
    rows.push(atMost(`${question.what} of ${crowd.runs} with ${crowd.metrics} metrics, p95`, p95_ms, 'ms', ms_max, `p50 ${p50_ms.toFixed(1)} ms`));
  }
  return rows;
}

const asked = async ({ server, experiment }: Seeded, { body }: Question) => {
  const connection = new Connection(server);
  const ask = () => connection.call('POST', 'runs/search', { experiment_ids: [experiment], ...body });
  for (let n = 0; n < warm_ups; n++) await ask();
  const found = await timed(times, ask);
  connection.close();
  return found;
};

/** The last page of 100 is as quick as the first: nothing before it is counted off. */
async function deepPage({ server, experiment }: Seeded, runs: number): Promise<BenchRow> {
  const connection = new Connection(server);
  const pages: (string | undefined)[] = [undefined];
  const ask = (page_token: string | undefined, max_results: number) =>
    connection.call<{ next_page_token?: string }>('POST', 'runs/search', { experiment_ids: [experiment], max_results, page_token });
  const deep = Math.min(1_000, Math.floor(runs / 100)) - 1;
  while (pages.length <= deep) pages.push((await ask(pages.at(-1), 100)).next_page_token);
  const first = await timed(times * 3, () => ask(undefined, 100));
  const last = await timed(times * 3, () => ask(pages.at(-1), 100));
  connection.close();
  return atMost(`page ${deep + 1} / page 1`, last.p50_ms / first.p50_ms, 'x', 1.2, `${first.p50_ms.toFixed(1)} ms, ${last.p50_ms.toFixed(1)} ms`);
}

export async function history(seeded: readonly Seeded[]): Promise<BenchRow[]> {
  const took: { name: string; p50_ms: number }[] = [];
  for (const { server, long_run } of seeded) {
    const connection = new Connection(server);
    const ask = () => connection.call('GET', `metrics/get-history?run_id=${long_run}&metric_key=long&max_results=25000`);
    await ask();
    took.push({ name: server.name, p50_ms: (await timed(5, ask)).p50_ms });
    connection.close();
  }
  const [ours, ...peers] = took;
  const { server, long_run } = seeded[0]!;
  const connection = new Connection(server);
  let bytes = 0;
  const whole = async () => void (bytes = (await connection.ask('GET', `/api/2.0/mlflow/metrics/get-history?run_id=${long_run}&metric_key=long`)).text.length);
  await whole();
  const growth = await growthMib(server.pids()[0]!, whole);
  connection.close();
  return [
    atLeast(
      'history of 25,000 points',
      Math.min(...peers.map((p) => p.p50_ms)) / ours!.p50_ms,
      'x',
      15,
      took.map((one) => `${one.name} ${one.p50_ms.toFixed(0)} ms`).join('; '),
    ),
    atMost('history of 200,000 points: growth of the server', growth, 'MiB', 32, 'resident, at most'),
    seen('history of 200,000 points', bytes / 1_048_576, 'MiB'),
  ];
}

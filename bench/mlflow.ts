// bench: the MLflow face beside MLflow itself, in the same run on the same machine: MLflow with one worker on SQLite and on a PostgreSQL, whichever
// is better at a row. Ours is durable at each answer, signed in, and on its own PostgreSQL. Turns alternate between the servers.
// Arguments: parts (writes, search, history, client, large, soak, artifacts, idle, restart; default all); --runs N for search, --large N, --minutes N for soak.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startDebianPostgres } from '../tests/interop/debian-postgres.ts';
import { artifacts } from '../tests/load/mlflow/artifacts.ts';
import { client } from '../tests/load/mlflow/client.ts';
import { history, large, search } from '../tests/load/mlflow/reads.ts';
import { type Started, mlflowPython, startHoldfast, startMlflow } from '../tests/load/mlflow/servers.ts';
import { idle, restarts } from '../tests/load/mlflow/idle.ts';
import { seedByProtocol, seedTables, makeExperiment } from '../tests/load/mlflow/seed.ts';
import { soak, writes } from '../tests/load/mlflow/writes.ts';
import { type BenchRow, report } from '../tests/load/report.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '20000' }, large: { type: 'string', default: '100000' }, minutes: { type: 'string', default: '10' } },
});
const asked = (part: string): boolean => positionals.length === 0 || positionals.includes(part);

const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-bench-mlflow-'));
const ends: (() => Promise<void>)[] = [];
try {
  const program = await mlflowPython();
  if (program === null) throw new Error('MLflow cannot be had here: there is nothing to compare with');
  const ours = await startHoldfast(folder);
  ends.push(() => ours.stop());
  const peers = await startPeers(program);
  const rows: BenchRow[] = [];
  const crowd = { experiment: 'crowd', runs: Number(values.runs), metrics: 10, params: 10, tags: 5, points: 200_000 };
  if (asked('idle'))
    rows.push(
      ...(await idle(
        ours,
        peers.map((peer) => peer.server),
      )),
    );
  if (asked('writes'))
    rows.push(
      ...(await writes(
        ours,
        peers.map((peer) => peer.server),
      )),
    );
  if (asked('search') || asked('history') || asked('client')) {
    const seeded = [{ server: ours, ...(await filled(ours, (id) => seedByProtocol(ours, id, crowd))) }];
    for (const { server, uri } of peers) seeded.push({ server, ...(await filled(server, (id) => seedTables(program, uri, id, crowd))) });
    if (asked('search')) rows.push(...(await search(seeded, crowd.runs)));
    if (asked('history')) rows.push(...(await history(seeded)));
    if (asked('client'))
      rows.push(
        ...(await client(
          program,
          seeded.map((one) => one.server),
          crowd.experiment,
        )),
      );
  }
  if (asked('large')) rows.push(...(await large(ours, { experiment: 'large', runs: Number(values.large), metrics: 20, params: 10, tags: 5, points: 0 }, 100)));
  if (asked('restart')) rows.push(...(await restarts(program, folder)));
  if (asked('artifacts')) rows.push(...(await artifacts(ours)));
  if (asked('soak')) rows.push(...(await soak(ours, Number(values.minutes) * 60)));
  report('mlflow', rows);

  async function filled(server: Started, seed: (experiment: string) => Promise<string>) {
    const experiment = await makeExperiment(server, crowd.experiment);
    return { experiment, long_run: await seed(experiment) };
  }
} finally {
  for (const end of ends.toReversed()) await end();
  await rm(folder, { recursive: true, force: true });
}

async function startPeers(program: string): Promise<{ server: Started; uri: string }[]> {
  const stores = [{ name: 'SQLite', uri: `sqlite:///${path.join(folder, 'mlflow.db')}` }];
  const postgres = await startDebianPostgres();
  if (postgres) {
    ends.push(() => postgres.stop());
    stores.push({ name: 'PostgreSQL', uri: postgres.url.replace(/^postgres:/, 'postgresql+psycopg2:') });
  }
  const peers: { server: Started; uri: string }[] = [];
  for (const store of stores) {
    const server = await startMlflow(program, folder, store);
    ends.push(() => server.stop());
    peers.push({ server, uri: store.uri });
  }
  return peers;
}

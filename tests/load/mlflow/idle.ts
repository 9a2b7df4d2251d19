// tests/load: what the servers take when nobody asks, and how long they start.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchRow, atMost, seen } from '../report.ts';
import { type Started, pssMib, startHoldfast, startMlflow } from './servers.ts';

const idle_s = 15;

export async function idle(ours: Started, peers: readonly Started[]): Promise<BenchRow[]> {
  await sleep(idle_s * 1000);
  const note = 'PSS of all its processes, PostgreSQL included';
  return [
    atMost('idle memory of the whole platform', pssMib(ours.pids()), 'MiB', 190, note),
    ...peers.map((peer) => seen(`idle memory, ${peer.name}`, pssMib(peer.pids()), 'MiB', 'PSS of server and worker, its database not counted')),
    ...[ours, ...peers].map((server) => seen(`start on a new store, ${server.name}`, server.start_s, 's')),
  ];
}

/** The second start of each, on the store that the first one made. */
export async function restarts(program: string, folder: string): Promise<BenchRow[]> {
  const home = path.join(folder, 'again');
  await mkdir(home);
  const twice = async (start: () => Promise<Started>): Promise<number> => {
    await (await start()).stop();
    const again = await start();
    await again.stop();
    return again.start_s;
  };
  const ours = await twice(() => startHoldfast(home));
  const peer = await twice(() => startMlflow(program, home, { name: 'SQLite', uri: `sqlite:///${path.join(home, 'mlflow.db')}` }));
  return [atMost('start on an existing store', ours, 's', 1.5, `MLflow, SQLite ${peer.toFixed(1)} s`)];
}

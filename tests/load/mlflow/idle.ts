// tests/load: what the servers take when nobody asks, and how long they start.
import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchRow, atMost, seen } from '../report.ts';
import { type Started, pssMib } from './servers.ts';

const idle_s = 15;

/** Only ours starts on a new store here; `bench startup` has both starts. */
export async function idle(ours: Started, peers: readonly Started[]): Promise<BenchRow[]> {
  await sleep(idle_s * 1000);
  const note = 'PSS of all its processes, PostgreSQL included';
  return [
    atMost('idle memory of the whole platform', pssMib(ours.pids()), 'MiB', 190, note),
    ...peers.map((peer) => seen(`idle memory, ${peer.name}`, pssMib(peer.pids()), 'MiB', 'PSS of server and worker, its database not counted')),
    ...[ours, ...peers].map((server) => seen(`start on a new store, ${server.name}`, server.start_s, 's')),
  ];
}

// tracking: folds the points that wait into their series: the latest point moves on, the rest goes into packed chunks. It happens in the
// background, and before every read: whoever reads sees what was acknowledged before.
import type { Db } from '@holdfast/postgres';
import { lastBatch, takeBatches } from './metric-batch-table.ts';
import { type HistoryPoint, byTime, decodeWaiting, isNewer, packPoints, sorted, unpackPoints } from './metric-points.ts';
import * as table from './metric-table.ts';

/** Points of one transaction: some milliseconds of this process, in which no request is answered. */
const points_a_turn = 10_000;
/** A chunk that is smaller grows in its place, so that a slow series has no row for each point. 1.5 KB: it stays in the row. */
const small_chunk_points = 64;
const chunk_points_max = 4_096;

interface Series {
  readonly run: number;
  readonly key: string;
  readonly points: HistoryPoint[];
}

/** What waits when it is called is folded when it resolves. */
export async function foldMetrics(db: Db): Promise<void> {
  const upto = await lastBatch(db);
  if (upto === null) return;
  while (await db.transaction().execute((trx) => foldSome(trx, upto)));
}

/** False where nothing waits any more. */
async function foldSome(trx: Db, upto: number): Promise<boolean> {
  const batches = await takeBatches(trx, upto, points_a_turn);
  if (batches.length === 0) return false;
  const all = [...seriesOf(batches).values()];
  const ids = await table.putSeries(trx, all.map(latest));
  const idOf = new Map(ids.map((one) => [nameOf(one), one.id]));
  const bySeries = new Map(all.map((one) => [idOf.get(nameOf(one))!, one.points]));
  const open = await table.openChunks(trx, [...bySeries.keys()], small_chunk_points);
  const openOf = new Map(open.map((chunk) => [chunk.series, chunk]));
  await table.putChunks(
    trx,
    [...bySeries].flatMap(([series, points]) => chunksOf(series, points, openOf.get(series))),
  );
  return true;
}

const nameOf = (of: { run: number; key: string }): string => `${of.run} ${of.key}`;

function seriesOf(batches: readonly { run: number; points: string }[]): Map<string, Series> {
  const all = new Map<string, Series>();
  for (const { run, points } of batches) {
    for (const { key, ...point } of decodeWaiting(points)) {
      const name = nameOf({ run, key });
      const known = all.get(name);
      if (known) known.points.push(point);
      else all.set(name, { run, key, points: [point] });
    }
  }
  return all;
}

function latest({ run, key, points }: Series): table.SeriesRow {
  const point = points.reduce((best, one) => (isNewer(one, best) ? one : best));
  return { run, key, ...point, points: points.length };
}

/** Chunks of sorted points; the first takes the place of the one that is open. */
function chunksOf(series: number, points: readonly HistoryPoint[], open: table.ChunkRow | undefined): table.NewChunk[] {
  const all = sorted([...(open ? unpackPoints(open.points) : []), ...points], byTime);
  const count = Math.ceil(all.length / chunk_points_max);
  return Array.from({ length: count }, (_, i) => {
    const part = all.slice(i * chunk_points_max, (i + 1) * chunk_points_max);
    const steps = part.map((point) => point.step);
    return {
      id: i === 0 && open ? open.id : null,
      series,
      first_ms: part[0]!.at_ms,
      last_ms: part.at(-1)!.at_ms,
      first_step: Math.min(...steps),
      last_step: Math.max(...steps),
      n: part.length,
      points: packPoints(part),
    };
  });
}

// Tracking: the metrics of runs. A point is acknowledged when it is on disk, in a batch that waits; it is folded into its series before anybody reads.
import type { Db } from '@holdfast/postgres';
import { insertBatches } from './metric-batch-table.ts';
import { foldMetrics } from './metric-fold.ts';
import { type HistoryPoint, byStep, byTime, encodeWaiting, sorted, unpackPoints } from './metric-points.ts';
import * as table from './metric-table.ts';
import { MetricWriter } from './metric-writer.ts';
import type { MetricPoint } from './types.ts';

/** More than this, written here since the last fold, is folded before more is taken. */
const unfolded_points_max = 500_000;
/** Read beyond a page, for the points of its first chunk that lie before it: one read is then enough. */
const behind_points = 4_096;
/** Points of one series that a chart is made from. */
const chart_points_max = 5_000_000;

export interface HistorySample {
  readonly run_ids: readonly string[];
  readonly key: string;
  readonly steps?: table.StepRange | undefined;
  /** Points of each run. */
  readonly limit: number;
}

export class Metrics {
  readonly #db: Db;
  readonly #writer: MetricWriter;
  #unfolded = 0;

  constructor(db: Db) {
    this.#db = db;
    this.#writer = new MetricWriter(async (batches) => {
      this.#unfolded += batches.reduce((sum, batch) => sum + batch.n, 0);
      if (this.#unfolded > unfolded_points_max) await this.fold();
      return insertBatches(db, batches);
    });
  }

  /** Shares a commit with the requests of others. False where the run is deleted or not there, and nothing was written. */
  write(run_id: string, points: readonly MetricPoint[]): Promise<boolean> {
    return this.#writer.write(batchOf(run_id, points));
  }
  async writeWithin(trx: Db, run_id: string, points: readonly MetricPoint[]): Promise<void> {
    await insertBatches(trx, [batchOf(run_id, points)]);
  }
  async fold(): Promise<void> {
    this.#unfolded = 0;
    await foldMetrics(this.#db);
  }

  /** What waits is folded first, unless the caller has just done so. */
  async latestOf(runs: readonly number[], folded: boolean): Promise<Map<number, table.LatestPoint[]>> {
    if (!folded) await this.fold();
    return table.latestOf(this.#db, runs);
  }

  /** By time, step and value, behind `after`; empty for a run or a key that is not there. */
  async history(run_id: string, key: string, limit: number, after?: HistoryPoint): Promise<HistoryPoint[]> {
    const series = await this.#series(run_id, key);
    if (series === null) return [];
    for (let points = limit + behind_points; ; points *= 2) {
      const { edge, chunks } = await table.chunksFrom(this.#db, series, after, points);
      const sure = chunks.flatMap(unpackPoints).filter(({ at_ms, step }) => edge === null || at_ms < edge.at_ms || (at_ms === edge.at_ms && step <= edge.step));
      const all = sorted(sure, byTime);
      const found = after ? all.filter((point) => byTime(point, after) > 0) : all;
      if (edge === null || found.length >= limit) return found.slice(0, limit);
    }
  }
  /** By step, then time. */
  async historyBySteps(run_id: string, key: string, limit: number): Promise<HistoryPoint[]> {
    const series = await this.#series(run_id, key);
    if (series === null) return [];
    return sorted((await table.chunksOfSteps(this.#db, series, undefined, limit)).flatMap(unpackPoints), byStep).slice(0, limit);
  }
  /** Evenly chosen points of each run by step, the first and the last of each among them. */
  async sample(of: HistorySample): Promise<(HistoryPoint & { run_id: string })[]> {
    const found: (HistoryPoint & { run_id: string })[] = [];
    for (const run_id of of.run_ids) {
      const series = await this.#series(run_id, of.key);
      if (series === null) continue;
      const points = (await table.chunksOfSteps(this.#db, series, of.steps, chart_points_max)).flatMap(unpackPoints);
      const { first = -Infinity, last = Infinity } = of.steps ?? {};
      const within = sorted(
        points.filter(({ step }) => step >= first && step <= last),
        byStep,
      );
      for (const point of evenly(within, of.limit)) found.push({ run_id, ...point });
    }
    return found;
  }

  async #series(run_id: string, key: string): Promise<number | null> {
    await this.fold();
    return table.findSeries(this.#db, run_id, key);
  }
}

const batchOf = (run_id: string, points: readonly MetricPoint[]) => ({ run_id, n: points.length, points: encodeWaiting(points.map(finite)) });
/** An infinite value is kept as the greatest number of its sign, as MLflow does: a database of numbers can order it. */
const finite = (point: MetricPoint): MetricPoint =>
  Math.abs(point.value) === Infinity ? { ...point, value: Math.sign(point.value) * Number.MAX_VALUE } : point;

function evenly<T>(all: readonly T[], limit: number): readonly T[] {
  if (all.length <= limit) return all;
  if (limit === 1) return all.slice(0, 1);
  return Array.from({ length: limit }, (_, i) => all[Math.round((i * (all.length - 1)) / (limit - 1))]!);
}

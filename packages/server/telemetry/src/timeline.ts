// Reads packed chunks back into series for a screen: each bucket keeps the least and the greatest value, so that no spike is lost.
import { type PointsChunk, decodePoints } from '@holdfast/protocol';
import type { PointsRow } from './record-table.ts';

export interface Series {
  metric: string;
  times_ms: number[];
  min: (number | null)[];
  max: (number | null)[];
  mean: (number | null)[];
  /** Stored points of the metric in the range; each is in one bucket. */
  points: number;
}

interface Bucket {
  min: number;
  max: number;
  sum: number;
  count: number;
}

/** Buckets of equal width over [from_ms, to_ms]; empty ones are left out, NaN values are not points. */
export function makeSeries(rows: readonly PointsRow[], from_ms: number, to_ms: number, buckets: number): Series[] {
  const width = Math.max(1, (to_ms - from_ms) / buckets);
  const metrics = new Map<string, Map<number, Bucket>>();
  for (const row of rows) {
    const chunk = decodePoints(row.body);
    if (chunk) addChunk(metrics, chunk, { from_ms, to_ms, width, last: buckets - 1 });
  }
  return [...metrics].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([metric, byBucket]) => toSeries(metric, byBucket, from_ms, width));
}

function addChunk(metrics: Map<string, Map<number, Bucket>>, chunk: PointsChunk, range: { from_ms: number; to_ms: number; width: number; last: number }): void {
  for (const { name, values } of chunk.metrics) {
    const byBucket = metrics.get(name) ?? new Map<number, Bucket>();
    metrics.set(name, byBucket);
    for (let i = 0; i < values.length; i++) {
      const at = chunk.first_ms + chunk.offsets_ms[i]!;
      const value = values[i]!;
      if (at < range.from_ms || at > range.to_ms || Number.isNaN(value)) continue;
      const index = Math.min(range.last, Math.floor((at - range.from_ms) / range.width));
      const bucket = byBucket.get(index);
      if (!bucket) byBucket.set(index, { min: value, max: value, sum: value, count: 1 });
      else Object.assign(bucket, { min: Math.min(bucket.min, value), max: Math.max(bucket.max, value), sum: bucket.sum + value, count: bucket.count + 1 });
    }
  }
}

function toSeries(metric: string, byBucket: Map<number, Bucket>, from_ms: number, width: number): Series {
  const sorted = [...byBucket].toSorted(([a], [b]) => a - b);
  return {
    metric,
    times_ms: sorted.map(([index]) => Math.round(from_ms + (index + 0.5) * width)),
    min: sorted.map(([, b]) => b.min),
    max: sorted.map(([, b]) => b.max),
    mean: sorted.map(([, b]) => b.sum / b.count),
    points: sorted.reduce((sum, [, b]) => sum + b.count, 0),
  };
}

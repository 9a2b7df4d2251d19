// tracking: points of metrics, packed: as JSON columns where they wait, as big-endian doubles where they stay (24 bytes a point). Pure.
import type { MetricPoint } from './types.ts';

/** A point of one series. */
export interface HistoryPoint {
  readonly at_ms: number;
  readonly step: number;
  readonly value: number;
}

/** Points of any keys, as a batch that waits: the keys once, and a column each. JSON has no NaN: null stands for it. */
interface Waiting {
  readonly keys: readonly string[];
  readonly key: readonly number[];
  readonly step: readonly number[];
  readonly at_ms: readonly number[];
  readonly value: readonly (number | null)[];
}

export function encodeWaiting(points: readonly MetricPoint[]): string {
  const numbers = new Map<string, number>();
  const numberOf = (key: string) => {
    const known = numbers.get(key) ?? numbers.size;
    numbers.set(key, known);
    return known;
  };
  const columns = { key: points.map((p) => numberOf(p.key)), step: points.map((p) => p.step), at_ms: points.map((p) => p.at_ms) };
  return JSON.stringify({ keys: [...numbers.keys()], ...columns, value: points.map((p) => p.value) } satisfies Waiting);
}
export function decodeWaiting(text: string): MetricPoint[] {
  const { keys, key, step, at_ms, value } = JSON.parse(text) as Waiting;
  return key.map((number, i) => ({ key: keys[number]!, step: step[i]!, at_ms: at_ms[i]!, value: value[i] ?? Number.NaN }));
}

/** MLflow's order of a history. NaN stands behind every number, as PostgreSQL has it. */
export function byTime(a: HistoryPoint, b: HistoryPoint): number {
  return a.at_ms - b.at_ms || a.step - b.step || compareValues(a.value, b.value);
}
export function byStep(a: HistoryPoint, b: HistoryPoint): number {
  return a.step - b.step || a.at_ms - b.at_ms || compareValues(a.value, b.value);
}
function compareValues(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  return Number.isNaN(b) ? -1 : a - b;
}

/** MLflow's latest point: the greatest (step, time, value), where NaN counts as 0; of equals the one before stays. */
export function isNewer(a: HistoryPoint, b: HistoryPoint): boolean {
  const asNumber = (value: number) => (Number.isNaN(value) ? 0 : value);
  return (a.step - b.step || a.at_ms - b.at_ms || asNumber(a.value) - asNumber(b.value)) > 0;
}

/** Sorted, and a point that is there twice only once. */
export function sorted(points: HistoryPoint[], order: (a: HistoryPoint, b: HistoryPoint) => number): HistoryPoint[] {
  points.sort(order);
  return points.filter((point, i) => i === 0 || order(points[i - 1]!, point) !== 0);
}

/** The times, then the steps, then the values; what the migration of the old rows writes too. */
export function packPoints(points: readonly HistoryPoint[]): Buffer {
  const n = points.length;
  const columns = new Float64Array(3 * n);
  for (const [i, point] of points.entries()) {
    columns[i] = point.at_ms;
    columns[n + i] = point.step;
    columns[2 * n + i] = point.value;
  }
  return Buffer.from(columns.buffer).swap64();
}
export function unpackPoints(bytes: Buffer): HistoryPoint[] {
  const columns = new Float64Array(new Uint8Array(bytes).buffer); // a copy: aligned, and its own to swap
  Buffer.from(columns.buffer).swap64();
  const n = columns.length / 3;
  return Array.from({ length: n }, (_, i) => ({ at_ms: columns[i]!, step: columns[n + i]!, value: columns[2 * n + i]! }));
}

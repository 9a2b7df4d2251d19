// stats/detectors: ADWIN, a window that is as long as its mean is constant, kept in buckets of 1, 2, 4, … values (ADWIN2).
// Formula: the window is cut where |mean_old - mean_new| > sqrt(2 m v d) + 2/3 m d, with v the variance of the window, d = ln(2 ln(n) / delta) and
// m = 1/(n_old - k + 1) + 1/(n_new - k + 1), k = min_window_length, tried at every end of a bucket, each `clock` values,
// and only above `grace_period` values. A drift empties the window, as in river; the paper keeps its newer part.
// Complexity: O(max_buckets log n) a check; 2 max_buckets log2(n / max_buckets) numbers. A constant stream has v = 0 and no distance.
// Source: A. Bifet, R. Gavalda, "Learning from time-changing data with adaptive windowing", SDM 2007; names and defaults as in river.
import { defineDetector } from './detector.ts';
import { real, whole } from './parameters.ts';

interface Bucket {
  sum: number;
  /** Sum of squares around the bucket's mean. */
  squares: number;
}
interface Memory {
  /** Row i holds buckets of 2^i values, the oldest first. */
  rows: Bucket[][];
  width: number;
  sum: number;
  squares: number;
  ticks: number;
}
interface Parameters {
  readonly delta: number;
  readonly max_buckets: number;
  readonly min_window_length: number;
}

export const adwin = defineDetector({
  name: 'adwin',
  says: 'a mean that differs between an older and a newer part of a window that adapts',
  layout: 1,
  parameters: {
    delta: real(0.002, 1e-300, 1, 'chance of a false cut at one check'),
    clock: whole(32, 1, 1e9, 'values between checks'),
    max_buckets: whole(5, 1, 1000, 'buckets of one size before two are merged'),
    min_window_length: whole(5, 1, 1e9, 'values that each part of a cut has at least'),
    grace_period: whole(10, 0, 1e9, 'values before the first check'),
  },
  start: (): Memory => ({ rows: [[]], width: 0, sum: 0, squares: 0, ticks: 0 }),
  step(memory, value, parameters) {
    add(memory, value);
    compress(memory, parameters.max_buckets);
    memory.ticks = (memory.ticks + 1) % parameters.clock;
    if (memory.ticks !== 0 || memory.width <= parameters.grace_period) return null;
    return hasCut(memory, parameters) ? 'drift' : null;
  },
});

function add(memory: Memory, value: number): void {
  if (memory.width > 0) memory.squares += (memory.width * (value - memory.sum / memory.width) ** 2) / (memory.width + 1);
  memory.width++;
  memory.sum += value;
  memory.rows[0]!.push({ sum: value, squares: 0 });
}

/** The two oldest buckets of a row that is too long become one of the next row. */
function compress({ rows }: Memory, buckets_max: number): void {
  for (let i = 0; i < rows.length && rows[i]!.length > buckets_max; i++) {
    const [a, b] = rows[i]!.splice(0, 2) as [Bucket, Bucket];
    const size = 2 ** i;
    const squares = a.squares + b.squares + ((a.sum / size - b.sum / size) ** 2 * size) / 2;
    (rows[i + 1] ??= []).push({ sum: a.sum + b.sum, squares });
  }
}

function hasCut(memory: Memory, { delta, min_window_length: least }: Parameters): boolean {
  const { rows, width } = memory;
  const old = { n: 0, sum: 0 };
  for (let i = rows.length - 1; i >= 0; i--)
    for (const bucket of rows[i]!) {
      old.n += 2 ** i;
      old.sum += bucket.sum;
      if (width - old.n < least || width === old.n) return false;
      if (old.n >= least && isCut(memory, old, delta, least)) return true;
    }
  return false;
}

function isCut({ width, sum, squares }: Memory, old: { n: number; sum: number }, delta: number, least: number): boolean {
  const n_new = width - old.n;
  const d = Math.log((2 * Math.log(width)) / delta);
  const m = 1 / (old.n - least + 1) + 1 / (n_new - least + 1);
  const bound = Math.sqrt(2 * m * Math.max(0, squares / width) * d) + (2 / 3) * m * d;
  return Math.abs(old.sum / old.n - (sum - old.sum) / n_new) > bound;
}

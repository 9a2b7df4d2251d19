// stats/tests: samples of rows, for the tests that take more than one number an observation: embeddings, or features beside each other.
import { failure } from '@holdfast/base';

export type Row = ArrayLike<number>;

export interface RowRule {
  readonly test: string;
  readonly count_min: number;
  /** Of both samples together. */
  readonly count_max: number;
  readonly width_max: number;
}

/** Fails with HF-STAT-030 where rows differ in length, hold what is not finite, or are too few or too many. */
export function checkRows(x: readonly Row[], y: readonly Row[], { test, count_min, count_max, width_max }: RowRule): void {
  for (const [name, rows] of [
    ['x', x],
    ['y', y],
  ] as const)
    if (rows.length < count_min) throw failure('HF-STAT-030', { test, saw: `${rows.length} rows in ${name}`, expected: `at least ${count_min}` });
  if (x.length + y.length > count_max)
    throw failure('HF-STAT-030', { test, saw: `${x.length + y.length} rows`, expected: `at most ${count_max}; draw a sample` });
  const width = x[0]!.length;
  if (width > width_max) throw failure('HF-STAT-030', { test, saw: `${width} numbers a row`, expected: `at most ${width_max}; project them` });
  for (const [name, rows] of [
    ['x', x],
    ['y', y],
  ] as const)
    rows.forEach((row, i) => {
      if (row.length !== width || width === 0)
        throw failure('HF-STAT-030', { test, saw: `${row.length} numbers at ${name}[${i}]`, expected: `${width || 'some'}, as in x[0]` });
      for (let j = 0; j < width; j++)
        if (!Number.isFinite(row[j]!)) throw failure('HF-STAT-030', { test, saw: `${row[j]} at ${name}[${i}][${j}]`, expected: 'finite numbers' });
    });
}

/** 1, or a power of two as large as these values where their squares, or the squares of their distances, would not fit into a double. */
function unitOf(largest: number): number {
  return largest === 0 || (largest > 1e-100 && largest < 1e100) ? 1 : 2 ** Math.floor(Math.log2(largest));
}

/**
 * Both samples in another unit, one power of two, where that is needed; else as they are. For tests of distances, which do not depend on the unit: no digit is
 * lost but those of numbers a 1e300th of the largest.
 */
export function scaledRows(x: readonly Row[], y: readonly Row[]): readonly Row[] {
  const rows = [...x, ...y];
  let largest = 0;
  for (const row of rows) for (let k = 0; k < row.length; k++) largest = Math.max(largest, Math.abs(row[k]!));
  const unit = unitOf(largest);
  return unit === 1 ? rows : rows.map((row) => Float64Array.from(row, (value) => value / unit));
}

/** Each column in a unit of its own, for tests that standardise them: a column of 1e200 must not make nothing of its neighbour. */
export function scaledColumns(x: readonly Row[], y: readonly Row[]): readonly [readonly Row[], readonly Row[]] {
  const largest = new Float64Array(x[0]!.length);
  for (const rows of [x, y]) for (const row of rows) for (let k = 0; k < row.length; k++) largest[k] = Math.max(largest[k]!, Math.abs(row[k]!));
  const units = largest.map(unitOf);
  if (units.every((unit) => unit === 1)) return [x, y];
  const scaled = (rows: readonly Row[]) => rows.map((row) => Float64Array.from(row, (value, k) => value / units[k]!));
  return [scaled(x), scaled(y)];
}

/** An order of 0 to count - 1, every one as likely (R. Durstenfeld, CACM 7(7), 1964); `random` gives numbers in [0, 1). */
export function shuffled(count: number, random: () => number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

// stats/tests: maximum mean discrepancy: do two samples of rows have the same mean in the feature space of a Gaussian kernel? It sees any difference.
// Formula: the unbiased estimate of the squared distance, mean k(x, x') + mean k(y, y') - 2 mean k(x, y) over pairs of different rows, which may be below 0;
// k = exp(-d^2 / (2 s^2)), s the median distance of all pairs of unlike rows. p is the share of random divisions of all rows, this one counted, whose
// statistic is as large: exact at any size, never below 1 / (permutations + 1). The generator is passed in; the same seed gives the same p.
// Rows that are all alike: statistic 0, p 1. NaN and infinities are refused. Complexity: O(N^2) memory (N at most 2,000: 32 MB), O(N^2 permutations).
// Source: A. Gretton et al., A kernel two-sample test, JMLR 13, 2012; B. Phipson, G. K. Smyth, SAGMB 9(1), 2010 (this one counted).
import type { TestOutcome } from './outcome.ts';
import { type Row, checkRows, scaledRows, shuffled } from './rows.ts';

const rule = { test: 'mmd', count_min: 2, count_max: 2000, width_max: 4096 };

export interface MeanDiscrepancyOptions {
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** 199 resolves a level of 0.005. */
  readonly permutations?: number;
}

export function meanDiscrepancy(x: readonly Row[], y: readonly Row[], { random, permutations = 199 }: MeanDiscrepancyOptions): TestOutcome {
  checkRows(x, y, rule);
  const rows = scaledRows(x, y);
  const kernel = gaussian(rows);
  if (kernel === null) return { statistic: 0, p_value: 1 };
  const sums = rowSums(kernel, rows.length);
  const discrepancy = (order: Uint32Array) => estimate(kernel, sums, order, x.length);
  const statistic = discrepancy(Uint32Array.from(rows, (_, i) => i));
  const least = statistic - 1e-12; // a division that is this one in another order differs by the rounding of means of at most 1
  let as_large = 1;
  for (let i = 0; i < permutations; i++) if (discrepancy(shuffled(rows.length, random)) >= least) as_large++;
  return { statistic, p_value: as_large / (permutations + 1) };
}

/** The matrix of k, its diagonal 0 as a row has no pair with itself; null where all rows are alike. */
function gaussian(rows: readonly Row[]): Float64Array | null {
  const count = rows.length;
  const kernel = new Float64Array(count * count);
  const squares = new Float64Array((count * (count - 1)) / 2);
  let at = 0;
  for (let i = 0; i < count; i++) for (let j = 0; j < i; j++) squares[at++] = squareDistance(rows[i]!, rows[j]!);
  const unlike = squares.filter((square) => square > 0).sort();
  if (unlike.length === 0) return null;
  const median = unlike[Math.floor(unlike.length / 2)]!;
  at = 0;
  for (let i = 0; i < count; i++) for (let j = 0; j < i; j++) kernel[i * count + j] = kernel[j * count + i] = Math.exp(-squares[at++]! / (2 * median));
  return kernel;
}

function squareDistance(a: Row, b: Row): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k]! - b[k]!) ** 2;
  return sum;
}

function rowSums(kernel: Float64Array, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => kernel.subarray(i * count, (i + 1) * count).reduce((sum, value) => sum + value, 0));
}

/** The sum within x is counted; the others follow from the sums of the rows. */
function estimate(kernel: Float64Array, sums: Float64Array, order: Uint32Array, n: number): number {
  const count = order.length;
  const m = count - n;
  let [within_x, of_x, of_y] = [0, 0, 0];
  for (let a = 0; a < n; a++) {
    const row = order[a]! * count;
    for (let b = 0; b < a; b++) within_x += kernel[row + order[b]!]!;
  }
  for (let a = 0; a < count; a++)
    if (a < n) of_x += sums[order[a]!]!;
    else of_y += sums[order[a]!]!;
  within_x *= 2;
  const across = of_x - within_x;
  return within_x / (n * (n - 1)) + (of_y - across) / (m * (m - 1)) - (2 * across) / (n * m);
}

// stats/tests: the exact law of the two-sample Cramer-von Mises statistic without ties, over all orders of n and m values.
// Formula: an order is a lattice path; the statistic is a multiple of the sum of (i m' - j n')^2 over its points, whole numbers (m' and n' are m and n over
// their common divisor). A table of sum and count goes along the lattice; sums at or above the bound are one entry, since they can only grow.
// Complexity: O(n m * distinct sums); beyond a million distinct sums it is refused. Counts are exact up to 2^53 orders, then to 1e-15.
// Source: Y. Xiao, A. Gordon, A. Yakovlev, Journal of Statistical Software 17(8), 2006.
import { failure } from '@holdfast/base';

interface Table {
  /** Ascending. */
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

const entries_max = 1_000_000;

/** P(12 n m N T >= excess). */
export function cramerVonMisesExactTail(excess: bigint, n: number, m: number): number {
  const divisor = gcd(n, m);
  const [row_step, column_step] = [m / divisor, n / divisor];
  const bound = boundOf(excess, n, m, row_step);
  const { sums, counts } = walk(n, m, (i, j) => (i * row_step - j * column_step) ** 2, bound);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return sums.at(-1)! >= bound ? counts.at(-1)! / total : 0;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** T is n m / N^2 times the sum over lcm^2: the least sum that reaches it, rounded down as ties may lie between two. */
function boundOf(excess: bigint, n: number, m: number, row_step: number): number {
  const lcm = BigInt(n * row_step);
  return Number((excess * lcm * lcm * BigInt(n + m)) / (12n * BigInt(n * m) ** 2n));
}

function walk(n: number, m: number, square: (i: number, j: number) => number, bound: number): Table {
  let row: Table[] = [];
  for (let i = 0; i <= n; i++) {
    const next: Table[] = [];
    for (let j = 0; j <= m; j++) {
      const from = i + j === 0 ? { sums: Float64Array.of(0), counts: Float64Array.of(1) } : merged(row[j], next[j - 1]);
      next.push(raised(from, square(i, j), bound));
    }
    row = next;
  }
  return row[m]!;
}

function merged(a: Table | undefined, b: Table | undefined): Table {
  if (a === undefined || b === undefined) return (a ?? b)!;
  const sums = new Float64Array(a.sums.length + b.sums.length);
  const counts = new Float64Array(sums.length);
  let [i, j, at] = [0, 0, 0];
  for (; i < a.sums.length || j < b.sums.length; at++) {
    const [left, right] = [a.sums[i] ?? Number.POSITIVE_INFINITY, b.sums[j] ?? Number.POSITIVE_INFINITY];
    sums[at] = Math.min(left, right);
    counts[at] = (left <= right ? a.counts[i++]! : 0) + (right <= left ? b.counts[j++]! : 0);
  }
  if (at > entries_max)
    throw failure('HF-STAT-030', {
      test: 'cramervonmises',
      saw: `method exact with more than ${entries_max} distinct sums`,
      expected: 'fewer values, or method asymptotic',
    });
  return { sums: sums.subarray(0, at), counts: counts.subarray(0, at) };
}

/** Every sum a step further; those that reach the bound become one entry at it. */
function raised({ sums, counts }: Table, by: number, bound: number): Table {
  const kept = sums.findIndex((sum) => sum + by >= bound);
  if (kept === -1) return { sums: sums.map((sum) => sum + by), counts: counts.slice() };
  const [above, below] = [new Float64Array(kept + 1), new Float64Array(kept + 1)];
  for (let i = 0; i < kept; i++) [above[i], below[i]] = [sums[i]! + by, counts[i]!];
  above[kept] = bound;
  for (let i = kept; i < counts.length; i++) below[kept]! += counts[i]!;
  return { sums: above, counts: below };
}

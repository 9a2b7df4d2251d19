// stats/tests: the Cramer-von Mises test of two samples: the mean square distance of their distribution functions, by ranks.
// Formula: with U = n sum (rank of x_i - i)^2 + m sum (rank of y_j - j)^2, mid-ranks for ties: T = U / (n m N) - (4 n m - 1) / (6 N), in whole numbers, since
// at a million values the difference loses six digits. Exact p over all orders (cramer-von-mises-law.ts), asymptotic p by the limit law with mean and
// variance of the finite one. Auto as SciPy: exact up to 20 values a side. NaN: refused. Infinities: values like others. At least 2 values a side.
// Complexity: O(n log n); exact as its law.
// Source: T. W. Anderson, Annals of Mathematical Statistics 33(3), 1962. Equals scipy.stats.cramervonmises_2samp.
import { cramerVonMisesLimitTail } from '../special/cramer-von-mises-limit.ts';
import { cramerVonMisesExactTail } from './cramer-von-mises-law.ts';
import type { Method, TestOutcome } from './outcome.ts';
import { eachValue } from './pooled.ts';
import { sortedSample } from './samples.ts';

const rule = { test: 'cramervonmises', count_min: 2, finite: false };
const auto_exact_max = 20;
const safe_max = 2 ** 52;

export function cramerVonMises(x: ArrayLike<number>, y: ArrayLike<number>, { method = 'auto' }: { readonly method?: Method } = {}): TestOutcome {
  const [a, b] = [sortedSample(x, 'x', rule), sortedSample(y, 'y', rule)];
  const [n, m] = [a.length, b.length];
  const excess = excessOf(a, b);
  const statistic = Number(excess) / (12 * n * m * (n + m));
  const exact = method === 'exact' || (method === 'auto' && Math.max(n, m) <= auto_exact_max);
  return { statistic, p_value: exact ? cramerVonMisesExactTail(excess, n, m) : asymptotic(statistic, n, m) };
}

/** 12 n m N T, a whole number: 3 * 4U - 2 n m (4 n m - 1), with 4U from doubled ranks. */
function excessOf(x: Float64Array, y: Float64Array): bigint {
  const [of_x, of_y] = [new WholeSum(), new WholeSum()];
  let [below_x, below_y] = [0, 0];
  eachValue(x, y, (_, in_x, in_y) => {
    const doubled_rank = 2 * (below_x + below_y) + in_x + in_y + 1;
    addSquares(of_x, doubled_rank, below_x, in_x);
    addSquares(of_y, doubled_rank, below_y, in_y);
    below_x += in_x;
    below_y += in_y;
  });
  const [n, m] = [BigInt(x.length), BigInt(y.length)];
  return 3n * (n * of_x.total() + m * of_y.total()) - 2n * n * m * (4n * n * m - 1n);
}

function addSquares(sum: WholeSum, doubled_rank: number, below: number, count: number): void {
  for (let i = below + 1; i <= below + count; i++) sum.add((doubled_rank - 2 * i) ** 2);
}

/** A sum of whole numbers that stays whole beyond 2^53. */
class WholeSum {
  #large = 0n;
  #small = 0;
  add(value: number): void {
    this.#small += value;
    if (this.#small < safe_max) return;
    this.#large += BigInt(this.#small);
    this.#small = 0;
  }
  total(): bigint {
    return this.#large + BigInt(this.#small);
  }
}

function asymptotic(statistic: number, n: number, m: number): number {
  const [pairs, all] = [n * m, n + m];
  const mean = (1 + 1 / all) / 6;
  const variance = ((all + 1) * (4 * pairs * all - 3 * (n * n + m * m) - 2 * pairs)) / (45 * all * all * 4 * pairs);
  return cramerVonMisesLimitTail(1 / 6 + (statistic - mean) / Math.sqrt(45 * variance));
}

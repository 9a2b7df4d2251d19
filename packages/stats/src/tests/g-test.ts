// stats/tests: the two-sample G test of the drift rule: the contingency test of contingency.ts, made fit for thin categories.
// Rule: a category that is zero in both samples is left out. Categories that expect fewer than 5 in the smaller sample are put together as one: the
// chi-square law does not hold for many thin cells. What has no category of its own (`rest`) joins them: were it a category, one that holds whatever the
// reference lacks, it would be chosen by the reference, and its 0 there no surprise. Empty: where either sample, or all but one category, is empty: statistic 0, df 0, p 1.
// Formula: the statistic is G / q, with Williams's q = 1 + (N/n + N/m - 1) (sum of N / count - 1) / (6 N df): the mean of G is above its degrees of freedom where
// categories are thin, and 100 of them that expect 6 each were called other twice as often as was said. A thin category counts in q as one that expects 5.
// Complexity: O(k). Source of the bound of 5: W. G. Cochran, Biometrics 10(4), 1954; of q: D. A. Williams, Biometrika 63(1), 1976.
import { failure } from '@holdfast/base';
import { chiSquareTail } from '../special/gamma.ts';
import { contingency } from './contingency.ts';

const expected_min = 5;

export function gTest(
  reference: readonly number[],
  current: readonly number[],
  rest: readonly [number, number] = [0, 0],
): { statistic: number; df: number; p_value: number } {
  if (reference.length !== current.length) throw failure('HF-STAT-001', { saw: current.length, expected: reference.length });
  const n = reference.reduce((sum, count) => sum + count, rest[0]);
  const m = current.reduce((sum, count) => sum + count, rest[1]);
  if (n === 0 || m === 0) return { statistic: 0, df: 0, p_value: 1 };
  const cells = pooled(reference, current, rest, Math.min(n, m) / (n + m));
  const options = { divergence: 'log-likelihood', correction: false } as const;
  const { statistic: raw, df } = contingency(
    cells.map(([r]) => r),
    cells.map(([, c]) => c),
    options,
  );
  if (df === 0) return { statistic: 0, df, p_value: 1 };
  const statistic = raw / williams(cells, n, m);
  return { statistic, df, p_value: chiSquareTail(statistic, df) };
}

function williams(cells: readonly (readonly [number, number])[], n: number, m: number): number {
  const all = n + m;
  const rarest_max = Math.min(n, m) / expected_min;
  const inverse = cells.reduce((sum, [r, c]) => sum + Math.min(all / (r + c), rarest_max), 0);
  return 1 + ((all / n + all / m - 1) * Math.max(0, inverse - 1)) / (6 * all * (cells.length - 1));
}

function pooled(reference: readonly number[], current: readonly number[], rest: readonly [number, number], share: number): [number, number][] {
  const cells: [number, number][] = [];
  const thin: [number, number] = [...rest];
  for (let i = 0; i < reference.length; i++) {
    const [r, c] = [reference[i]!, current[i]!];
    if ((r + c) * share >= expected_min) cells.push([r, c]);
    else {
      thin[0] += r;
      thin[1] += c;
    }
  }
  return thin[0] + thin[1] > 0 ? [...cells, thin] : cells;
}

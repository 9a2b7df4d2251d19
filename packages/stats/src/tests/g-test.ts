// stats/tests: the two-sample G test (log-likelihood ratio) on the counts of categories.
// Formula: G = 2 * sum O ln(O / E) over the 2 x k table, E from its margins; p is the chi-square tail with k - 1 degrees of freedom.
// Zero rule: a category that is zero in both samples is left out; a zero in one sample adds 0 (the limit of O ln O). Categories that
// expect fewer than 5 in the smaller sample are put together as one: the chi-square law does not hold for many thin cells.
// Empty: where either sample, or all but one category, is empty: statistic 0, df 0, p 1. Complexity: O(k).
// Source: R. R. Sokal, F. J. Rohlf, Biometry, 3rd edition, 17.4; the bound of 5 is W. G. Cochran's, Biometrics 10(4), 1954.
import { failure } from '@holdfast/base';
import { chiSquareTail } from './chi-square.ts';

const expected_min = 5;

export function gTest(reference: readonly number[], current: readonly number[]): { statistic: number; df: number; p_value: number } {
  if (reference.length !== current.length) throw failure('HF-STAT-001', { saw: current.length, expected: reference.length });
  const n = reference.reduce((sum, count) => sum + count, 0);
  const m = current.reduce((sum, count) => sum + count, 0);
  if (n === 0 || m === 0) return { statistic: 0, df: 0, p_value: 1 };
  const cells = pooled(reference, current, Math.min(n, m) / (n + m));
  const half = cells.reduce((sum, [r, c]) => sum + part(r, ((r + c) * n) / (n + m)) + part(c, ((r + c) * m) / (n + m)), 0);
  const statistic = Math.max(0, 2 * half);
  const df = cells.length - 1;
  return { statistic, df, p_value: df === 0 ? 1 : chiSquareTail(statistic, df) };
}

function part(observed: number, expected: number): number {
  return observed === 0 ? 0 : observed * Math.log(observed / expected);
}

function pooled(reference: readonly number[], current: readonly number[], share: number): [number, number][] {
  const cells: [number, number][] = [];
  const thin: [number, number] = [0, 0];
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

// stats/tests: the two-sample G test of the drift rule: the contingency test of contingency.ts, made fit for thin categories.
// Rule: a category that is zero in both samples is left out. Categories that expect fewer than 5 in the smaller sample are put together as one: the
// chi-square law does not hold for many thin cells. What has no category of its own (`rest`) joins them: were it a category, one that holds whatever the
// reference lacks, it would be chosen by the reference, and its 0 there no surprise. Empty: where either sample, or all but one category, is empty: statistic 0, df 0, p 1.
// Complexity: O(k). Source of the bound of 5: W. G. Cochran, Biometrics 10(4), 1954.
import { failure } from '@holdfast/base';
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
  return contingency(
    cells.map(([r]) => r),
    cells.map(([, c]) => c),
    options,
  );
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

// stats/distances: the Hellinger distance of two lists of counts: 0 (equal) to 1 (nothing in common). A metric.
// Formula: square root of half the sum of (sqrt p - sqrt q)^2. Zero cells need no rule. Empty: where either side has no count, 0. Complexity: O(k).
// Source: E. Hellinger, Journal fuer die reine und angewandte Mathematik 136, 1909; D. Pollard, A User's Guide to Measure Theoretic Probability, 3.3.
import { failure } from '@holdfast/base';

export function hellinger(reference: readonly number[], current: readonly number[]): number {
  if (reference.length !== current.length) throw failure('HF-STAT-001', { saw: current.length, expected: reference.length });
  const n = reference.reduce((sum, count) => sum + count, 0);
  const m = current.reduce((sum, count) => sum + count, 0);
  if (n === 0 || m === 0) return 0;
  return Math.sqrt(reference.reduce((sum, count, i) => sum + (Math.sqrt(count / n) - Math.sqrt(current[i]! / m)) ** 2, 0) / 2);
}

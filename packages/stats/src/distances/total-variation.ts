// stats/distances: total variation of two lists of counts: the share that would have to move from one category to another.
// Formula: half the sum of |p - q|. 0 to 1. Complexity: O(k). Zero cells need no rule. Empty: where either side has no count, 0.
// Source: D. A. Levin, Y. Peres, E. L. Wilmer, Markov Chains and Mixing Times, 4.1.
import { failure } from '@holdfast/base';

export function totalVariation(reference: readonly number[], current: readonly number[]): number {
  if (reference.length !== current.length) throw failure('HF-STAT-001', { saw: current.length, expected: reference.length });
  const n = reference.reduce((sum, count) => sum + count, 0);
  const m = current.reduce((sum, count) => sum + count, 0);
  if (n === 0 || m === 0) return 0;
  return reference.reduce((sum, count, i) => sum + Math.abs(count / n - current[i]! / m), 0) / 2;
}

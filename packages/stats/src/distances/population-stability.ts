// stats/distances: the population stability index, for display beside the habits of credit scoring (0.1 moderate, 0.25 large).
// Formula: sum of (p - q) ln(p / q). Zero rule: where a bin is empty on either side, half a count is added to every bin of both sides before the shares
// are taken (Jeffreys' prior), so that an empty bin costs what the size of the sample supports, not what an arbitrary floor says.
// Complexity: O(bins). Empty: where either side has no count, 0. Not for a decision: its size without drift grows as bins / n.
// Source: N. Siddiqi, Credit Risk Scorecards, 2006; R. E. Krichevsky, V. K. Trofimov, IEEE Trans. Inf. Theory 27(2), 1981 (half a count).
import { failure } from '@holdfast/base';

export function populationStabilityIndex(reference: readonly number[], current: readonly number[]): number {
  if (reference.length !== current.length) throw failure('HF-STAT-001', { saw: current.length, expected: reference.length });
  const n = reference.reduce((sum, count) => sum + count, 0);
  const m = current.reduce((sum, count) => sum + count, 0);
  if (n === 0 || m === 0) return 0;
  const extra = reference.some((count, i) => count === 0 || current[i] === 0) ? 0.5 : 0;
  return reference.reduce((sum, count, i) => {
    const p = (count + extra) / (n + extra * reference.length);
    const q = (current[i]! + extra) / (m + extra * reference.length);
    return sum + (p - q) * Math.log(p / q);
  }, 0);
}

// stats/distances: the Jensen-Shannon distance of two lists of counts, 0 (equal) to 1 (nothing in common), for display.
// Formula: square root of the mean of KL(p || m) and KL(q || m) in bits, m the mean of p and q. A metric, and bounded.
// Complexity: O(k). Zero rule: a zero cell adds 0 (the limit of x log x); m is zero only where both are. Empty side: 0.
// Source: D. M. Endres, J. E. Schindelin, IEEE Trans. Inf. Theory 49(7), 2003.
import { failure } from '@holdfast/base';

export function jensenShannon(reference: readonly number[], current: readonly number[]): number {
  if (reference.length !== current.length) throw failure('HF-STAT-001', { saw: current.length, expected: reference.length });
  const n = reference.reduce((sum, count) => sum + count, 0);
  const m = current.reduce((sum, count) => sum + count, 0);
  if (n === 0 || m === 0) return 0;
  const divergence = reference.reduce((sum, count, i) => {
    const [p, q] = [count / n, current[i]! / m];
    return sum + bits(p, (p + q) / 2) / 2 + bits(q, (p + q) / 2) / 2;
  }, 0);
  return Math.sqrt(Math.max(0, divergence));
}

function bits(share: number, mean: number): number {
  return share === 0 ? 0 : share * Math.log2(share / mean);
}

// stats/distances: the Jensen-Shannon distance of two lists of counts: 0 (equal) to the root of ln 2, in bits to 1 (nothing in common), for display.
// Formula: square root of the mean of KL(p || m) and KL(q || m), m the mean of p and q, in natural logarithms or in those of `base`. A metric.
// The terms are taken as p ln(p / m) + m - p, all positive, so that nearly equal shares keep their digits.
// Complexity: O(k). Zero rule: a zero cell adds 0 (the limit of x log x); m is zero only where both are. Empty side: 0.
// Source: D. M. Endres, J. E. Schindelin, IEEE Trans. Inf. Theory 49(7), 2003. Equals scipy.spatial.distance.jensenshannon.
import { failure } from '@holdfast/base';
import { deviance } from '../special/deviance.ts';

export function jensenShannon(reference: readonly number[], current: readonly number[], base: number = Math.E): number {
  if (reference.length !== current.length) throw failure('HF-STAT-001', { saw: current.length, expected: reference.length });
  const n = reference.reduce((sum, count) => sum + count, 0);
  const m = current.reduce((sum, count) => sum + count, 0);
  if (n === 0 || m === 0) return 0;
  const divergence = reference.reduce((sum, count, i) => {
    const [p, q] = [count / n, current[i]! / m];
    const mean = (p + q) / 2;
    return mean === 0 ? sum : sum + (deviance(p, mean) + deviance(q, mean)) / 2;
  }, 0);
  return Math.sqrt(base === Math.E ? divergence : divergence / Math.log(base));
}

// stats/distances: the Kullback-Leibler divergence of the current counts from the reference, in nats: not symmetric, no bound.
// Formula: sum p ln(p / q), p the shares of the reference; as sum p ln(p / q) + q - p, whose terms are all positive, so that nearly equal shares keep digits. Zero rule: p = 0 adds 0; q = 0 where p is not gives infinity, as it must.
// Empty side: 0. Complexity: O(k). Equals scipy.stats.entropy(reference, current).
// Source: S. Kullback, R. A. Leibler, Annals of Mathematical Statistics 22(1), 1951.
import { failure } from '@holdfast/base';
import { deviance } from '../special/deviance.ts';

export function kullbackLeibler(reference: readonly number[], current: readonly number[]): number {
  if (reference.length !== current.length) throw failure('HF-STAT-001', { saw: current.length, expected: reference.length });
  const n = reference.reduce((sum, count) => sum + count, 0);
  const m = current.reduce((sum, count) => sum + count, 0);
  if (n === 0 || m === 0) return 0;
  return reference.reduce((sum, count, i) => sum + surplus(count / n, current[i]! / m), 0);
}

const surplus = (p: number, q: number): number => (q > 0 ? deviance(p, q) : p > 0 ? Number.POSITIVE_INFINITY : 0);

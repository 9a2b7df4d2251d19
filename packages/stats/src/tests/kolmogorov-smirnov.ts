// stats/tests: the two-sample Kolmogorov-Smirnov test from counts on shared bins.
// Formula: D is the largest distance of the two cumulated shares over the edges; p is the Kolmogorov tail of D * sqrt(n m / (n + m)).
// The reference is a finite sample too, hence n m / (n + m); whoever puts n alone there alarms far too often on large windows.
// Conservative: the limit law lies above the exact one for finite samples, ties and bins only lower D. Complexity: O(bins).
// Empty: where either side has no count there is nothing to compare: distance 0, p 1. Bins that are zero on both sides change nothing.
// Source: N. V. Smirnov, Annals of Mathematical Statistics 19, 1948; for discrete data W. J. Conover, JASA 67(339), 1972.
import { failure } from '@holdfast/base';
import { kolmogorovTail } from '../special/kolmogorov.ts';

export function kolmogorovSmirnovOnBins(reference: readonly number[], current: readonly number[]): { distance: number; p_value: number } {
  if (reference.length !== current.length) throw failure('HF-STAT-001', { saw: current.length, expected: reference.length });
  const n = reference.reduce((sum, count) => sum + count, 0);
  const m = current.reduce((sum, count) => sum + count, 0);
  if (n === 0 || m === 0) return { distance: 0, p_value: 1 };
  let [below_reference, below_current, distance] = [0, 0, 0];
  for (let i = 0; i < reference.length - 1; i++) {
    below_reference += reference[i]!;
    below_current += current[i]!;
    distance = Math.max(distance, Math.abs(below_reference / n - below_current / m));
  }
  return { distance, p_value: kolmogorovTail(distance * Math.sqrt((n * m) / (n + m))) };
}

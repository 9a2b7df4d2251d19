// stats/tests: the two-sample Kolmogorov-Smirnov test from counts on shared bins.
// Formula: D is the largest distance of the two cumulated shares over the edges; p is the tail of D * sqrt(n m / (n + m)): of a Brownian bridge on the edges, which
// are those of both sides together (special/bridge.ts).
// The reference is a finite sample too, hence n m / (n + m); whoever puts n alone there alarms far too often on large windows.
// Conservative where samples are small, or bins many and uneven. Complexity: O(bins), and up to 1 ms where they are at most ten.
// Empty: where either side has no count there is nothing to compare: distance 0, p 1. Bins that are zero on both sides change nothing.
// Source: N. V. Smirnov, Annals of Mathematical Statistics 19, 1948; for discrete data C. L. Wood, M. M. Altavela, Biometrika 65(1), 1978.
import { failure } from '@holdfast/base';
import { bridgeTail } from '../special/bridge.ts';

export function kolmogorovSmirnovOnBins(reference: readonly number[], current: readonly number[]): { distance: number; p_value: number } {
  const { n, m, distance, shares } = compared(reference, current);
  if (n === 0 || m === 0) return { distance: 0, p_value: 1 };
  return { distance, p_value: bridgeTail(shares, distance * Math.sqrt((n * m) / (n + m))) };
}

/** The distance alone, which takes no time beyond its sums. */
export const kolmogorovOnBins = (reference: readonly number[], current: readonly number[]): number => compared(reference, current).distance;

/** Sizes, distance, and the share of both sides together below each edge that has some on either side of it. */
function compared(reference: readonly number[], current: readonly number[]): { n: number; m: number; distance: number; shares: number[] } {
  if (reference.length !== current.length) throw failure('HF-STAT-001', { saw: current.length, expected: reference.length });
  const n = reference.reduce((sum, count) => sum + count, 0);
  const m = current.reduce((sum, count) => sum + count, 0);
  const shares: number[] = [];
  if (n === 0 || m === 0) return { n, m, distance: 0, shares };
  let [below_reference, below_current, distance, last] = [0, 0, 0, 0];
  for (let i = 0; i < reference.length - 1; i++) {
    below_reference += reference[i]!;
    below_current += current[i]!;
    const below = below_reference + below_current;
    if (below > last && below < n + m) shares.push(below / (n + m));
    last = below;
    distance = Math.max(distance, Math.abs(below_reference / n - below_current / m));
  }
  return { n, m, distance, shares };
}

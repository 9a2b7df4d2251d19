// stats/detectors: the standard normal law, for tables that are made once.
import { normalTail } from '../special/gamma.ts';

/** P(Z <= z). */
export const normalBelow = (z: number): number => normalTail(-z);

/** The z with P(Z <= z) = p, by bisection to full precision; infinite at 0 and 1. */
export function normalQuantile(p: number): number {
  if (p <= 0 || p >= 1) return p <= 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  let [low, high] = [-40, 40];
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (normalBelow(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

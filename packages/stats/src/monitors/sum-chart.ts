// stats/monitors: the sums of scores above and below an allowance, and how near they are to their limit. Formula: rise = max(0, rise + score - k),
// fall = max(0, fall - score - k), level = the larger one / limit. k is the allowance that was asked for and the standard error of the reference on top, so that a
// reference of few values raises no alarm. A sum goes up to twice its limit, so that the end of a drift is seen in bounded time. Two-sided. O(1), four numbers.
// Source: E. S. Page, "Continuous inspection schemes", Biometrika 41, 1954; D. V. Hinkley, Biometrika 58, 1971.
import { sumLimit } from './run-length.ts';

export interface SumChart {
  rise: number;
  fall: number;
  /** Sum of standard deviations that is a drift. */
  readonly limit: number;
}

/** `limit`: as it was asked for; it is raised to the one that keeps the promised run length. */
export const sumChart = (allowance: number, limit: number, run_length: number): SumChart => ({
  rise: 0,
  fall: 0,
  limit: Math.max(limit, run_length > 0 ? sumLimit(allowance, run_length) : 0),
});

export function addToSum(chart: SumChart, score: number, allowance: number, error: number): number {
  const [k, most] = [allowance + error, 2 * chart.limit];
  chart.rise = Math.min(most, Math.max(0, chart.rise + score - k));
  chart.fall = Math.min(most, Math.max(0, chart.fall - score - k));
  return Math.max(chart.rise, chart.fall) / chart.limit;
}

export function emptySums(chart: SumChart): void {
  chart.rise = 0;
  chart.fall = 0;
}

export function sumReason({ rise, fall, limit }: SumChart, what: string): string {
  const sum = Math.max(rise, fall);
  return `${what} ${rise >= fall ? 'rose' : 'fell'}: ${sum.toFixed(1)} standard deviations in sum beyond what is usual, the limit is ${limit.toFixed(1)}`;
}

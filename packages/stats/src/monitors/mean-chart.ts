// stats/monitors: the weighted mean of scores, and how near it is to its limit. Formula: E = weight * score + (1 - weight) * E; level = |E| / (width s) with
// s = sqrt(weight / (2 - weight)), the standard deviation of E. `in_a_row` values beyond the limit make a drift; before that the level stays just below 1.
// Two-sided. Complexity: O(1) a value, three numbers.
// Source: S. W. Roberts, "Control chart tests based on geometric moving averages", Technometrics 1(3), 1959.
import { meanLimit } from './run-length.ts';

export interface MeanChart {
  level: number;
  row: number;
  /** Standard deviations of the weighted mean that are a drift. */
  readonly width: number;
}

/** `width`: as it was asked for; it is raised to the one that keeps the promised run length. */
export const meanChart = (weight: number, width: number, run_length: number): MeanChart => ({
  level: 0,
  row: 0,
  width: Math.max(width, run_length > 0 ? meanLimit(weight, run_length) : 0),
});

export function addToMean(chart: MeanChart, score: number, weight: number, in_a_row = 1): number {
  chart.level = weight * score + (1 - weight) * chart.level;
  const level = Math.abs(chart.level) / (chart.width * Math.sqrt(weight / (2 - weight)));
  chart.row = level >= 1 ? chart.row + 1 : 0;
  return chart.row > 0 && chart.row < in_a_row ? 0.999 : level;
}

/** Which way it went, and how far. */
export function meanReason({ level, width }: MeanChart, what: string, weight: number): string {
  const limit = width * Math.sqrt(weight / (2 - weight));
  return `${what} ${level > 0 ? 'rose' : 'fell'}: its weighted mean is ${Math.abs(level).toFixed(2)} standard deviations from what is usual, the limit is ${limit.toFixed(2)}`;
}

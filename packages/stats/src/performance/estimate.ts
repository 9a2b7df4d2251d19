// stats/performance: how often a model is right where nobody knows the answers, from the confidence of its answers alone.
// Formula: the calibration table says how often the model was right in each bin of confidence (made non-decreasing); the estimate is the mean of that over the
// window's counts. Band: the noise of the window's own answers, and that of the table, both binomial, 95 %.
// What it cannot see: concept drift. Where the same inputs mean something else by now, the model is as sure as before and wrong more often; only labels show it.
// NaN where the window or the table is empty. Complexity: O(bins). Sources: calibration.ts; reference of the band: Agresti and Coull, Am. Stat. 52(2), 1998.
import type { CalibrationTable } from '../calibration.ts';
import { failure } from '@holdfast/base';
import { isotonic } from './isotonic.ts';

export const z_95 = 1.959963984540054;

export interface AccuracyEstimate {
  /** Inferences with a confidence. */
  readonly n: number;
  readonly accuracy: number;
  /** 95 % band, within 0 and 1. */
  readonly low: number;
  readonly high: number;
}

type Table = Pick<CalibrationTable, 'counts' | 'correct'>;

/** How often the model is right in each bin of confidence. */
export function rightByBin({ counts, correct }: Table): Float64Array {
  const shares = counts.map((count, bin) => (count > 0 ? correct[bin]! / count : 0));
  return isotonic(shares, counts);
}

/** One part of a window or of many: what was counted on the bins of one table. */
export interface CountedPart {
  readonly table: Table;
  /** Counts of the feature output.confidence. */
  readonly counts: readonly number[];
}

/** Parts of several model versions are weighed by their inferences. Fails with HF-STAT-001 where counts are on other bins than their table's. */
export function estimateAccuracy(parts: readonly CountedPart[]): AccuracyEstimate {
  const n = parts.reduce((sum, part) => sum + part.counts.reduce((all, count) => all + count, 0), 0);
  let [accuracy, variance] = [0, 0];
  for (const { table, counts } of parts) {
    if (counts.length !== table.counts.length) throw failure('HF-STAT-001', { saw: counts.length, expected: table.counts.length });
    const right = rightByBin(table);
    for (const [bin, count] of counts.entries()) {
      if (count === 0) continue;
      const [share, of_table] = [count / n, table.counts[bin]!];
      accuracy += share * right[bin]!;
      const smoothed = (right[bin]! * of_table + 2) / (of_table + 4); // a bin in which nothing was wrong is not known to be without fault
      variance += smoothed * (1 - smoothed) * (share / n + (share * share) / (of_table + 4));
    }
  }
  if (n === 0 || Number.isNaN(accuracy)) return { n, accuracy: Number.NaN, low: Number.NaN, high: Number.NaN };
  const half = z_95 * Math.sqrt(variance);
  return { n, accuracy, low: Math.max(0, accuracy - half), high: Math.min(1, accuracy + half) };
}

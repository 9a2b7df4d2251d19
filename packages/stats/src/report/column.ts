// stats/report: what a report says of one column. Plain values, as the JSON has them; the HTML and the pages are drawn from nothing else.
import type { Counter } from '../counters.ts';
import type { Fault } from '../rule.ts';

export type ColumnKind = 'numeric' | 'category' | 'text' | 'time';
export type ColumnTest = 'kolmogorov-smirnov' | 'g' | 'none';

export interface SideSummary {
  readonly rows: number;
  readonly missing: number;
  /** Null where there is no number, or the side is not told by moments. */
  readonly mean: number | null;
  readonly sd: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

/** Counts of both sides on the same bins, few enough to be looked at. */
export type Picture =
  | { readonly kind: 'intervals'; readonly edges: readonly number[]; readonly reference: readonly number[]; readonly current: readonly number[] }
  | { readonly kind: 'words'; readonly words: readonly string[]; readonly reference: readonly number[]; readonly current: readonly number[] };

export interface Effects {
  /** How far the mass moved, in standard deviations of the reference. */
  readonly wasserstein_sd: number | null;
  /** In bits, 0 to 1. */
  readonly jensen_shannon: number;
  readonly population_stability: number;
}

export interface ReportColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly test: ColumnTest;
  /** Whether p is exact, of the law of large samples, or of counts on shared bins; null where nothing was tested. */
  readonly method: 'exact' | 'asymptotic' | 'counts' | null;
  /** The effect that the rule weighs: Kolmogorov-Smirnov distance, total variation, or how much more often a value is missing. 0 to 1. */
  readonly distance: number;
  /** Of the values; null where they were not tested. Adjusted by Holm over all tests of the report. */
  readonly p_value: number | null;
  readonly p_adjusted: number | null;
  readonly missing_p_value: number | null;
  readonly missing_p_adjusted: number | null;
  readonly drifted: boolean;
  readonly fault: Fault | null;
  readonly effects: Effects | null;
  readonly reference: SideSummary;
  readonly current: SideSummary;
  /** What is counted beside the bins; absent in reports of before it was. */
  readonly counters?: readonly Counter[];
  readonly picture: Picture | null;
  /** What a reader has to know of this column; null where there is nothing. */
  readonly note: string | null;
}

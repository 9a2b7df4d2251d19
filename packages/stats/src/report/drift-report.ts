// stats/report: a report: columns of two sides, judged together by the drift rule, those that drifted first. The same for two files, a device, a cohort or the
// fleet: whoever counts hands in drafts, and shows what comes out. Pure; as JSON it is as it stands (docs/reference/drift-report.md).
import { type DriftRule, judge } from '../rule.ts';
import type { ReportColumn } from './column.ts';
import type { Draft } from './compare.ts';

/** Facts beside the columns, such as the hardware of the devices: drawn as a table. */
export interface ReportTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

export interface DriftReport {
  readonly v: 1;
  readonly title: string;
  readonly reference: { readonly name: string; readonly rows: number };
  readonly current: { readonly name: string; readonly rows: number };
  /** When it was made, and the time that the current side covers; null where nobody said. */
  readonly made_at_ms: number | null;
  readonly period: { readonly from_ms: number; readonly to_ms: number } | null;
  readonly rule: DriftRule;
  readonly drifted: number;
  readonly not_comparable: number;
  /** Drifted ones first, then what cannot be compared, then by distance. */
  readonly columns: readonly ReportColumn[];
  /** What is not compared, and whatever else a reader has to know. */
  readonly notes: readonly string[];
  readonly tables: readonly ReportTable[];
}

export type ReportFrame = Omit<DriftReport, 'v' | 'drifted' | 'not_comparable' | 'columns'>;

export function makeReport(frame: ReportFrame, drafts: readonly Draft[]): DriftReport {
  const judged = judge(
    drafts.map((draft) => draft.compared),
    frame.rule,
  );
  const columns = drafts.map(({ compared, shown }, i): ReportColumn => {
    const { reading, adjusted } = judged[i]!;
    return {
      name: compared.name,
      ...shown,
      distance: reading.distance,
      p_value: 'values' in compared ? known(compared.values.p_value) : null,
      p_adjusted: known(adjusted[0]),
      missing_p_value: 'values' in compared ? known(compared.absent.p_value) : null,
      missing_p_adjusted: known(adjusted[1]),
      drifted: reading.drifted,
      fault: reading.fault,
    };
  });
  const ranked = columns.sort(
    (a, b) => Number(b.drifted) - Number(a.drifted) || Number(b.fault !== null) - Number(a.fault !== null) || b.distance - a.distance,
  );
  const count = (is: (column: ReportColumn) => boolean) => ranked.filter(is).length;
  return { v: 1, ...frame, drifted: count((c) => c.drifted), not_comparable: count((c) => c.fault === 'not_comparable'), columns: ranked };
}

/** JSON has no NaN. */
const known = (value: number): number | null => (Number.isNaN(value) ? null : value);

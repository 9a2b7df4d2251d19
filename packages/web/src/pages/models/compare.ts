// web/models: metrics of versions side by side: those that differ first, and among them those that differ most. Pure.
import type { Version } from './queries.ts';

export interface MetricRow {
  readonly name: string;
  readonly values: readonly (number | undefined)[];
  readonly differs: boolean;
}

const spreadOf = (values: readonly (number | undefined)[]): number => {
  const known = values.filter((value): value is number => value !== undefined);
  if (known.length < values.length) return Number.POSITIVE_INFINITY;
  const most = Math.max(...known.map(Math.abs));
  return most === 0 ? 0 : (Math.max(...known) - Math.min(...known)) / most;
};

export function compareMetrics(versions: readonly Version[]): MetricRow[] {
  const names = [...new Set(versions.flatMap((version) => Object.keys(version.metrics)))];
  return names
    .map((name) => ({ name, values: versions.map((version) => version.metrics[name]) }))
    .map((row) => ({ ...row, spread: spreadOf(row.values) }))
    .toSorted((a, b) => b.spread - a.spread || (a.name < b.name ? -1 : 1))
    .map(({ name, values, spread }) => ({ name, values, differs: spread > 0 }));
}

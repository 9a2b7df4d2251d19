// web/runs: the runs of a table as the rows of the Pareto view: the front first, best quality first, then those that are beaten. Pure.
import { type Values, paretoFront } from './pareto.ts';
import type { Axis } from './pareto-axes.ts';
import type { RunRow, RunTable } from './run-table.ts';

interface WeighedRow {
  readonly run: RunRow;
  /** By axis that is weighed. */
  readonly values: readonly number[];
  /** Its number on the front, from 1 on. */
  readonly mark: number | null;
  readonly beaten_by: RunRow | null;
  readonly hardware: Readonly<Record<string, string>>;
}
export interface Weighed {
  readonly rows: readonly WeighedRow[];
  readonly front: number;
  /** Runs without a number for one of the axes. */
  readonly lacking: number;
  readonly total: number;
}

/** Null where it is no number. */
const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);

export function weigh({ rows, columns }: RunTable, axes: readonly Axis[]): Weighed {
  const chosen = axes.filter((axis) => axis.key !== null);
  const by = chosen.map(({ key }) => columns.find((column) => column.kind === 'metric' && column.key === key));
  const values: Values[] = rows.map((_, at) => by.map((column) => numberOf(column?.values[at])));
  const facts = columns.filter(({ kind }) => kind === 'hardware');
  const hardwareOf = (at: number) =>
    Object.fromEntries(facts.map(({ key, values: said }) => [key, said[at]]).filter((fact): fact is [string, string] => typeof fact[1] === 'string'));
  const { front, beaten, lacking } = paretoFront(
    values,
    chosen.map(({ way }) => way),
  );
  const rowOf = (at: number, mark: number | null): WeighedRow => {
    const better = beaten.get(at);
    return { run: rows[at]!, values: values[at]! as number[], mark, beaten_by: better === undefined ? null : rows[better]!, hardware: hardwareOf(at) };
  };
  return {
    rows: [...front.map((at, i) => rowOf(at, i + 1)), ...[...beaten.keys()].map((at) => rowOf(at, null))],
    ...{ front: front.length, lacking: lacking.length, total: rows.length },
  };
}

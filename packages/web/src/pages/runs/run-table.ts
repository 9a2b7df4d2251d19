// web/runs: pages of a search as one table of columns: a column of metrics or params stands before another where its values differ. Pure.
import { type FactName, fact_names } from '@holdfast/protocol/hardware';
import type { Reply } from '../../app/api.ts';

type Page = Reply<'runSearch'>;
export type RunRow = Page['rows'][number];
export type Cell = number | string | null;

export interface ValueColumn {
  readonly kind: 'metric' | 'param' | 'hardware';
  readonly key: string;
  readonly differs: boolean;
  /** By row. */
  readonly values: readonly Cell[];
}
export interface RunTable {
  readonly rows: readonly RunRow[];
  /** Differing metrics, differing params, differing facts of the machine, then the others. */
  readonly columns: readonly ValueColumn[];
}

export function tableOf(pages: readonly Page[]): RunTable {
  const rows = pages.flatMap((page) => page.rows);
  const metrics = columnsOf(pages, 'metric', rows.length);
  const params = columnsOf(pages, 'param', rows.length);
  const all = [...metrics, ...params, ...columnsOf(pages, 'hardware', rows.length)];
  return { rows, columns: [...all.filter((column) => column.differs), ...all.filter((column) => !column.differs)] };
}

const fields = { metric: 'metrics', param: 'params', hardware: 'hardware' } as const;

function columnsOf(pages: readonly Page[], kind: ValueColumn['kind'], total: number): ValueColumn[] {
  const columns = new Map<string, Cell[]>();
  let first = 0;
  for (const page of pages) {
    const keys = page[`${kind}_keys`];
    keys.forEach((key, at) => {
      const values = columns.get(key) ?? Array<Cell>(total).fill(null);
      columns.set(key, values);
      page.rows.forEach((row, i) => (values[first + i] = row[fields[kind]][at]!));
    });
    first += page.rows.length;
  }
  // the facts of a machine have an order of their own
  const sorted = [...columns].toSorted(([a], [b]) =>
    kind === 'hardware' ? fact_names.indexOf(a as FactName) - fact_names.indexOf(b as FactName) : a < b ? -1 : 1,
  );
  return sorted.map(([key, values]) => ({ kind, key, values, differs: values.some((v) => v !== values[0]) }));
}

/** How MLflow's grammar names it: in backticks, a backtick doubled. The facts of a machine are no one tag, so that nothing sorts by them. */
export const subjectOf = (kind: 'metric' | 'param', key: string): string => `${kind}s.\`${key.replaceAll('`', '``')}\``;

// web/runs: pages of a search as one table of columns: a column of metrics or params stands before another where its values differ. Pure.
import type { Reply } from '../../app/api.ts';

type Page = Reply<'runSearch'>;
export type RunRow = Page['rows'][number];
export type Cell = number | string | null;

export interface ValueColumn {
  readonly kind: 'metric' | 'param';
  readonly key: string;
  readonly differs: boolean;
  /** By row. */
  readonly values: readonly Cell[];
}
export interface RunTable {
  readonly rows: readonly RunRow[];
  /** Differing metrics, differing params, then the others. */
  readonly columns: readonly ValueColumn[];
}

export function tableOf(pages: readonly Page[]): RunTable {
  const rows = pages.flatMap((page) => page.rows);
  const metrics = columnsOf(pages, 'metric', rows.length);
  const params = columnsOf(pages, 'param', rows.length);
  const all = [...metrics, ...params];
  return { rows, columns: [...all.filter((column) => column.differs), ...all.filter((column) => !column.differs)] };
}

function columnsOf(pages: readonly Page[], kind: ValueColumn['kind'], total: number): ValueColumn[] {
  const columns = new Map<string, Cell[]>();
  let first = 0;
  for (const page of pages) {
    const keys = kind === 'metric' ? page.metric_keys : page.param_keys;
    keys.forEach((key, at) => {
      const values = columns.get(key) ?? Array<Cell>(total).fill(null);
      columns.set(key, values);
      page.rows.forEach((row, i) => (values[first + i] = (kind === 'metric' ? row.metrics : row.params)[at]!));
    });
    first += page.rows.length;
  }
  return [...columns].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, values]) => ({ kind, key, values, differs: values.some((v) => v !== values[0]) }));
}

/** How MLflow's grammar names it: in backticks, a backtick doubled. */
export const subjectOf = (kind: ValueColumn['kind'], key: string): string => `${kind}s.\`${key.replaceAll('`', '``')}\``;

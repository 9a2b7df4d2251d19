// web/runs: runs by columns, of which the rows and the columns on the screen alone are drawn: a thousand runs with a hundred metrics stay as quick as ten.
// The head and the names stay in view. A screen reader is told how many rows and columns there are.
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, memo, useEffect, useRef } from 'react';
import { useNarrow } from '../../parts/narrow.ts';
import type { RunRow } from './run-table.ts';

const row_px = 32;
const column_px = 128;
/** So many rows before the end the next page is asked for. */
const ahead_rows = 60;

export interface GridColumn {
  readonly name: string;
  readonly title: string;
  readonly number: boolean;
  /** What the server sorts by; absent: it cannot. */
  readonly sort?: string;
  readonly cell: (row: RunRow, at: number) => ReactNode;
}

interface RunGridProps {
  readonly rows: readonly RunRow[];
  readonly columns: readonly GridColumn[];
  readonly name: (row: RunRow) => ReactNode;
  readonly name_sort: string;
  readonly sorted: { readonly by: string; readonly down: boolean; readonly set: (by: string) => void };
  readonly chosen: ReadonlySet<string>;
  readonly choose: (id: string) => void;
  /** Asks for further rows; undefined: there are none, or they are on their way. */
  readonly more: (() => void) | undefined;
}

export function RunGrid({ rows, columns, name, name_sort, sorted, chosen, choose, more }: RunGridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const name_px = useNarrow() ? 152 : 256;
  const down = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => row_px, overscan: 10, paddingStart: row_px });
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => column_px,
    overscan: 2,
    paddingStart: name_px,
  });
  useEffect(() => across.measure(), [across, name_px]);
  const items = down.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last > rows.length - ahead_rows) more();
  }, [more, last, rows.length]);
  const shown = across.getVirtualItems();
  const [from, to] = [shown[0]?.index ?? 0, (shown.at(-1)?.index ?? -1) + 1];
  const place = { from, to, name_px };
  return (
    <div className="scroll tall sideways" role="region" aria-label="Runs" tabIndex={0} ref={scroller}>
      <div
        role="table"
        aria-label="Runs"
        className="run-grid"
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length + 1}
        style={{ width: across.getTotalSize(), height: down.getTotalSize() }}
      >
        <div role="rowgroup" className="run-head">
          <div role="row" aria-rowindex={1} className="run-row">
            <Head column={{ name: 'Run', title: 'Run', number: false, sort: name_sort }} at={0} style={{ width: name_px }} sorted={sorted} />
            {columns.slice(from, to).map((column, i) => (
              <Head key={column.title} column={column} at={from + i + 1} style={{ left: name_px + (from + i) * column_px, width: column_px }} sorted={sorted} />
            ))}
          </div>
        </div>
        <div role="rowgroup">
          {items.map((item) => {
            const row = rows[item.index]!;
            return <Row key={row.id} row={row} at={item.index} columns={columns} name={name} chosen={chosen.has(row.id)} choose={choose} {...place} />;
          })}
        </div>
      </div>
    </div>
  );
}

interface HeadProps {
  readonly column: Omit<GridColumn, 'cell'>;
  readonly at: number;
  readonly style: { readonly left?: number; readonly width: number };
  readonly sorted: RunGridProps['sorted'];
}

function Head({ column, at, style, sorted }: HeadProps) {
  const here = column.sort !== undefined && column.sort === sorted.by;
  return (
    <div
      role="columnheader"
      aria-colindex={at + 1}
      aria-sort={here ? (sorted.down ? 'descending' : 'ascending') : undefined}
      className={at === 0 ? 'run-cell run-name' : column.number ? 'run-cell number' : 'run-cell'}
      style={style}
      title={column.title}
    >
      {column.sort === undefined ? (
        column.name
      ) : (
        <button type="button" className="sort" onClick={() => sorted.set(column.sort!)}>
          <span>{column.name}</span>
          <span aria-hidden="true">{here ? (sorted.down ? '↓' : '↑') : ''}</span>
        </button>
      )}
    </div>
  );
}

interface RowProps {
  readonly row: RunRow;
  readonly at: number;
  readonly columns: readonly GridColumn[];
  readonly name: RunGridProps['name'];
  readonly chosen: boolean;
  readonly choose: (id: string) => void;
  readonly from: number;
  readonly to: number;
  readonly name_px: number;
}

/** Drawn again where something of it changed: not for each row that comes into view. */
const Row = memo(function Row({ row, at, columns, name, chosen, choose, from, to, name_px }: RowProps) {
  return (
    <div role="row" aria-rowindex={at + 2} className={chosen ? 'run-row is-chosen' : 'run-row'} style={{ top: (at + 1) * row_px }}>
      <div role="rowheader" aria-colindex={1} className="run-cell run-name" style={{ width: name_px }}>
        <input type="checkbox" checked={chosen} onChange={() => choose(row.id)} aria-label={`Choose ${row.name}`} />
        {name(row)}
      </div>
      {columns.slice(from, to).map((column, i) => (
        <div
          key={column.title}
          role="cell"
          aria-colindex={from + i + 2}
          className={column.number ? 'run-cell number' : 'run-cell'}
          style={{ left: name_px + (from + i) * column_px, width: column_px }}
        >
          {column.cell(row, at)}
        </div>
      ))}
    </div>
  );
});

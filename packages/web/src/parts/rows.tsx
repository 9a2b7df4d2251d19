// web/parts: a table. Long ones draw the rows that are on the screen alone, and say to a screen reader how many there are.
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useRef } from 'react';

export interface Column<T> {
  readonly name: string;
  readonly cell: (row: T) => ReactNode;
  readonly number?: boolean;
  /** Given: the head of the column sorts by it. */
  readonly sort?: string;
}

interface RowsProps<T> {
  readonly label: string;
  readonly rows: readonly T[];
  readonly columns: readonly Column<T>[];
  readonly keyOf: (row: T) => string | number;
  readonly selected?: (row: T) => boolean;
  readonly sorted?: { readonly by: string; readonly down: boolean; readonly set: (by: string) => void };
}

/** From so many rows on, a table scrolls by itself and all its rows have one height. */
const long_rows = 250;
const row_px = 36;

export function Rows<T>(props: RowsProps<T>) {
  return props.rows.length > long_rows ? <LongRows {...props} /> : <ShortRows {...props} />;
}

function Head<T>({ columns, sorted }: Pick<RowsProps<T>, 'columns' | 'sorted'>) {
  return (
    <thead>
      <tr>
        {columns.map((column) => {
          const by = sorted && column.sort === sorted.by ? (sorted.down ? 'descending' : 'ascending') : undefined;
          return (
            <th key={column.name} scope="col" className={column.number ? 'number' : undefined} aria-sort={by}>
              {sorted && column.sort ? (
                <button type="button" className="sort" onClick={() => sorted.set(column.sort!)}>
                  {column.name}
                  <span aria-hidden="true">{by ? (sorted.down ? '↓' : '↑') : ''}</span>
                </button>
              ) : (
                column.name
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

function Row<T>({ row, columns, selected, index }: { row: T; columns: readonly Column<T>[]; selected: boolean; index?: number }) {
  const [first, ...others] = columns;
  return (
    <tr aria-selected={selected || undefined} aria-rowindex={index}>
      <th scope="row">{first!.cell(row)}</th>
      {others.map((column) => (
        <td key={column.name} className={column.number ? 'number' : undefined}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}

function ShortRows<T>({ label, rows, columns, keyOf, selected, sorted }: RowsProps<T>) {
  return (
    <div className="scroll" role="region" aria-label={label} tabIndex={0}>
      <table className="rows">
        <Head columns={columns} {...(sorted ? { sorted } : {})} />
        <tbody>
          {rows.map((row) => (
            <Row key={keyOf(row)} row={row} columns={columns} selected={selected?.(row) ?? false} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function LongRows<T>({ label, rows, columns, keyOf, selected, sorted }: RowsProps<T>) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => row_px, overscan: 12 });
  const items = virtual.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <div className="scroll tall" role="region" aria-label={label} tabIndex={0} ref={scroller}>
      <table className="rows even" aria-rowcount={rows.length + 1}>
        <Head columns={columns} {...(sorted ? { sorted } : {})} />
        <tbody>
          <Spacer height={before} columns={columns.length} />
          {items.map((item) => {
            const row = rows[item.index]!;
            return <Row key={keyOf(row)} row={row} columns={columns} selected={selected?.(row) ?? false} index={item.index + 2} />;
          })}
          <Spacer height={after} columns={columns.length} />
        </tbody>
      </table>
    </div>
  );
}

const Spacer = ({ height, columns }: { height: number; columns: number }) =>
  height > 0 ? (
    <tr className="spacer" aria-hidden="true">
      <td colSpan={columns} style={{ height }} />
    </tr>
  ) : null;

// web/parts: a table. Long ones draw the rows that are on the screen alone, and say to a screen reader how many there are.
// On a phone a row is a block of lines, each with the name of its column: nothing is beyond the edge.
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, memo, useRef } from 'react';
import { useNarrow } from './narrow.ts';

export interface Column<T> {
  readonly name: string;
  readonly cell: (row: T) => ReactNode;
  /** Instead of the name, in the head. */
  readonly head?: ReactNode;
  /** Where two columns may have one name. */
  readonly key?: string;
  readonly number?: boolean;
  /** Given: the head of the column sorts by it. */
  readonly sort?: string;
}

interface RowsProps<T> {
  readonly label: string;
  readonly rows: readonly T[];
  readonly columns: readonly Column<T>[];
  readonly keyOf: (row: T) => string | number;
  /** As many columns as somebody chose: it may scroll sideways. */
  readonly wide?: boolean;
  readonly selected?: (row: T) => boolean;
  readonly sorted?: { readonly by: string; readonly down: boolean; readonly set: (by: string) => void };
}

/** From so many rows on, a table scrolls by itself and all its rows have one height. */
const long_rows = 250;
const row_px = 36;
const line_px = 21;

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
            <th key={column.key ?? column.name} scope="col" className={column.number ? 'number' : undefined} aria-sort={by}>
              {sorted && column.sort ? (
                <button type="button" className="sort" onClick={() => sorted.set(column.sort!)}>
                  {column.name}
                  <span aria-hidden="true">{by ? (sorted.down ? '↓' : '↑') : ''}</span>
                </button>
              ) : (
                (column.head ?? column.name)
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

interface RowProps<T> {
  readonly row: T;
  readonly columns: readonly Column<T>[];
  readonly selected: boolean;
  /** In a long table: which row it is, and what measures how high it is. */
  readonly index?: number;
  readonly measure?: ((row: HTMLTableRowElement | null) => void) | undefined;
}

function Row<T>({ row, columns, selected, index, measure }: RowProps<T>) {
  const [first, ...others] = columns;
  return (
    <tr aria-selected={selected || undefined} aria-rowindex={index === undefined ? undefined : index + 2} data-index={index} ref={measure}>
      <th scope="row">{first!.cell(row)}</th>
      {others.map((column) => (
        <td key={column.key ?? column.name} className={column.number ? 'number' : undefined} data-name={column.name.trim()}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}

/** In a long table a row is drawn again where something of it changed: not for each row that comes into view. */
const StillRow = memo(Row) as typeof Row;

function ShortRows<T>({ label, rows, columns, keyOf, selected, sorted, wide }: RowsProps<T>) {
  return (
    <div className={wide ? 'scroll sideways' : 'scroll'} role="region" aria-label={label} tabIndex={0}>
      <table className={sorted ? 'rows stacked sorts' : 'rows stacked'}>
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

function LongRows<T>({ label, rows, columns, keyOf, selected, sorted, wide }: RowsProps<T>) {
  const scroller = useRef<HTMLDivElement>(null);
  const stacked = useNarrow();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (stacked ? columns.length * line_px + 12 : row_px),
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <div className={wide ? 'scroll tall sideways' : 'scroll tall'} role="region" aria-label={label} tabIndex={0} ref={scroller}>
      <table className={sorted ? 'rows even stacked sorts' : 'rows even stacked'} aria-rowcount={rows.length + 1}>
        <Head columns={columns} {...(sorted ? { sorted } : {})} />
        <tbody>
          <Spacer height={before} columns={columns.length} />
          {items.map((item) => {
            const row = rows[item.index]!;
            const measure = stacked ? virtual.measureElement : undefined;
            return <StillRow key={keyOf(row)} row={row} columns={columns} selected={selected?.(row) ?? false} index={item.index} measure={measure} />;
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

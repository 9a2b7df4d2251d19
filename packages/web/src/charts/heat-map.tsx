// web/charts: devices x features: each cell a number 0 to 1 as depth of colour, drifted ones with a corner and their number written.
import { To } from '../parts/to.tsx';

export interface HeatCell {
  readonly row: string;
  readonly column: string;
  readonly value: number;
  readonly marked: boolean;
  /** There is no value to show. */
  readonly blind?: boolean;
  readonly title: string;
  readonly href: string;
}

interface HeatMapProps {
  readonly label: string;
  readonly rows: readonly { readonly id: string; readonly name: string; readonly href: string }[];
  readonly columns: readonly { readonly id: string; readonly name: string }[];
  readonly cells: readonly HeatCell[];
  readonly chosen?: string;
}

const depthOf = (value: number): string => `${Math.round(100 * Math.min(1, value / 0.6))}%`;

export const cellKey = (row: string, column: string): string => `${row}\n${column}`;

export function HeatMap({ label, rows, columns, cells, chosen }: HeatMapProps) {
  const byKey = new Map(cells.map((cell) => [cellKey(cell.row, cell.column), cell]));
  return (
    <div className="scroll tall sideways" role="region" aria-label={label} tabIndex={0}>
      <table className="heat">
        <thead>
          <tr>
            <th scope="col">Device</th>
            {columns.map((column) => (
              <th key={column.id} scope="col">
                <span title={column.name}>{column.name}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">
                <To href={row.href}>{row.name}</To>
              </th>
              {columns.map(({ id }) => {
                const cell = byKey.get(cellKey(row.id, id));
                return <td key={id}>{cell ? <Cell of={cell} chosen={chosen === cellKey(row.id, id)} /> : <span className="soft">·</span>}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const Cell = ({ of, chosen }: { of: HeatCell; chosen: boolean }) => (
  <To
    href={of.href}
    className={`heat-cell ${of.marked ? 'is-marked' : ''}`}
    title={of.title}
    aria-label={of.title}
    aria-current={chosen || undefined}
    style={{ '--depth': depthOf(of.value) }}
  >
    {of.blind ? '?' : of.value.toFixed(2)}
  </To>
);

// web/charts: what every chart has: a sentence that sums it up, and a table with the same numbers (key `t` on the chart, or the button).
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';

export interface Twin {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

interface ChartFrameProps {
  readonly label: string;
  /** One sentence, written from the numbers. */
  readonly summary: string;
  readonly twin: () => Twin;
  readonly children: ReactNode;
  /** False: the sentence is for screen readers alone, because the page says it already. */
  readonly shown?: boolean;
}

/** A table longer than this shows its first rows, and says so. */
const twin_rows_max = 2_000;

export function ChartFrame({ label, summary, twin, children, shown = true }: ChartFrameProps) {
  const [table, setTable] = useState(false);
  const id = useId();
  const onKey = (event: KeyboardEvent) => {
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
    if (event.key !== 't' || event.ctrlKey || event.metaKey || event.altKey || typing) return;
    event.stopPropagation();
    setTable(!table);
  };
  return (
    <div className="chart" role="group" aria-label={label} aria-describedby={id} onKeyDown={onKey}>
      <div className="chart-says">
        <p id={id} className={shown ? 'soft' : 'hidden'}>
          {summary}
        </p>
        <button
          type="button"
          className="plain as-table"
          aria-pressed={table}
          onClick={() => setTable(!table)}
          aria-label={`${table ? 'Chart' : 'Table'}: ${label}`}
        >
          {table ? 'Chart' : 'Table'}
        </button>
      </div>
      {table ? <TwinTable label={label} {...twin()} /> : children}
    </div>
  );
}

function TwinTable({ label, heads, rows }: Twin & { label: string }) {
  return (
    <div className="scroll tall sideways" role="region" aria-label={`${label}, as a table`} tabIndex={0}>
      {rows.length > twin_rows_max ? (
        <p className="soft">
          The first {twin_rows_max} of {rows.length} rows.
        </p>
      ) : null}
      <table className="rows twin">
        <thead>
          <tr>
            {heads.map((head, i) => (
              <th key={head} scope="col" className={i > 0 ? 'number' : undefined}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, twin_rows_max).map((row, r) => (
            <tr key={r}>
              {row.map((value, i) =>
                i === 0 ? (
                  <th key={i} scope="row">
                    {value}
                  </th>
                ) : (
                  <td key={i} className="number">
                    {value}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

// web/reports: facts beside the columns: inferences, alerts of the time, hardware.
import { shortNumber } from '@holdfast/stats';
import { Empty, Panel } from '../../parts/panel.tsx';
import { Rows } from '../../parts/rows.tsx';
import type { Report } from './queries.ts';

type Table = Report['tables'][number];
interface Line {
  readonly at: number;
  readonly cells: Table['rows'][number];
}

export const Facts = ({ of }: { of: Table }) => (
  <Panel title={of.title} flush>
    {of.rows.length === 0 ? (
      <Empty>None.</Empty>
    ) : (
      <Rows
        label={of.title}
        rows={of.rows.map((cells, at): Line => ({ cells, at }))}
        keyOf={(row) => row.at}
        columns={of.head.map((name, i) => ({
          name,
          number: of.rows.every((row) => typeof row[i] !== 'string'),
          cell: ({ cells }: Line) => textOf(cells[i] ?? null),
        }))}
      />
    )}
  </Panel>
);

const textOf = (cell: string | number | null): string => (typeof cell === 'string' ? cell : shortNumber(cell));

// web/samples: how many samples each device sent and how many of them have a label; a row chooses its device.
import { useFilters } from '../../app/filters.ts';
import { numberText } from '../../parts/format.ts';
import { Rows } from '../../parts/rows.tsx';
import type { SampleCount } from './queries.ts';

export function CountRows({ of }: { of: readonly SampleCount[] }) {
  const [filters, set] = useFilters();
  const isChosen = (row: SampleCount) => row.device === filters['device'] && (filters['reason'] ?? row.reason) === row.reason;
  return (
    <Rows
      label="Samples by device"
      rows={of}
      keyOf={(row) => `${row.device} ${row.reason}`}
      selected={isChosen}
      columns={[
        {
          name: 'Device',
          cell: (row) => (
            <button
              type="button"
              className="plain link"
              aria-pressed={isChosen(row)}
              aria-label={`Show the ${row.reason} samples of ${row.name}`}
              onClick={() => set(isChosen(row) ? { device: '', reason: '' } : { device: row.device, reason: row.reason })}
            >
              {row.name}
            </button>
          ),
        },
        { name: 'Kept for', cell: (row) => row.reason },
        { name: 'Labelled', number: true, cell: (row) => numberText(row.labelled) },
        { name: 'Unlabelled', number: true, cell: (row) => numberText(row.unlabelled) },
        { name: 'Dismissed', number: true, cell: (row) => numberText(row.dismissed) },
      ]}
    />
  );
}

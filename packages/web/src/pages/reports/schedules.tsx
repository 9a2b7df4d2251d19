// web/reports: the reports that schedules made; each opens here, or as one file.
import { Ago } from '../../parts/ago.tsx';
import { countText } from '../../parts/format.ts';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { Rows } from '../../parts/rows.tsx';
import { To } from '../../parts/to.tsx';
import { useSchedules } from './queries.ts';

export function Schedules() {
  const schedules = useSchedules();
  return (
    <Panel
      title="On a schedule"
      flush
      answered_ms={schedules.dataUpdatedAt}
      note={schedules.data ? countText(schedules.data.schedules.length, 'schedule') : ''}
    >
      <Answer query={schedules}>
        {({ kept }) =>
          kept.length === 0 ? (
            <Empty>
              No schedule has made a report. <code>holdfast report set weekly --every 7d</code> makes one each week, and keeps the last twelve.
            </Empty>
          ) : (
            <Rows
              label="Reports that schedules made"
              rows={kept}
              keyOf={(row) => row.id}
              columns={[
                { name: 'Report', cell: (row) => <To href={`/reports?kept=${row.id}`}>{`${row.schedule} ${row.id}`}</To> },
                { name: 'Made', cell: (row) => <Ago at_ms={row.made_ms} /> },
                { name: 'Drifted columns', number: true, cell: (row) => row.drifted },
              ]}
            />
          )
        }
      </Answer>
    </Panel>
  );
}

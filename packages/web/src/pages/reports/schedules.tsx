// web/reports: schedules of reports, and the reports that they made; each opens here.
import { Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../app/api.ts';
import { useFilters } from '../../app/filters.ts';
import { useMay } from '../../app/session.ts';
import { Ago } from '../../parts/ago.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { spanText } from '../../parts/format.ts';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { Rows } from '../../parts/rows.tsx';
import { To } from '../../parts/to.tsx';
import { type Kept, type Schedule, askedBy, useSchedules } from './queries.ts';

export function Schedules() {
  const schedules = useSchedules();
  return (
    <Panel title="On a schedule" flush answered_ms={schedules.dataUpdatedAt} actions={<PutSchedule />}>
      <Answer query={schedules}>
        {(answer) =>
          answer.schedules.length === 0 ? (
            <Empty>No schedule yet. A schedule makes a report again and again, about the time since the last one, and keeps the newest twelve.</Empty>
          ) : (
            <>
              <ScheduleRows of={answer.schedules} />
              {answer.kept.length === 0 ? <Empty>No report was made yet; the first is made within half a minute.</Empty> : <KeptRows of={answer.kept} />}
            </>
          )
        }
      </Answer>
    </Panel>
  );
}

const subjectText = ({ subject }: Schedule): string =>
  Object.entries(subject)
    .map(([name, value]) => `${name.replace('_', ' ')} ${value}`)
    .join(', ') || 'the fleet';

function ScheduleRows({ of }: { of: readonly Schedule[] }) {
  const may = useMay('editor');
  const remove = useChange('reportDelete');
  return (
    <Rows
      label="Schedules of reports"
      rows={of}
      keyOf={(row) => row.name}
      columns={[
        { name: 'Schedule', cell: (row) => row.name },
        { name: 'About', cell: subjectText },
        { name: 'Every', cell: (row) => spanText(row.every_ms) },
        {
          name: 'Remove',
          cell: ({ name }) => (
            <Confirm label={`Remove ${name}`} title={`Remove ${name}`} grave disabled={!may} act={() => remove.mutateAsync({ params: { name } })}>
              The reports that it made go along.
            </Confirm>
          ),
        },
      ]}
    />
  );
}

const KeptRows = ({ of }: { of: readonly Kept[] }) => (
  <Rows
    label="Reports that schedules made"
    rows={of}
    keyOf={(row) => row.id}
    columns={[
      { name: 'Report', cell: (row) => <To href={`/reports?kept=${row.id}`}>{`${row.schedule} ${row.id}`}</To> },
      { name: 'Made', cell: (row) => <Ago at_ms={row.made_ms} /> },
      { name: 'Drifted columns', number: true, cell: (row) => row.drifted },
    ]}
  />
);

const day_ms = 86_400_000;
const everies = [
  { value: String(day_ms), label: 'day' },
  { value: String(7 * day_ms), label: 'week' },
  { value: String(30 * day_ms), label: '30 days' },
];

/** About what the filters of the page name. */
function PutSchedule() {
  const put = useChange('reportPut');
  const [filters] = useFilters();
  const [name, setName] = useState('weekly');
  const [every, setEvery] = useState(everies[1]!.value);
  const { from_ms: _from, to_ms: _to, ...asked } = askedBy(filters, 0);
  const subject = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  return (
    <Confirm
      label="Repeat this report"
      title="Repeat this report"
      disabled={!useMay('editor')}
      act={() => put.mutateAsync({ params: { name }, body: { ...subject, every_ms: Number(every) } })}
    >
      <div className="form">
        <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} required />
        <Select label="Every" data={everies} value={every} onChange={(value) => setEvery(value ?? every)} allowDeselect={false} />
      </div>
    </Confirm>
  );
}

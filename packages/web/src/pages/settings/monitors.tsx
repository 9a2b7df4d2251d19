// web/settings: monitors: the false-alarm budget and what counts as drift, with what each has judged so far.
import { NumberInput, Select, Switch } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../app/api.ts';
import { useMay } from '../../app/session.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { countText, numberText } from '../../parts/format.ts';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { Rows } from '../../parts/rows.tsx';
import { To } from '../../parts/to.tsx';
import { NotJudged } from '../drift/not-judged.tsx';
import { useModelNames } from '../models/queries.ts';
import { type Monitor, useMonitors } from './queries.ts';

export function Monitors() {
  const monitors = useMonitors();
  const models = useModelNames().data ?? [];
  const without = models.filter((model) => !monitors.data?.monitors.some((m) => m.model === model));
  return (
    <Panel
      title="Monitors"
      flush
      answered_ms={monitors.dataUpdatedAt}
      actions={without.length > 0 ? <EditMonitor label="Add a monitor" of={null} models={without} /> : null}
    >
      <Answer query={monitors}>
        {(answer) =>
          answer.monitors.length === 0 ? (
            <Empty>No monitor is set yet. A model that has none gets a default one with its first window; the drift page says its rule in a sentence.</Empty>
          ) : (
            <Rows
              label="Monitors"
              rows={answer.monitors}
              keyOf={(m) => m.name}
              columns={[
                { name: 'Monitor', cell: (m) => m.name },
                { name: 'Model', cell: (m) => <To href={`/drift?model=${m.model}`}>{m.model}</To> },
                { name: 'Budget', cell: (m) => `${numberText(m.false_alarms_per_device_month)} false alarms a device and 30 days` },
                { name: 'Distance above', number: true, cell: (m) => numberText(m.distance_min) },
                { name: 'Opens after', cell: (m) => `${countText(m.windows_to_open, 'window')} in a row` },
                { name: 'Resolves after', cell: (m) => `${countText(m.windows_to_resolve, 'clean window')}` },
                { name: 'Judged', cell: (m) => <Judged of={m} /> },
                { name: 'Enabled', cell: (m) => (m.enabled ? 'yes' : 'no') },
                { name: 'Change', cell: (m) => <EditMonitor label={`Change ${m.name}`} of={m} models={[m.model]} /> },
              ]}
            />
          )
        }
      </Answer>
    </Panel>
  );
}

/** What was judged, and beside it what could not be. */
const Judged = ({ of }: { of: Monitor }) => (
  <span className="stack tight">
    <span>
      {of.drifted} of {countText(of.verdicts, 'window')} drifted
      {of.not_comparable > 0 ? `; in ${of.not_comparable} something could not be compared` : ''}
    </span>
    <NotJudged of={of.windows_not_judged} />
  </span>
);

function EditMonitor({ label, of, models }: { label: string; of: Monitor | null; models: readonly string[] }) {
  const put = useChange('monitorPut');
  const [model, setModel] = useState(models[0] ?? '');
  const [budget, setBudget] = useState<number | string>(of?.false_alarms_per_device_month ?? 1);
  const [distance, setDistance] = useState<number | string>(of?.distance_min ?? 0.1);
  const [opens, setOpens] = useState<number | string>(of?.windows_to_open ?? 2);
  const [resolves, setResolves] = useState<number | string>(of?.windows_to_resolve ?? 2);
  const [enabled, setEnabled] = useState(of?.enabled ?? true);
  const body = {
    model,
    enabled,
    false_alarms_per_device_month: Number(budget),
    distance_min: Number(distance),
    windows_to_open: Number(opens),
    windows_to_resolve: Number(resolves),
  };
  return (
    <Confirm label={label} title={label} disabled={!useMay('editor')} act={() => put.mutateAsync({ params: { name: of?.name ?? model }, body })}>
      <div className="form">
        <Select label="Model" data={[...models]} value={model} onChange={(value) => value && setModel(value)} allowDeselect={false} disabled={of !== null} />
        <NumberInput
          label="False alarms a device and 30 days"
          description="the budget from which the level of the test is set, over all features"
          value={budget}
          onChange={setBudget}
          min={0.01}
          max={100}
          step={0.5}
          required
        />
        <NumberInput label="Smallest distance that matters" description="0 to 1" value={distance} onChange={setDistance} min={0} max={1} step={0.01} required />
        <NumberInput label="Drifted windows in a row before an alert opens" value={opens} onChange={setOpens} min={1} max={100} required />
        <NumberInput label="Clean windows before it resolves" value={resolves} onChange={setResolves} min={1} max={100} required />
        <Switch label="Enabled" checked={enabled} onChange={(event) => setEnabled(event.currentTarget.checked)} />
      </div>
    </Confirm>
  );
}

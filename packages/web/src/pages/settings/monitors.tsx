// web/settings: monitors: the false-alarm budget and what counts as drift, with what each has judged so far.
import { countText, numberText } from '../../parts/format.ts';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { Rows } from '../../parts/rows.tsx';
import { State } from '../../parts/state.tsx';
import { To } from '../../parts/to.tsx';
import { NotJudged } from '../drift/not-judged.tsx';
import { EditMonitor } from './edit-monitor.tsx';
import { type Monitor, useMonitors } from './queries.ts';

export function Monitors() {
  const monitors = useMonitors();
  return (
    <Panel title="Monitors" flush answered_ms={monitors.dataUpdatedAt} actions={<EditMonitor label="Add a monitor" of={null} />}>
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
                { name: 'State', cell: (m) => (m.enabled ? <State word="enabled" /> : <State word="disabled" />) },
                { name: 'Model', cell: (m) => <To href={`/drift?model=${encodeURIComponent(m.model)}`}>{m.model}</To> },
                { name: 'Budget', cell: (m) => `${numberText(m.false_alarms_per_device_month)} false alarms a device and 30 days` },
                { name: 'Distance above', number: true, cell: (m) => numberText(m.distance_min) },
                { name: 'Opens after', cell: (m) => `${countText(m.windows_to_open, 'window')} in a row` },
                { name: 'Resolves after', cell: (m) => `${countText(m.windows_to_resolve, 'clean window')}` },
                { name: 'Judged', cell: (m) => <Judged of={m} /> },
                { name: 'Change', cell: (m) => <EditMonitor label={`Change ${m.name}`} short="Change" of={m} /> },
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

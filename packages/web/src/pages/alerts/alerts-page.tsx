// web/alerts: the inbox: one alert a cause, however many devices it touches.
import { Select } from '@mantine/core';
import type { Reply } from '../../app/api.ts';
import { useFilters } from '../../app/filters.ts';
import { Ago } from '../../parts/ago.tsx';
import { countText } from '../../parts/format.ts';
import { FleetBudget } from '../../parts/budget.tsx';
import { Answer, Empty, Panel, Refused } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { Rows } from '../../parts/rows.tsx';
import { State } from '../../parts/state.tsx';
import { To } from '../../parts/to.tsx';
import { useMonitors } from '../settings/queries.ts';
import { type Alert, type AlertState, alert_states, useAlerts } from './queries.ts';

export function AlertsPage() {
  const [filters, set] = useFilters();
  const state = alert_states.find((each) => each === filters['state']);
  const alerts = useAlerts(state);
  const monitors = useMonitors();
  return (
    <>
      <PageHead
        title="Alerts"
        actions={
          <Select
            size="xs"
            aria-label="State"
            data={['all', ...alert_states]}
            value={state ?? 'all'}
            onChange={(value) => set({ state: value === null || value === 'all' ? '' : value })}
            allowDeselect={false}
          />
        }
      />
      {monitors.data ? <FleetBudget of={monitors.data.monitors} /> : null}
      <Refused query={monitors} />
      {alerts.data ? <RefusedFirings of={alerts.data.refused} /> : null}
      <Panel
        title="Alerts"
        flush
        answered_ms={alerts.dataUpdatedAt}
        note={<span aria-live="polite">{alerts.data ? `${countText(alerts.data.alerts.length, 'alert')}, newest first` : ''}</span>}
      >
        <Answer query={alerts}>{(answer) => (answer.alerts.length === 0 ? <Nothing state={state} /> : <AlertRows of={answer.alerts} />)}</Answer>
      </Panel>
    </>
  );
}

/** What devices said of their own monitors, and what nobody believes. */
const RefusedFirings = ({ of }: { of: Reply<'alertList'>['refused'] }) =>
  of.map((one) => (
    <p key={one.reason} className="says t-warn">
      {countText(one.firings, 'firing')} of monitors on devices made no alert: {one.reason}; the last <Ago at_ms={one.last_ms} /> by{' '}
      <To href={`/devices/${one.device}`}>{one.device}</To>
    </p>
  ));

const Nothing = ({ state }: { state: AlertState | undefined }) => (
  <Empty>
    {state
      ? `No alert is ${state}.`
      : 'No alert has opened yet. A monitor opens one when windows in a row are drifted on a device, or when a monitor of the app fires there.'}
  </Empty>
);

const AlertRows = ({ of }: { of: readonly Alert[] }) => (
  <Rows
    label="Alerts"
    rows={of}
    keyOf={(alert) => alert.id}
    columns={[
      { name: 'Alert', cell: (a) => <To href={`/alerts/${a.id}`}>{a.title}</To> },
      { name: 'State', cell: (a) => <State word={a.state} /> },
      { name: 'Since', cell: (a) => <Ago at_ms={a.since_ms} /> },
      { name: 'Devices', number: true, cell: (a) => <DeviceCount of={a} /> },
      { name: 'Model', cell: (a) => <To href={`/models/${encodeURIComponent(a.model)}/${a.model_version}`}>{`${a.model} ${a.model_version}`}</To> },
      {
        name: 'Trigger',
        cell: (a) => (a.firings.length === 0 ? <span className="soft">none</span> : a.firings.map((f) => `${f.trigger}: ${f.outcome}`).join(', ')),
      },
    ]}
  />
);

function DeviceCount({ of }: { of: Alert }) {
  const cleared = of.devices.filter((device) => device.cleared_ms !== null).length;
  return <span>{cleared === 0 ? of.devices.length : `${of.devices.length}, ${cleared} cleared`}</span>;
}

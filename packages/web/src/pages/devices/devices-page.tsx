// web/devices: every device, 10,000 rows and more; search, selector, state and order are in the address.
import { Select, TextInput } from '@mantine/core';
import { useMemo } from 'react';
import { useFilters } from '../../app/filters.ts';
import { Ago } from '../../parts/ago.tsx';
import { Labels } from '../../parts/facts.tsx';
import { countText, spanText } from '../../parts/format.ts';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { type Column, Rows } from '../../parts/rows.tsx';
import { To } from '../../parts/to.tsx';
import { useNow } from '../../app/now.ts';
import { JoinCommand } from '../overview/getting-started.tsx';
import { fits, isRunning, sortDevices, state_filters } from './device-filter.ts';
import { DeviceState, driftedNames } from './device-state.tsx';
import { type DeviceRow, useDevices } from './queries.ts';

const columns: readonly Column<DeviceRow>[] = [
  { name: 'Device', sort: 'name', cell: (d) => <To href={`/devices/${d.id}`}>{d.name}</To> },
  { name: 'State', sort: 'state', cell: (d) => <DeviceState of={d} /> },
  { name: 'Version', sort: 'version', cell: (d) => <Version of={d} /> },
  { name: 'Drifted', sort: 'drifted', cell: (d) => <Drifted of={driftedNames(d)} /> },
  { name: 'Last seen', sort: 'seen', cell: (d) => <Ago at_ms={d.last_seen_ms} /> },
  { name: 'Outbox', sort: 'outbox', number: true, cell: (d) => <Outbox of={d} /> },
  { name: 'Labels', cell: (d) => <Labels of={d.labels} /> },
];

const Drifted = ({ of }: { of: readonly string[] }) =>
  of.length === 0 ? <span className="soft">none</span> : of.slice(0, 2).join(', ') + (of.length > 2 ? ` and ${of.length - 2} more` : '');

function Version({ of }: { of: DeviceRow }) {
  if (!of.current) return <span className="soft">none</span>;
  return (
    <span className="nowrap">
      {of.current.model} {of.current.model_version}
      {of.next_version === null ? null : <span className="t-run"> → {of.next_version}</span>}
    </span>
  );
}

function Outbox({ of }: { of: DeviceRow }) {
  const now_ms = useNow();
  if (!of.outbox) return <span className="soft">unknown</span>;
  return (
    <span title={of.outbox.oldest_ms === null ? 'nothing waits' : `the oldest waits for ${spanText(now_ms - of.outbox.oldest_ms)}`}>
      {countText(of.outbox.records, 'record')}
    </span>
  );
}

export function DevicesPage() {
  const [filters, set] = useFilters();
  const { selector = '', search = '', state = '', runs = '', sort = 'name', down = '' } = filters;
  const devices = useDevices(selector);
  const shown = useMemo(
    () =>
      sortDevices(
        (devices.data?.rows ?? []).filter((d) => isRunning(d, runs) && fits(d, state, search)),
        sort,
        down !== '',
      ),
    [devices.data, runs, state, search, sort, down],
  );
  const sorted = { by: sort, down: down !== '', set: (by: string) => set({ sort: by === 'name' ? '' : by, down: by === sort && down === '' ? '1' : '' }) };
  return (
    <>
      <PageHead title="Devices" />
      <div className="filters" role="search">
        <TextInput label="Search" size="xs" value={search} onChange={(event) => set({ search: event.currentTarget.value })} placeholder="name, id or label" />
        <Select
          label="State"
          size="xs"
          data={['any', ...state_filters]}
          value={state || 'any'}
          onChange={(value) => set({ state: value === 'any' || value === null ? '' : value })}
          allowDeselect={false}
        />
        <TextInput
          key={selector}
          label="Selector"
          size="xs"
          defaultValue={selector}
          placeholder="site=lab,kind=camera"
          onKeyDown={(event) => event.key === 'Enter' && set({ selector: event.currentTarget.value })}
          onBlur={(event) => event.currentTarget.value !== selector && set({ selector: event.currentTarget.value })}
        />
      </div>
      {runs === '' ? null : (
        <p className="says">
          Those that run {runs.replace(/@(\d+)$/, ' version $1')}.{' '}
          <button type="button" className="plain link" onClick={() => set({ runs: '' })}>
            Show the others too
          </button>
        </p>
      )}
      <Panel
        title="Devices"
        flush
        answered_ms={devices.dataUpdatedAt}
        note={<span aria-live="polite">{devices.data ? noteOf(shown.length, devices.data.rows?.length ?? 0, devices.data.total) : ''}</span>}
      >
        <Answer query={devices}>
          {(answer) =>
            answer.total === 0 ? (
              <NoDevice selector={selector} />
            ) : shown.length === 0 ? (
              <Empty>No device fits these filters.</Empty>
            ) : (
              <Rows label="Devices" rows={shown} columns={columns} keyOf={(d) => d.id} sorted={sorted} />
            )
          }
        </Answer>
      </Panel>
    </>
  );
}

function noteOf(shown: number, loaded: number, total: number): string {
  const part = loaded < total ? `; the filters look at the first ${loaded} by name of ${total}` : '';
  return shown === loaded ? countText(shown, 'device') + part : `${shown} of ${countText(loaded, 'device')}${part}`;
}

const NoDevice = ({ selector }: { selector: string }) =>
  selector ? (
    <Empty>No device fits the selector.</Empty>
  ) : (
    <Empty>
      <p>No device has joined yet. A join command, run on the device, makes it appear here.</p>
      <JoinCommand />
    </Empty>
  );

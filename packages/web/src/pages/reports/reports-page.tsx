// web/reports: drift over a time, of the fleet or of what is chosen: ranked, drawn from counts, each chart with its table; as one HTML file; and what schedules made.
import { SegmentedControl, Select } from '@mantine/core';
import { useState } from 'react';
import { useFilters } from '../../app/filters.ts';
import { countText } from '../../parts/format.ts';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { useDevices } from '../devices/queries.ts';
import { useModelNames } from '../models/queries.ts';
import { useGroups } from '../settings/queries.ts';
import { Facts } from './facts.tsx';
import { PartPanel } from './part-panel.tsx';
import { type Report, askedBy, lasts, useKeptReport, useReport } from './queries.ts';
import { Schedules } from './schedules.tsx';

export function ReportsPage() {
  const [filters] = useFilters();
  const [now_ms] = useState(() => Date.now());
  const kept = Number(filters['kept'] ?? 0);
  const asked = askedBy(filters, now_ms);
  const fresh = useReport(asked, kept === 0);
  const old = useKeptReport(kept);
  const query = kept > 0 ? old : fresh;
  const given = Object.entries(asked).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  const file = kept > 0 ? `/api/v1/reports/kept/${kept}?format=html` : `/api/v1/reports/drift?${new URLSearchParams([...given, ['format', 'html']])}`;
  return (
    <>
      <PageHead title="Reports" actions={kept > 0 ? null : <Choices />} />
      <Answer query={query} room="30rem">
        {(report) => <Shown of={report} file={file} />}
      </Answer>
      <Schedules />
    </>
  );
}

function Choices() {
  const [filters, set] = useFilters();
  const [models, devices, groups] = [useModelNames(), useDevices(''), useGroups()];
  const choice = (name: 'model' | 'device' | 'group', all: string, names: readonly string[]) => (
    <Select
      size="xs"
      aria-label={name}
      data={[{ value: '', label: all }, ...[...new Set([...names, ...(filters[name] ? [filters[name]] : [])])]]}
      value={filters[name] ?? ''}
      onChange={(value) => set({ [name]: value ?? '' })}
      allowDeselect={false}
      searchable
      limit={100}
    />
  );
  return (
    <>
      {choice('model', 'every model', models.data ?? [])}
      {choice(
        'device',
        'every device',
        (devices.data?.rows ?? []).map((device) => device.name),
      )}
      {choice(
        'group',
        'no group',
        (groups.data?.groups ?? []).map((group) => group.name),
      )}
      <SegmentedControl
        size="xs"
        aria-label="Time"
        data={lasts.map((days) => ({ value: days, label: days === '1' ? '1 day' : `${days} days` }))}
        value={lasts.find((days) => days === filters['days']) ?? '7'}
        onChange={(days) => set({ days })}
      />
    </>
  );
}

function Shown({ of, file }: { of: Report; file: string }) {
  const drifted = of.parts.reduce((sum, part) => sum + part.drifted, 0);
  return (
    <>
      <Panel
        title={of.title}
        actions={
          <a href={file} target="_blank" rel="noreferrer">
            One HTML file
          </a>
        }
        note={`${countText(of.parts.length, 'model version')}, ${countText(drifted, 'drifted column')}`}
      >
        {of.parts.length === 0 ? <Empty>No window of a known profile was closed in this time.</Empty> : null}
        <ul className="stack tight">
          {of.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      </Panel>
      {of.parts.map((part) => (
        <PartPanel key={part.title} of={part} />
      ))}
      {of.tables.map((table) => (
        <Facts key={table.title} of={table} />
      ))}
    </>
  );
}

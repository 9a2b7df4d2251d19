// web/reports: drift over a time, of the fleet or of what is chosen: ranked, drawn from counts, each chart with its table; as one HTML file; and what schedules made.
import { SegmentedControl, Select } from '@mantine/core';
import { useState } from 'react';
import { type Filters, useFilters } from '../../app/filters.ts';
import { Reliability } from '../../charts/reliability.tsx';
import { countText } from '../../parts/format.ts';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { useDevices } from '../devices/queries.ts';
import { useModels } from '../models/queries.ts';
import { useProjects } from '../projects/queries.ts';
import { useGroups } from '../settings/queries.ts';
import { Facts } from './facts.tsx';
import { PartPanel } from './part-panel.tsx';
import { type Report, askedBy, hardwareChoices, lasts, useKeptReport, useReport } from './queries.ts';
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
      <PageHead title="Reports" />
      {kept > 0 ? null : <Choices report={fresh.data} />}
      <Answer query={query} room="30rem">
        {(report) => <Shown of={report} file={file} />}
      </Answer>
      <Schedules />
    </>
  );
}

type Choice = 'project' | 'model' | 'version' | 'device' | 'group' | 'hardware';

function Choices({ report }: { report: Report | undefined }) {
  const [filters, set] = useFilters();
  const [models, devices, groups, projects] = [useModels(), useDevices(''), useGroups(), useProjects()];
  const all = models.data?.models ?? [];
  const versions = all.find(({ name }) => name === filters['model'])?.versions ?? [];
  const choice = (name: Choice, none: string, names: readonly string[], also: Filters = {}) => (
    <Select
      size="xs"
      aria-label={name}
      data={[{ value: '', label: none }, ...new Set([...names, ...(filters[name] ? [filters[name]] : [])])]}
      value={filters[name] ?? ''}
      onChange={(value) => set({ ...also, [name]: value ?? '' })}
      allowDeselect={false}
      searchable
      limit={100}
    />
  );
  const named = (of: readonly { readonly name: string }[] | undefined) => (of ?? []).map(({ name }) => name);
  return (
    <div className="filters" role="search" aria-label="What the report is about">
      {choice('project', 'every project', named(projects.data?.projects))}
      {choice('model', 'every model', named(all), { version: '' })}
      {filters['model']
        ? choice(
            'version',
            'every version',
            versions.map(({ version }) => String(version)),
          )
        : null}
      {choice('device', 'every device', named(devices.data?.rows))}
      {choice('group', 'no group', named(groups.data?.groups))}
      {choice('hardware', 'every machine', hardwareChoices(report))}
      <SegmentedControl
        size="xs"
        aria-label="Time"
        data={lasts.map((days) => ({ value: days, label: days === '1' ? '1 day' : `${days} days` }))}
        value={lasts.find((days) => days === filters['days']) ?? '7'}
        onChange={(days) => set({ days })}
      />
    </div>
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
        <ul className="notes stack tight">
          {of.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      </Panel>
      {of.parts.map((part) => (
        <PartPanel key={part.title} of={part} />
      ))}
      {of.reliability && of.reliability.length > 0 ? (
        <Panel title="Calibration by labels">
          <div className="columns">
            {of.reliability.map(({ title, bins }) => (
              <div key={title} className="pane">
                <h3>{title}</h3>
                <Reliability label={`Calibration of ${title}`} bins={bins} />
              </div>
            ))}
          </div>
        </Panel>
      ) : null}
      {of.tables.map((table) => (
        <Facts key={table.title} of={table} />
      ))}
    </>
  );
}

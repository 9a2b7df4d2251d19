// web/samples: images and other inferences that devices kept, to be labelled: those that looked drifted first. The filter is the address; the keys do the work.
import { Button, Select } from '@mantine/core';
import { useRef, useState } from 'react';
import { useFilters } from '../../app/filters.ts';
import { countText, exactText } from '../../parts/format.ts';
import { Answer, Empty, Panel, Waiting } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { useModelNames } from '../models/queries.ts';
import { CountRows } from './count-rows.tsx';
import { type SampleFilter, countOf, filterOf, reasons, shows } from './filter.ts';
import { useFreeFocus } from './free-focus.ts';
import { LabelNote } from './label-note.tsx';
import { type Labels, useLabels } from './labels.ts';
import { LabelDesk } from './label-desk.tsx';
import { type SampleCount, useSampleCounts, useSampleQueue } from './queries.ts';

const any = 'any';

export function SamplesPage() {
  const [filters] = useFilters();
  const filter = filterOf(filters);
  const counts = useSampleCounts(filter);
  const rows = counts.data?.counts ?? [];
  const labels = useLabels();
  return (
    <>
      <PageHead title="Samples" />
      <p className="says" aria-live="polite">
        {counts.data
          ? sentenceOf(
              rows.filter((row) => fits(row, filter)),
              filter,
            )
          : ''}
      </p>
      <Filters filter={filter} counts={rows} />
      <Queue key={JSON.stringify(filter)} filter={filter} counts={rows} labels={labels} />
      <Panel title="By device" flush answered_ms={counts.dataUpdatedAt}>
        <Answer query={counts}>
          {() =>
            rows.length === 0 ? (
              <Empty>No device has sent a sample{filter.model || filter.since_ms || filter.devices || filter.ids ? ' that fits' : ' yet'}.</Empty>
            ) : (
              <CountRows of={rows} />
            )
          }
        </Answer>
      </Panel>
    </>
  );
}

const fits = (row: SampleCount, { device, reason }: SampleFilter): boolean =>
  (device === undefined || row.device === device) && (reason === undefined || row.reason === reason);

function sentenceOf(rows: readonly SampleCount[], filter: SampleFilter): string {
  const labelled = rows.reduce((sum, row) => sum + row.labelled, 0);
  const dismissed = rows.reduce((sum, row) => sum + row.dismissed, 0);
  const total = rows.reduce((sum, row) => sum + row.labelled + row.unlabelled + row.dismissed, 0);
  const among = [
    filter.ids === undefined ? '' : ' among those asked for',
    filter.devices === undefined ? '' : ` of ${countText(countOf(filter.devices), 'device')}`,
    filter.since_ms === undefined ? '' : ` since ${exactText(filter.since_ms)}`,
  ];
  const since = among.join('');
  return total === 0
    ? `There is no sample${since} here.`
    : `${labelled} of ${countText(total, 'sample')}${since} ${labelled === 1 ? 'has' : 'have'} a label${dismissed > 0 ? `, ${dismissed} ${dismissed === 1 ? 'is' : 'are'} dismissed` : ''}.`;
}

/** What another page has narrowed, and the way out of it. */
const narrowed = ({ since_ms, devices, ids }: SampleFilter): { name: string; wider: string }[] => [
  ...(since_ms === undefined ? [] : [{ name: 'since', wider: 'Of every time' }]),
  ...(devices === undefined ? [] : [{ name: 'devices', wider: 'Of every device' }]),
  ...(ids === undefined ? [] : [{ name: 'ids', wider: 'Not the asked ones alone' }]),
];

function Filters({ filter, counts }: { filter: SampleFilter; counts: readonly SampleCount[] }) {
  const [, set] = useFilters();
  const models = useModelNames().data ?? [];
  const devices = new Map(counts.map((row) => [row.device, row.name]));
  if (filter.device && !devices.has(filter.device)) devices.set(filter.device, filter.device);
  const choice = (label: string, name: string, value: string | undefined, options: readonly (string | { value: string; label: string })[]) => (
    <Select
      label={label}
      size="xs"
      data={options}
      value={value ?? any}
      onChange={(chosen) => set({ [name]: chosen === any || chosen === null ? '' : chosen })}
      allowDeselect={false}
    />
  );
  return (
    <div className="filters" role="search">
      {choice('Model', 'model', filter.model, [any, ...models])}
      {choice('Device', 'device', filter.device, [any, ...[...devices].map(([value, label]) => ({ value, label }))])}
      {choice('Kept because of', 'reason', filter.reason, [any, ...reasons])}
      {choice('Label', 'show', filter.show, shows)}
      {narrowed(filter).map(({ name, wider }) => (
        <Button key={name} size="xs" variant="default" onClick={() => set({ [name]: '' })}>
          {wider}
        </Button>
      ))}
    </div>
  );
}

function Queue({ filter, counts, labels }: { filter: SampleFilter; counts: readonly SampleCount[]; labels: Labels }) {
  const [at, setAt] = useState(0);
  const queue = useSampleQueue(filter, at);
  const { samples } = queue;
  const names = new Map(counts.map((row) => [row.device, row.name]));
  const move = (to: number) => setAt(Math.max(0, Math.min(to, samples.length)));
  const more = queue.hasNextPage ? ' and more' : '';
  return (
    <Panel title="Label" note={at < samples.length ? `${at + 1} of ${samples.length}${more}` : undefined}>
      {queue.error ? <ProblemNote error={queue.error} /> : null}
      <LabelNote of={labels} />
      {at < samples.length ? (
        <LabelDesk samples={samples} at={at} move={move} deviceName={(id) => names.get(id) ?? id} labels={labels} />
      ) : queue.isFetching ? (
        <Waiting room="22rem" />
      ) : queue.error ? null : (
        <Done seen={samples.length} show={filter.show} back={() => setAt(samples.length - 1)} again={() => (setAt(0), void queue.refetch())} />
      )}
    </Panel>
  );
}

function Done({ seen, show, back, again }: { seen: number; show: string; back: () => void; again: () => void }) {
  const first = useRef<HTMLButtonElement>(null);
  useFreeFocus(first);
  return (
    <Empty>
      <p>
        {seen === 0
          ? `No ${show === 'all' ? '' : `${show} `}sample fits these filters. A device keeps some of its images, more of them while they look drifted, and where it is asked to, what its model is not sure of.`
          : `That was the last of ${countText(seen, 'sample')}.`}
      </p>
      <div className="row">
        {seen > 0 ? (
          <Button size="xs" variant="default" onClick={back}>
            Back ←
          </Button>
        ) : null}
        <Button size="xs" variant="default" ref={first} onClick={again}>
          Look again
        </Button>
      </div>
    </Empty>
  );
}

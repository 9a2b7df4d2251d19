// web/runs: experiments and their runs: the params that differ, and the last value of each metric.
import { Select, Switch, TextInput } from '@mantine/core';
import { useMemo } from 'react';
import { useFilters } from '../../app/filters.ts';
import { useNow } from '../../app/now.ts';
import { Ago } from '../../parts/ago.tsx';
import { CopyLine } from '../../parts/copy.tsx';
import { countText, numberText, spanText } from '../../parts/format.ts';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { type Column, Rows } from '../../parts/rows.tsx';
import { State } from '../../parts/state.tsx';
import { To } from '../../parts/to.tsx';
import { type Run, runs_max, useExperiments, useRuns } from './queries.ts';

const columns_max = 12;

/** Keys of the runs; with `differing`, only those whose value is not the same in all of them. */
export function keysOf(runs: readonly Run[], values: (run: Run) => Readonly<Record<string, unknown>>, differing: boolean): string[] {
  const seen = new Map<string, Set<string>>();
  for (const run of runs) for (const [key, value] of Object.entries(values(run))) seen.set(key, (seen.get(key) ?? new Set()).add(JSON.stringify(value)));
  const counts = new Map([...seen.keys()].map((key) => [key, runs.filter((run) => key in values(run)).length]));
  return [...seen]
    .filter(([key, each]) => !differing || each.size > 1 || counts.get(key)! < runs.length || runs.length === 1)
    .map(([key]) => key)
    .toSorted();
}

export function RunsPage() {
  const [filters, set] = useFilters();
  const { experiment = '', search = '', all = '' } = filters;
  const experiments = useExperiments();
  const runs = useRuns(experiment);
  const shown = useMemo(
    () => (runs.data?.runs ?? []).filter((run) => `${run.name} ${run.id} ${run.experiment}`.toLowerCase().includes(search.toLowerCase())),
    [runs.data, search],
  );
  return (
    <>
      <PageHead title="Runs" />
      <div className="filters" role="search">
        <Select
          label="Experiment"
          size="xs"
          allowDeselect={false}
          value={experiment}
          onChange={(value) => set({ experiment: value ?? '' })}
          data={[{ value: '', label: 'all' }, ...(experiments.data?.experiments ?? []).map((e) => ({ value: e.name, label: `${e.name} (${e.runs})` }))]}
        />
        <TextInput label="Search" size="xs" value={search} onChange={(event) => set({ search: event.currentTarget.value })} placeholder="name or id" />
        <Switch
          label="Params that are the same too"
          size="xs"
          checked={all !== ''}
          onChange={(event) => set({ all: event.currentTarget.checked ? '1' : '' })}
        />
      </div>
      <Panel title="Runs" flush answered_ms={runs.dataUpdatedAt} note={runs.data ? noteOf(shown.length, runs.data.runs.length) : ''}>
        <Answer query={runs}>
          {(answer) =>
            answer.runs.length === 0 ? <Nothing /> : shown.length === 0 ? <Empty>No run fits the search.</Empty> : <RunRows of={shown} differing={all === ''} />
          }
        </Answer>
      </Panel>
    </>
  );
}

const noteOf = (shown: number, loaded: number): string =>
  `${shown === loaded ? countText(shown, 'run') : `${shown} of ${countText(loaded, 'run')}`}, newest first${loaded === runs_max ? `; older ones than the newest ${runs_max} are not shown` : ''}`;

const Nothing = () => (
  <Empty>
    <p>No run yet. A workflow's training step makes one, and so does a script that logs with MLflow, once this line stands at its top:</p>
    <CopyLine label="The line that changes" text={`mlflow.set_tracking_uri("${location.origin}")`} />
    <p>How to sign in from it, and how to bring older runs along, is in the documentation under docs/how-to/move-from-mlflow.md.</p>
  </Empty>
);

function RunRows({ of, differing }: { of: readonly Run[]; differing: boolean }) {
  const now_ms = useNow();
  const metrics = keysOf(of, (run) => run.metrics, false);
  const params = keysOf(of, (run) => run.params, differing);
  const left_out = Math.max(0, metrics.length - columns_max) + Math.max(0, params.length - columns_max);
  const columns: Column<Run>[] = [
    { name: 'Run', cell: (r) => <To href={`/runs/${r.id}`}>{r.name || r.id}</To> },
    { name: 'Experiment', cell: (r) => r.experiment },
    { name: 'State', cell: (r) => <State word={r.state} /> },
    { name: 'Started', cell: (r) => <Ago at_ms={r.started_ms} /> },
    { name: 'Took', number: true, cell: (r) => spanText((r.ended_ms ?? now_ms) - r.started_ms) },
    ...metrics.slice(0, columns_max).map((key): Column<Run> => ({
      name: key,
      number: true,
      cell: (r) => (r.metrics[key] ? numberText(r.metrics[key].last) : <span className="soft">none</span>),
    })),
    ...params.slice(0, columns_max).map((key): Column<Run> => ({ name: `${key} `, cell: (r) => r.params[key] ?? <span className="soft">none</span> })),
  ];
  return (
    <>
      {left_out > 0 ? <p className="soft map">{left_out} more columns are on the pages of the runs.</p> : null}
      <Rows label="Runs" rows={of} columns={columns} keyOf={(r) => r.id} />
    </>
  );
}

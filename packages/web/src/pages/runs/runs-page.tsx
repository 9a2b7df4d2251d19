// web/runs: the runs of an experiment as one table: what differs first, sorted and filtered by the server, in MLflow's grammar; chosen ones are compared.
import { Button, Select, TextInput } from '@mantine/core';
import { useCallback, useMemo, useState } from 'react';
import './runs.css';
import { useFilters } from '../../app/filters.ts';
import { useNow } from '../../app/now.ts';
import { Ago } from '../../parts/ago.tsx';
import { CopyLine } from '../../parts/copy.tsx';
import { countText, numberText, spanText } from '../../parts/format.ts';
import { factText, factTitle } from '../../parts/hardware.ts';
import { Empty, Panel, Refused, Waiting } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { State } from '../../parts/state.tsx';
import { To } from '../../parts/to.tsx';
import { GrantsPanel } from '../projects/grants-panel.tsx';
import { ProjectFilter } from '../projects/project-filter.tsx';
import { compareAllHref, compareHref } from './compare-href.ts';
import { compared_max, live_runs_max, loaded_max, useExperiments, useRunSearch } from './queries.ts';
import { type GridColumn, RunGrid } from './run-grid.tsx';
import { type Cell, type RunRow, type RunTable, subjectOf } from './run-table.ts';

export function RunsPage() {
  const [filters] = useFilters();
  const { project = '', experiment = '', filter = '', sort = '', down = '' } = filters;
  const runs = useRunSearch({ project, experiment, filter, order_by: sort && `${sort} ${down ? 'DESC' : 'ASC'}` });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const choose = useCallback((id: string) => setChosen((before) => toggled(before, id)), []);
  const { table, hasNextPage, isFetching, fetchNextPage } = runs;
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  return (
    <>
      <PageHead
        title="Runs"
        actions={
          <>
            {table && table.rows.length > 1 ? <To href={compareAllHref({ project, experiment, filter })}>Weigh all</To> : null}
            <Chosen of={chosen} clear={() => setChosen(new Set())} />
          </>
        }
      />
      <RunFilters />
      <Panel title="Runs" flush answered_ms={runs.dataUpdatedAt} note={table ? noteOf(table, hasNextPage, sort) : ''}>
        <Refused query={runs} />
        {!table ? (
          runs.error ? null : (
            <Waiting room="24rem" />
          )
        ) : table.rows.length === 0 ? (
          filter || experiment || project ? (
            <Empty>No run fits.</Empty>
          ) : (
            <Nothing />
          )
        ) : (
          <RunRows of={table} several={experiment === ''} chosen={chosen} choose={choose} more={hasNextPage && !isFetching ? more : undefined} />
        )}
      </Panel>
      <SharedExperiment name={experiment} />
    </>
  );
}

/** Who may do what with the experiment that is chosen, for whoever manages it. */
function SharedExperiment({ name }: { name: string }) {
  const found = useExperiments().data?.experiments.find((one) => one.name === name);
  return found?.may_share ? <GrantsPanel kind="experiment" name={name} key={name} /> : null;
}

function toggled(before: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const after = new Set(before);
  if (!after.delete(id)) after.add(id);
  return after;
}

function noteOf({ rows, columns }: RunTable, more: boolean, sort: string): string {
  const part = !more ? '' : rows.length >= loaded_max ? '; no more than these are shown: narrow the filter' : ' so far, further ones as you scroll';
  const still = rows.length > live_runs_max ? '; more than so many are not asked for again by themselves' : '';
  const differing = columns.filter((column) => column.differs).length;
  return `${countText(rows.length, 'run')}${part}${still}; ${sort ? '' : 'newest first; '}${differing} of ${countText(columns.length, 'column')} differ, those first`;
}

function RunFilters() {
  const [filters, set] = useFilters();
  const { project = '', experiment = '', filter = '' } = filters;
  const all = useExperiments().data?.experiments ?? [];
  const experiments = all.filter((one) => project === '' || one.project === project);
  return (
    <div className="filters" role="search">
      <ProjectFilter of={all.map((one) => ({ project: one.project, count: one.runs }))} />
      <Select
        label="Experiment"
        size="xs"
        allowDeselect={false}
        searchable
        value={experiment}
        onChange={(value) => set({ experiment: value ?? '' })}
        data={[{ value: '', label: 'all' }, ...experiments.map((e) => ({ value: e.name, label: `${e.name} (${e.runs})` }))]}
      />
      <TextInput
        key={filter}
        className="wide"
        label="Filter"
        size="xs"
        defaultValue={filter}
        maxLength={10_000}
        spellCheck={false}
        placeholder="metrics.loss < 0.1 AND params.layers = '2' AND attributes.run_name LIKE 'small%'"
        onKeyDown={(event) => event.key === 'Enter' && set({ filter: event.currentTarget.value.trim() })}
        onBlur={(event) => event.currentTarget.value.trim() !== filter && set({ filter: event.currentTarget.value.trim() })}
      />
    </div>
  );
}

function Chosen({ of, clear }: { of: ReadonlySet<string>; clear: () => void }) {
  if (of.size === 0) return <span className="soft">Choose runs to compare them.</span>;
  return (
    <>
      <span className="soft" aria-live="polite">
        {of.size > compared_max ? `${of.size} chosen; at most ${compared_max} are compared` : `${countText(of.size, 'run')} chosen`}
      </span>
      {of.size >= 2 && of.size <= compared_max ? <To href={compareHref([...of])}>Compare</To> : null}
      <Button variant="default" size="xs" onClick={clear}>
        Choose none
      </Button>
    </>
  );
}

const Nothing = () => (
  <Empty>
    <p>No run yet. A workflow's training step makes one, and so does a script that logs with MLflow, once this line stands at its top:</p>
    <CopyLine label="The line that changes" text={`mlflow.set_tracking_uri("${location.origin}")`} />
    <p>How to sign in from it, and how to bring older runs along, is in the documentation under docs/how-to/move-from-mlflow.md.</p>
  </Empty>
);

const shownFact = (name: string, value: Cell): Cell => (value === null ? null : factText(name, String(value)));

const cellOf = (value: Cell): React.ReactNode => {
  if (value === null) return <span className="soft">none</span>;
  return typeof value === 'number' ? <span title={String(value)}>{numberText(value)}</span> : <span title={value}>{value}</span>;
};

const Took = ({ of }: { of: RunRow }) => {
  const now_ms = useNow();
  return <>{spanText((of.ended_ms ?? now_ms) - of.started_ms)}</>;
};

const heads: readonly GridColumn[] = [
  { name: 'State', title: 'State', number: false, sort: 'attributes.status', cell: (row) => <State word={row.state} /> },
  { name: 'Started', title: 'Started', number: false, sort: 'attributes.start_time', cell: (row) => <Ago at_ms={row.started_ms} /> },
  { name: 'Took', title: 'Took', number: true, cell: (row) => <Took of={row} /> },
];
const experiment_column: GridColumn = { name: 'Experiment', title: 'Experiment', number: false, cell: (row) => row.experiment };
const nameCell = (row: RunRow) => (
  <To href={`/runs/${row.id}`} title={row.name}>
    {row.name || row.id}
  </To>
);

interface RunRowsProps {
  readonly of: RunTable;
  /** Of several experiments: each run says its own. */
  readonly several: boolean;
  readonly chosen: ReadonlySet<string>;
  readonly choose: (id: string) => void;
  readonly more: (() => void) | undefined;
}

function RunRows({ of, several, chosen, choose, more }: RunRowsProps) {
  const [{ sort = '', down = '' }, set] = useFilters();
  const columns = useMemo<readonly GridColumn[]>(
    () => [
      ...heads,
      ...(several ? [experiment_column] : []),
      ...of.columns.map(({ kind, key, values }): GridColumn => ({
        name: kind === 'hardware' ? factTitle(key) : key,
        title: `${kind} ${key}`,
        number: kind === 'metric',
        ...(kind === 'hardware' ? {} : { sort: subjectOf(kind, key) }),
        cell: (_, at) => cellOf(kind === 'hardware' ? shownFact(key, values[at]!) : values[at]!),
      })),
    ],
    [of.columns, several],
  );
  const sorted = { by: sort, down: down !== '', set: (by: string) => set({ sort: by, down: by === sort && down === '' ? '1' : '' }) };
  return (
    <RunGrid rows={of.rows} columns={columns} name={nameCell} name_sort="attributes.run_name" sorted={sorted} chosen={chosen} choose={choose} more={more} />
  );
}

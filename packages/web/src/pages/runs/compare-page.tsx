// web/runs: runs beside each other: what differs first as a table, the same as lines over parallel axes, quality against latency against memory, and the
// histories of their metrics. All runs of a search are weighed against each other, and no more.
import './runs.css';
import { useFilters } from '../../app/filters.ts';
import { Parallel, type ParallelAxis } from '../../charts/parallel.tsx';
import { countText, numberText, spanText } from '../../parts/format.ts';
import { factText, factTitle } from '../../parts/hardware.ts';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { type Column, Rows } from '../../parts/rows.tsx';
import { State } from '../../parts/state.tsx';
import { To } from '../../parts/to.tsx';
import { comparedOf, searchHref } from './compare-href.ts';
import { MetricCharts } from './metric-chart.tsx';
import { ParetoPanel } from './pareto-view.tsx';
import { compared_max, useAll, useChosen, weighed_max } from './queries.ts';
import type { Cell, RunRow, RunTable, ValueColumn } from './run-table.ts';

const axes_max = 12;
const charts_max = 10;

export function ComparePage() {
  const [filters] = useFilters();
  const ids = comparedOf(filters['runs']);
  const chosen = useChosen(ids.slice(0, compared_max));
  if (filters['all']) return <CompareAll project={filters['project'] ?? ''} experiment={filters['experiment'] ?? ''} filter={filters['filter'] ?? ''} />;
  return (
    <>
      <PageHead title="Compare runs" above={[['Runs', '/runs']]} />
      {ids.length === 0 ? (
        <Empty>
          No run is chosen. Choose some in <To href="/runs">the table of runs</To>.
        </Empty>
      ) : (
        <Answer query={chosen} room="24rem">
          {() => <Compared of={chosen.table!} asked={ids.length} answered_ms={chosen.dataUpdatedAt} />}
        </Answer>
      )}
    </>
  );
}

/** More runs than stand side by side. */
function CompareAll({ project, experiment, filter }: { project: string; experiment: string; filter: string }) {
  const all = useAll({ project, experiment, filter }, true);
  return (
    <>
      <PageHead title="Compare runs" above={[['Runs', searchHref({ project, experiment, filter })]]} />
      <p className="says">
        {experiment ? `All runs of ${experiment}` : project ? `All runs of project ${project}` : 'All runs'}
        {filter ? ` that fit ${filter}` : ''}.
      </p>
      <Answer query={all} room="40rem">
        {() => (
          <ParetoPanel
            of={all.table!}
            answered_ms={all.dataUpdatedAt}
            note={all.more ? `the newest ${weighed_max}; there are more` : countText(all.table!.rows.length, 'run')}
          />
        )}
      </Answer>
    </>
  );
}

const missingText = (found: number, asked: number): string =>
  found === asked
    ? ''
    : ` ${asked - found} of the ${asked} that the address names ${asked - found === 1 ? 'is' : 'are'} not here: deleted, unknown, or more than ${compared_max}.`;

function Compared({ of, asked, answered_ms }: { of: RunTable; asked: number; answered_ms: number }) {
  const { rows, columns } = of;
  const differing = columns.filter((column) => column.differs);
  const logged = columns.filter((column) => column.kind !== 'hardware');
  const charted = columns.filter((column) => column.kind === 'metric').map((column) => column.key);
  const names = rows.map((row) => ({ id: row.id, name: row.name || row.id }));
  if (rows.length === 0) return <Empty>None of these runs is here.</Empty>;
  return (
    <>
      <p className="says">
        {countText(rows.length, 'run')}; {logged.filter((column) => column.differs).length} of{' '}
        {countText(logged.length, 'param or metric', 'params and metrics')} differ.
        {missingText(rows.length, asked)}
      </p>
      <Panel title="Side by side" flush answered_ms={answered_ms} note="what differs first">
        <SideBySide of={of} />
      </Panel>
      <Panel
        title="Parallel coordinates"
        answered_ms={answered_ms}
        note={differing.length > axes_max ? `the first ${axes_max} of ${differing.length} that differ` : undefined}
      >
        {differing.length < 2 || rows.length < 2 ? (
          <Empty>Fewer than two quantities differ, so there is nothing to draw.</Empty>
        ) : (
          <Parallel label="Parallel coordinates" lines={names} axes={differing.slice(0, axes_max).map(axisOf)} />
        )}
      </Panel>
      {rows.length < 2 ? null : <ParetoPanel of={of} answered_ms={answered_ms} />}
      <Panel
        title="Metric histories"
        answered_ms={answered_ms}
        note={charted.length > charts_max ? `the first ${charts_max} of ${charted.length} metrics` : undefined}
      >
        {charted.length === 0 ? (
          <Empty>They have no metric.</Empty>
        ) : (
          <MetricCharts runs={names} keys={charted.slice(0, charts_max)} growing={rows.some((row) => row.state === 'running')} />
        )}
      </Panel>
    </>
  );
}

const gib_bytes = 1024 ** 3;
function axisOf({ kind, key, values }: ValueColumn): ParallelAxis {
  if (kind !== 'hardware') return { name: key, values };
  if (!key.endsWith('_bytes')) return { name: factTitle(key), values };
  return { name: `${factTitle(key)}, GiB`, values: values.map((value) => (value === null ? null : Number(value) / gib_bytes)) };
}

const textOf = (value: Cell): React.ReactNode => (value === null ? <span className="soft">none</span> : typeof value === 'number' ? numberText(value) : value);

interface Line {
  readonly name: React.ReactNode;
  readonly key: string;
  readonly differs: boolean;
  cell(row: RunRow, at: number): React.ReactNode;
}

const lineOf = ({ kind, key, values, differs }: ValueColumn): Line => ({
  name: kind === 'hardware' ? factTitle(key) : key,
  key: `${kind} ${key}`,
  differs,
  cell: (_, at) => (kind === 'hardware' && values[at] !== null ? factText(key, String(values[at])) : textOf(values[at]!)),
});
const tookText = (row: RunRow): string => (row.ended_ms === null ? 'not ended' : spanText(row.ended_ms - row.started_ms));
const isSame = (texts: readonly string[]): boolean => texts.every((text) => text === texts[0]);

/** What is no param and no metric. */
const headLines = (rows: readonly RunRow[]): Line[] => [
  { name: 'state', key: 'state', differs: !isSame(rows.map((row) => row.state)), cell: (row) => <State word={row.state} /> },
  { name: 'took', key: 'took', differs: !isSame(rows.map(tookText)), cell: tookText },
];

function SideBySide({ of }: { of: RunTable }) {
  const lines = [...headLines(of.rows), ...of.columns.map(lineOf)];
  const columns: Column<Line>[] = [
    { name: 'Quantity', cell: (line) => line.name },
    ...of.rows.map((row, at): Column<Line> => ({
      name: row.name || row.id,
      head: <To href={`/runs/${row.id}`}>{row.name || row.id}</To>,
      key: row.id,
      number: true,
      cell: (line) => line.cell(row, at),
    })),
    { name: 'Differs', cell: (line) => (line.differs ? 'yes' : <span className="soft">no</span>) },
  ];
  return <Rows label="Side by side" rows={lines} columns={columns} keyOf={(line) => line.key} wide />;
}

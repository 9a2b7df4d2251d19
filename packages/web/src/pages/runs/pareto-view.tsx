// web/runs: quality, latency and memory of runs against each other: those that no other run beats, as points and as the table beneath, with what each ran on.
import { SegmentedControl, Select } from '@mantine/core';
import { useMemo } from 'react';
import { useFilters } from '../../app/filters.ts';
import { Scatter } from '../../charts/scatter.tsx';
import { countText, listText, numberText } from '../../parts/format.ts';
import { machineText } from '../../parts/hardware.ts';
import { Empty, Panel } from '../../parts/panel.tsx';
import { type Column, Rows } from '../../parts/rows.tsx';
import { To } from '../../parts/to.tsx';
import { type Axis, type Candidate, axesOf, no_metric } from './pareto-axes.ts';
import { type Weighed, weigh } from './pareto-rows.ts';
import type { RunTable } from './run-table.ts';

function candidatesOf({ columns }: RunTable): Candidate[] {
  const metrics = columns.filter(({ kind }) => kind === 'metric');
  const runs_of = new Map(metrics.map(({ key, values }) => [key, new Set(values.flatMap((value, run) => (typeof value === 'number' ? run : [])))]));
  return metrics.map(({ key }) => {
    const runs = runs_of.get(key)!;
    return { key, runs: runs.size, runsWith: (other) => [...(runs_of.get(other) ?? [])].filter((run) => runs.has(run)).length };
  });
}

export function ParetoPanel({ of, answered_ms, note }: { of: RunTable; answered_ms: number; note?: string | undefined }) {
  const [filters] = useFilters();
  const candidates = useMemo(() => candidatesOf(of), [of]);
  const axes = axesOf(filters, candidates);
  const asked = JSON.stringify(axes);
  const weighed = useMemo(() => weigh(of, JSON.parse(asked) as Axis[]), [of, asked]);
  return (
    <Panel title="Quality, latency and memory" answered_ms={answered_ms} note={note}>
      <div className="stack">
        <Choices axes={axes} candidates={candidates} />
        <Shown of={weighed} axes={axes.filter((axis) => axis.key !== null)} />
      </div>
    </Panel>
  );
}

const ways = [
  { value: 'max', label: 'more is better' },
  { value: 'min', label: 'less is better' },
];

function Choices({ axes, candidates }: { axes: readonly Axis[]; candidates: readonly Candidate[] }) {
  const [, set] = useFilters();
  return (
    <div className="filters axes">
      {axes.map(({ name, key, way, guessed }) => (
        <div key={name} className="axis" role="group" aria-label={`Axis of ${name}`}>
          <Select
            label={`${name[0]!.toUpperCase()}${name.slice(1)}${guessed && key !== null ? ', by its name' : ''}`}
            size="xs"
            searchable
            allowDeselect={false}
            value={key ?? no_metric}
            onChange={(value) => set({ [name]: value ?? no_metric, [`${name}_way`]: '' })}
            data={[{ value: no_metric, label: 'not weighed' }, ...candidates.map((one) => ({ value: one.key, label: `${one.key} (${one.runs})` }))]}
          />
          <SegmentedControl
            size="xs"
            data={ways}
            value={way}
            disabled={key === null}
            onChange={(value) => set({ [name]: key ?? no_metric, [`${name}_way`]: value })}
            aria-label={`Which way ${name} is better`}
          />
        </div>
      ))}
    </div>
  );
}

function sentenceOf({ rows, front, lacking, total }: Weighed, axes: readonly Axis[]): string {
  const names = listText(axes.map(({ key, way }) => `${way === 'max' ? 'high' : 'low'} ${key}`));
  const left =
    lacking === 0
      ? ''
      : ` ${countText(lacking, 'run')} of ${total} ${lacking === 1 ? 'lacks' : 'lack'} one of these and ${lacking === 1 ? 'is' : 'are'} left out.`;
  return `${countText(front, 'run')} of ${rows.length} ${front === 1 ? 'is' : 'are'} on the front: no other is as good in ${names} and better in one.${left}`;
}

function Shown({ of, axes }: { of: Weighed; axes: readonly Axis[] }) {
  const [y, x, size] = axes;
  if (!y || !x) return <Empty>Choose a metric for at least two of the three: nothing can be weighed against nothing.</Empty>;
  if (of.rows.length === 0) return <Empty>No run has a number for all of {listText(axes.map(({ key }) => key!))}.</Empty>;
  const better = (axis: Axis) => ({ name: axis.key!, better: axis.way === 'max' ? 'more' : 'less' }) as const;
  const points = of.rows.map(({ run, values, mark }) => ({ id: run.id, name: run.name || run.id, y: values[0]!, x: values[1]!, size: values[2], mark }));
  return (
    <>
      <Scatter label="Pareto view" summary={sentenceOf(of, axes)} x={better(x)} y={better(y)} size={size && better(size)} points={points} />
      <ParetoRows of={of} axes={axes} />
    </>
  );
}

type Row = Weighed['rows'][number];

function ParetoRows({ of, axes }: { of: Weighed; axes: readonly Axis[] }) {
  const columns: Column<Row>[] = [
    { name: 'Run', cell: ({ run }) => <To href={`/runs/${run.id}`}>{run.name || run.id}</To> },
    { name: 'Front', cell: ({ mark }) => (mark === null ? <span className="soft">no</span> : <b>◆ {mark}</b>) },
    ...axes.map(({ key, way }, i): Column<Row> => ({
      name: `${key} ${way === 'max' ? '↑' : '↓'}`,
      key: key!,
      number: true,
      cell: ({ values }) => numberText(values[i]!),
    })),
    {
      name: 'Beaten by',
      cell: ({ beaten_by }) => (beaten_by ? <To href={`/runs/${beaten_by.id}`}>{beaten_by.name || beaten_by.id}</To> : <span className="soft">none</span>),
    },
    { name: 'Ran on', cell: ({ hardware }) => machineText(hardware) || <span className="soft">not said</span> },
  ];
  return <Rows label="Runs that are weighed" rows={of.rows} columns={columns} keyOf={({ run }) => run.id} />;
}

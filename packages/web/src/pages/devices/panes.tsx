// web/devices: what a device measured, pane under pane on one time axis, with what happened drawn through all of them.
import { featureInWords } from '@holdfast/stats';
import type { Line, Mark } from '../../charts/plot.tsx';
import { Pane } from '../../charts/lazy-plot.tsx';
import { bytesText, countText, listText, numberText } from '../../parts/format.ts';
import { Empty } from '../../parts/panel.tsx';
import { toneOfKind } from './marks.tsx';
import type { Timeline } from './queries.ts';

type Series = Timeline['series'][number];
interface PaneChoice {
  readonly title: string;
  readonly metric: string;
  readonly format: (value: number) => string;
}

const choices: readonly PaneChoice[] = [
  { title: 'Inferences a second', metric: 'inferences_per_s', format: numberText },
  { title: 'Latency, 95th percentile (ms)', metric: 'latency_p95_ms', format: numberText },
  { title: 'Memory of the agent', metric: 'agent_rss_bytes', format: bytesText },
  { title: 'Records that the ring lost', metric: 'ring_lost', format: numberText },
  { title: 'Records in the outbox', metric: 'outbox_records', format: numberText },
];

const drift_lines_max = 5;

interface PanesProps {
  readonly of: Timeline;
  readonly onRange: (from_ms: number, to_ms: number) => void;
}

export function Panes({ of, onRange }: PanesProps) {
  const marks: Mark[] = [
    ...of.marks.map((mark) => ({ at_ms: mark.at_ms, tone: toneOfKind(mark.kind) })),
    ...of.gaps.map((gap) => ({ at_ms: gap.at_ms, tone: 'bad' as const })),
  ];
  const shared = { from_ms: of.from_ms, to_ms: of.to_ms, marks, onRange };
  const panes = choices.flatMap((choice) => of.series.filter((series) => series.metric === choice.metric).map((series) => ({ choice, series })));
  if (panes.length === 0 && of.drift.length === 0)
    return <Empty>The device sent no measurements in this range. Choose a longer one, or see above when it was last seen.</Empty>;
  const [first, ...others] = panes.map(({ choice, series }) => (
    <div key={choice.metric} className="pane">
      <h3>{choice.title}</h3>
      <Pane
        label={choice.title}
        summary={summaryOf(series, choice.format)}
        times_ms={series.times_ms}
        lines={linesOf(series)}
        format={choice.format}
        {...shared}
      />
    </div>
  ));
  return (
    <div className="panes">
      {first}
      <DriftPane of={of} shared={shared} />
      {others}
    </div>
  );
}

const linesOf = (series: Series): Line[] => [
  { name: 'mean', values: series.mean },
  { name: 'min', values: series.min, band: true },
  { name: 'max', values: series.max, band: true },
];

function summaryOf(series: Series, format: (value: number) => string): string {
  const seen = (values: readonly (number | null)[]) => values.filter((value): value is number => value !== null);
  const last = seen(series.mean).at(-1);
  const span = last === undefined ? 'no value' : `${format(Math.min(...seen(series.min)))} to ${format(Math.max(...seen(series.max)))}, last ${format(last)}`;
  return `${span}; ${countText(series.times_ms.length, 'bucket')} of ${countText(series.points, 'point')}, min and max kept.`;
}

interface DriftPaneProps {
  readonly of: Timeline;
  readonly shared: { readonly from_ms: number; readonly to_ms: number; readonly marks: Mark[]; readonly onRange: (from_ms: number, to_ms: number) => void };
}

function DriftPane({ of, shared }: DriftPaneProps) {
  const worst = of.drift.toSorted((a, b) => Math.max(...b.distance) - Math.max(...a.distance)).slice(0, drift_lines_max);
  if (worst.length === 0) return null;
  const times = [...new Set(worst.flatMap((line) => line.at_ms))].toSorted((a, b) => a - b);
  const lines = worst.map((line) => {
    const at = new Map(line.at_ms.map((time, i) => [time, line.distance[i]!]));
    return { name: featureInWords(line.feature), values: times.map((time) => at.get(time) ?? null) };
  });
  const limits = new Set(of.monitors.map((monitor) => monitor.distance_min));
  return (
    <div className="pane">
      <h3>Drift distance</h3>
      <Pane
        label="Drift distance"
        summary={driftSummary(of, times.length)}
        times_ms={times}
        lines={lines}
        format={numberText}
        height={150}
        {...shared}
        {...(limits.size === 1 ? { limit: [...limits][0]! } : {})}
      />
    </div>
  );
}

/** What is drawn and what is left out; where several monitors judge, who found which feature drifted. */
function driftSummary({ drift, monitors }: Timeline, windows: number): string {
  const drifted = drift.filter((line) => line.drifted_by.length > 0);
  const parts = [countText(windows, 'window'), `${drifted.length} of ${countText(drift.length, 'feature')} drifted in at least one`];
  if (drift.length > drift_lines_max) parts.push(`the ${drift_lines_max} with the greatest distance are drawn`);
  const same = new Set(monitors.map((monitor) => monitor.distance_min)).size === 1;
  if (same) parts.push(`the dashed line is the threshold of ${listText(monitors.map((m) => m.name))}, ${numberText(monitors[0]!.distance_min)}`);
  else parts.push(`the thresholds differ: ${listText(monitors.map((m) => `${numberText(m.distance_min)} of ${m.name}`))}`);
  if (monitors.length > 1) parts.push(...drifted.slice(0, drift_lines_max).map((line) => `${featureInWords(line.feature)} by ${listText(line.drifted_by)}`));
  return `${parts.join('; ')}.`;
}

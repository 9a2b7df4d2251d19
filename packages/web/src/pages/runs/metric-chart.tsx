// web/runs: one metric of one run or several, over its steps; what was thinned for the screen is said.
import { Pane } from '../../charts/lazy-plot.tsx';
import { countText, numberText } from '../../parts/format.ts';
import { Empty, Waiting } from '../../parts/panel.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { alignedOf } from './aligned.ts';
import { type Points, usePoints } from './queries.ts';

interface MetricChartsProps {
  readonly runs: readonly { readonly id: string; readonly name: string }[];
  readonly keys: readonly string[];
  /** One of the runs is not over. */
  readonly growing: boolean;
}

export function MetricCharts({ runs, keys, growing }: MetricChartsProps) {
  const answers = usePoints(
    runs.map((run) => run.id),
    keys,
    growing,
  );
  return (
    <div className="columns">
      {answers.map(({ data, error }, at) => (
        <div key={keys[at]} className="pane">
          <h3>{keys[at]}</h3>
          {error ? <ProblemNote error={error} /> : data ? <MetricChart label={keys[at]!} of={data.series} names={runs.map((run) => run.name)} /> : <Waiting />}
        </div>
      ))}
    </div>
  );
}

function sentenceOf(of: readonly Points[]): string {
  const [drawn, total] = [of.reduce((sum, one) => sum + one.points.length, 0), of.reduce((sum, one) => sum + one.points_total, 0)];
  const values = of.flatMap((one) => one.points.flatMap(([, value]) => (value === 'NaN' ? [] : [value])));
  const not_numbers = drawn - values.length;
  const count =
    drawn === total
      ? `${countText(total, 'point')}, all drawn`
      : `${countText(drawn, 'point')} of ${numberText(total)} drawn: of each stretch of steps the least and the greatest`;
  const range = values.length === 0 ? '' : `; ${numberText(values.reduce((a, b) => Math.min(a, b)))} to ${numberText(values.reduce((a, b) => Math.max(a, b)))}`;
  const last = of.length === 1 && values.length > 0 ? `, last ${numberText(values.at(-1)!)}` : '';
  return `${of.length > 1 ? `${countText(of.length, 'run')}, ` : ''}${count}${range}${last}${not_numbers > 0 ? `; ${countText(not_numbers, 'value')} NaN` : ''}.`;
}

function MetricChart({ label, of, names }: { label: string; of: readonly Points[]; names: readonly string[] }) {
  if (of.every((one) => one.points_total <= 1)) return <Empty>No run has more than one point of it, so there is no history to draw.</Empty>;
  const { steps, lines } = alignedOf(of);
  return (
    <Pane
      label={label}
      summary={sentenceOf(of)}
      times_ms={steps}
      lines={lines.map((values, i) => ({ name: of.length === 1 ? label : names[i]!, values }))}
      format={numberText}
      height={of.length === 1 ? 140 : 220}
      counted
    />
  );
}

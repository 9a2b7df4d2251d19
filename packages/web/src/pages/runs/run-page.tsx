// web/runs: one run: its params, tags, and the history of every metric.
import { usePlace } from '../../app/path.ts';
import { useNow } from '../../app/now.ts';
import { Pane } from '../../charts/lazy-plot.tsx';
import { Ago } from '../../parts/ago.tsx';
import { Facts } from '../../parts/facts.tsx';
import { countText, numberText, spanText } from '../../parts/format.ts';
import { Answer, Empty, Panel, Waiting } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { State } from '../../parts/state.tsx';
import { To } from '../../parts/to.tsx';
import { type Run, useHistories, useRun } from './queries.ts';

/** Charts on one page; the table above them has every metric. */
const charts_max = 12;

export function RunPage() {
  const id = usePlace('id');
  const run = useRun(id);
  return (
    <>
      <PageHead
        title={run.data?.name || id}
        above={[['Runs', '/runs'], ...(run.data ? [[run.data.experiment, `/runs?experiment=${run.data.experiment}`] as const] : [])]}
        state={run.data ? <State word={run.data.state} /> : null}
      />
      <Answer query={run}>{(answer) => <Body of={answer} answered_ms={run.dataUpdatedAt} />}</Answer>
    </>
  );
}

function Body({ of, answered_ms }: { of: Run; answered_ms: number }) {
  const now_ms = useNow();
  const metrics = Object.entries(of.metrics);
  const drawn = metrics.filter(([, metric]) => metric.points > 1);
  return (
    <>
      <div className="columns narrow">
        <Panel title="Run" answered_ms={answered_ms}>
          <Facts
            of={[
              ['Id', <code>{of.id}</code>],
              ['Experiment', <To href={`/runs?experiment=${of.experiment}`}>{of.experiment}</To>],
              ['Started', <Ago at_ms={of.started_ms} />],
              ['Took', spanText((of.ended_ms ?? now_ms) - of.started_ms)],
            ]}
          />
        </Panel>
        <Panel title="Metrics, last values" answered_ms={answered_ms}>
          {metrics.length === 0 ? (
            <Empty>No metric is logged.</Empty>
          ) : (
            <Facts of={metrics.map(([key, m]) => [key, `${numberText(m.last)} (${countText(m.points, 'point')})`])} />
          )}
        </Panel>
        <TextPanel title="Params" of={of.params} answered_ms={answered_ms} />
        <TextPanel title="Tags" of={of.tags} answered_ms={answered_ms} />
      </div>
      <Panel title="Metric histories" answered_ms={answered_ms} note={drawn.length > charts_max ? `the first ${charts_max} of ${drawn.length}` : undefined}>
        {drawn.length === 0 ? (
          <Empty>No metric has more than one point, so there is no history to draw.</Empty>
        ) : (
          <Histories id={of.id} keys={drawn.slice(0, charts_max).map(([key]) => key)} />
        )}
      </Panel>
    </>
  );
}

const TextPanel = ({ title, of, answered_ms }: { title: string; of: Readonly<Record<string, string>>; answered_ms: number }) => (
  <Panel title={title} answered_ms={answered_ms}>
    {Object.keys(of).length === 0 ? <Empty>None.</Empty> : <Facts of={Object.entries(of)} />}
  </Panel>
);

function Histories({ id, keys }: { id: string; keys: readonly string[] }) {
  const histories = useHistories(id, keys);
  return (
    <div className="columns">
      {histories.map((history, at) => (
        <div key={keys[at]} className="pane">
          <h3>{keys[at]}</h3>
          {history.error ? <ProblemNote error={history.error} /> : history.data ? <History label={keys[at]!} points={history.data.points} /> : <Waiting />}
        </div>
      ))}
    </div>
  );
}

function History({ label, points }: { label: string; points: readonly { step: number; value: number }[] }) {
  const sorted = points.toSorted((a, b) => a.step - b.step);
  const values = sorted.map((point) => point.value);
  const summary = `${countText(points.length, 'point')}, all drawn; ${numberText(Math.min(...values))} to ${numberText(Math.max(...values))}, last ${numberText(values.at(-1)!)}.`;
  return (
    <Pane
      label={label}
      summary={summary}
      times_ms={sorted.map((point) => point.step)}
      lines={[{ name: label, values }]}
      format={numberText}
      height={140}
      counted
    />
  );
}

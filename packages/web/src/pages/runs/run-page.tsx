// web/runs: one run: its params, tags, the histories of its metrics, and its files.
import './runs.css';
import { hardware_prefix } from '@holdfast/protocol/hardware';
import { usePlace } from '../../app/path.ts';
import { useNow } from '../../app/now.ts';
import { Ago } from '../../parts/ago.tsx';
import { Facts } from '../../parts/facts.tsx';
import { countText, numberText, spanText } from '../../parts/format.ts';
import { HardwareFacts } from '../../parts/hardware-facts.tsx';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { State } from '../../parts/state.tsx';
import { To } from '../../parts/to.tsx';
import { Artifacts } from './artifacts.tsx';
import { MetricCharts } from './metric-chart.tsx';
import { type Run, useRun } from './queries.ts';

/** Charts on one page; the table above them has every metric. */
const charts_max = 12;

export function RunPage() {
  const id = usePlace('id');
  const run = useRun(id);
  return (
    <>
      <PageHead
        title={run.data?.name || id}
        above={[['Runs', '/runs'], ...(run.data ? [[run.data.experiment, `/runs?experiment=${encodeURIComponent(run.data.experiment)}`] as const] : [])]}
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
              ['Experiment', <To href={`/runs?experiment=${encodeURIComponent(of.experiment)}`}>{of.experiment}</To>],
              ['Started', <Ago at_ms={of.started_ms} />],
              ['Took', spanText((of.ended_ms ?? now_ms) - of.started_ms)],
              ['Traces', <To href={`/traces?${new URLSearchParams({ run: of.id })}`}>made in it</To>],
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
        <Panel title="Hardware" answered_ms={answered_ms}>
          <HardwareFacts of={of.hardware} none="The run does not say what it ran on." />
        </Panel>
        <TextPanel title="Params" of={of.params} answered_ms={answered_ms} />
      </div>
      <TextPanel title="Tags" of={tagsBeside(of)} answered_ms={answered_ms} />
      <Panel title="Metric histories" answered_ms={answered_ms} note={drawn.length > charts_max ? `the first ${charts_max} of ${drawn.length}` : undefined}>
        {drawn.length === 0 ? (
          <Empty>No metric has more than one point, so there is no history to draw.</Empty>
        ) : (
          <MetricCharts runs={[{ id: of.id, name: of.name }]} keys={drawn.slice(0, charts_max).map(([key]) => key)} growing={of.state === 'running'} />
        )}
      </Panel>
      <Artifacts run={of.id} />
    </>
  );
}

/** Those that are not shown as facts of the machine. */
const tagsBeside = ({ tags, hardware }: Run): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !(key.startsWith(hardware_prefix) && key.slice(hardware_prefix.length) in hardware)));

const TextPanel = ({ title, of, answered_ms }: { title: string; of: Readonly<Record<string, string>>; answered_ms: number }) => (
  <Panel title={title} answered_ms={answered_ms}>
    {Object.keys(of).length === 0 ? <Empty>None.</Empty> : <Facts of={Object.entries(of)} />}
  </Panel>
);

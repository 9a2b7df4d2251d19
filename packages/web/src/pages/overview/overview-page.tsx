// web/overview: is anything wrong? First the sentence, then what it is made of.
import { useNow } from '../../app/now.ts';
import { HeatStrip } from '../../charts/heat-strip.tsx';
import { Ago } from '../../parts/ago.tsx';
import { Glyph } from '../../parts/glyph.tsx';
import { countText } from '../../parts/format.ts';
import { Answer, Empty, Panel, Refused, Waiting } from '../../parts/panel.tsx';
import { useTitle } from '../../parts/page.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { State } from '../../parts/state.tsx';
import { To } from '../../parts/to.tsx';
import { Counts } from './counts.tsx';
import { Feed } from './feed.tsx';
import { GettingStarted, hasStarted } from './getting-started.tsx';
import { type Overview, useOpenAlerts, useOverview } from './queries.ts';
import { verdictOf } from './verdict.ts';
import { Versions } from './versions.tsx';

export function OverviewPage() {
  useTitle('Overview');
  const overview = useOverview();
  const alerts = useOpenAlerts();
  const now_ms = useNow();
  const seen = overview.data;
  if (!seen) return <NotYet error={overview.error} />;
  const verdict = verdictOf(seen, alerts.data?.alerts, Math.max(now_ms, overview.dataUpdatedAt));
  return (
    <>
      <Refused query={overview} />
      <div className={`verdict ${verdict.tone}`} aria-live="polite">
        <Glyph tone={verdict.tone} />
        <h1>{verdict.text}</h1>
      </div>
      {hasStarted(seen) ? null : <GettingStarted overview={seen} />}
      <Panel title="Devices" answered_ms={overview.dataUpdatedAt} actions={<To href="/devices">All devices</To>}>
        <Counts of={seen.devices} />
      </Panel>
      <div className="columns">
        <Panel title="Drift, last 24 hours" answered_ms={overview.dataUpdatedAt} actions={<To href="/drift">Drift map</To>}>
          <HeatStrip {...seen.strip} to_ms={seen.server_ms} />
        </Panel>
        <Panel title="Health by model version" answered_ms={overview.dataUpdatedAt} actions={<To href="/models">Models</To>}>
          {seen.versions.length === 0 ? <Empty>No device reports a model version yet.</Empty> : <Versions of={seen.versions} />}
        </Panel>
      </div>
      <div className="columns wide-left side-first">
        <Panel title="Activity" flush answered_ms={overview.dataUpdatedAt} note={seen.activity.length > 0 ? `the last ${seen.activity.length}` : undefined}>
          {seen.activity.length === 0 ? (
            <Empty>Nothing has happened yet. Installs, drift, alerts, rollouts and executions appear here.</Empty>
          ) : (
            <Feed of={seen.activity} />
          )}
        </Panel>
        <div className="stack">
          <Panel title="Open alerts" flush answered_ms={alerts.dataUpdatedAt} actions={<To href="/alerts">All alerts</To>}>
            <Answer query={alerts}>{(answer) => <OpenAlerts of={answer.alerts} />}</Answer>
          </Panel>
          <Running seen={seen} answered_ms={overview.dataUpdatedAt} />
        </div>
      </div>
    </>
  );
}

/** The frame of the page, before its first answer or without one. */
const NotYet = ({ error }: { error: Error | null }) => (
  <>
    <div className="verdict idle">
      <Glyph tone="idle" />
      <h1>{error ? 'What is wrong is not known' : 'Asking how the fleet is'}</h1>
    </div>
    {error ? <ProblemNote error={error} /> : <Waiting room="90vh" />}
  </>
);

function OpenAlerts({ of }: { of: readonly { id: string; title: string; state: string; since_ms: number; devices: readonly unknown[] }[] }) {
  if (of.length === 0) return <Empty>No alert is open.</Empty>;
  return (
    <ul className="feed lines">
      {of.map((alert) => (
        <li key={alert.id}>
          <State word={alert.state} />
          <span>
            <To href={`/alerts/${alert.id}`}>{alert.title}</To>
            <span className="soft"> · {countText(alert.devices.length, 'device')} · </span>
            <Ago at_ms={alert.since_ms} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Running({ seen, answered_ms }: { seen: Overview; answered_ms: number }) {
  const rows = [
    [seen.executions_running, 'execution', 'runs', 'run', '/workflows?state=running'],
    [seen.rollouts_running, 'rollout', 'is under way', 'are under way', '/rollouts?state=under_way'],
  ] as const;
  return (
    <Panel title="Under way" answered_ms={answered_ms}>
      <div className="stack" aria-live="polite">
        {rows.map(([count, noun, one, many, href]) => (
          <span key={noun} className="row">
            <Glyph tone={count > 0 ? 'run' : 'idle'} />
            <To href={href}>{count === 0 ? `No ${noun} ${one}` : `${countText(count, noun)} ${count === 1 ? one : many}`}</To>
          </span>
        ))}
      </div>
    </Panel>
  );
}

// web/workflows: every workflow with its last executions, and the triggers that start them.
import { useNow } from '../../app/now.ts';
import { Ago } from '../../parts/ago.tsx';
import { spanText } from '../../parts/format.ts';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { Rows } from '../../parts/rows.tsx';
import { State } from '../../parts/state.tsx';
import { To } from '../../parts/to.tsx';
import { HistoryBar } from './history-bar.tsx';
import { type Trigger, type Workflow, useTriggers, useWorkflows } from './queries.ts';

export function WorkflowsPage() {
  const workflows = useWorkflows();
  const triggers = useTriggers();
  return (
    <>
      <PageHead title="Workflows" />
      <Panel title="Workflows" flush answered_ms={workflows.dataUpdatedAt}>
        <Answer query={workflows}>
          {(answer) =>
            answer.workflows.length === 0 ? (
              <Empty>
                No workflow yet. <code>holdfast workflow set</code> makes one from a file of steps.
              </Empty>
            ) : (
              <WorkflowRows of={answer.workflows} />
            )
          }
        </Answer>
      </Panel>
      <Panel title="Triggers" flush answered_ms={triggers.dataUpdatedAt}>
        <Answer query={triggers}>
          {(answer) =>
            answer.triggers.length === 0 ? (
              <Empty>No trigger yet. A trigger starts a workflow when an alert opens.</Empty>
            ) : (
              <TriggerRows of={answer.triggers} />
            )
          }
        </Answer>
      </Panel>
    </>
  );
}

function WorkflowRows({ of }: { of: readonly Workflow[] }) {
  const now_ms = useNow();
  return (
    <Rows
      label="Workflows"
      rows={of}
      keyOf={(w) => w.name}
      columns={[
        { name: 'Workflow', cell: (w) => <To href={`/workflows/${w.name}`}>{w.name}</To> },
        {
          name: 'Last execution',
          cell: (w) =>
            w.executions[0] ? (
              <To href={`/executions/${w.executions[0].id}`}>
                <State word={w.executions[0].state} />
              </To>
            ) : (
              <span className="soft">none</span>
            ),
        },
        { name: 'Started', cell: (w) => <Ago at_ms={w.executions[0]?.created_ms ?? null} /> },
        { name: 'Last 20', cell: (w) => <HistoryBar of={w.executions} now_ms={now_ms} /> },
        { name: 'Steps', number: true, cell: (w) => w.steps.length },
        { name: 'Version', number: true, cell: (w) => w.version },
      ]}
    />
  );
}

export const TriggerRows = ({ of }: { of: readonly Trigger[] }) => (
  <Rows
    label="Triggers"
    rows={of}
    keyOf={(t) => t.name}
    columns={[
      { name: 'Trigger', cell: (t) => t.name },
      {
        name: 'When',
        cell: (t) => (
          <span>
            an alert on <To href={`/models/${t.on.model}`}>{t.on.model}</To> opens
          </span>
        ),
      },
      { name: 'Starts', cell: (t) => <To href={`/workflows/${t.workflow}`}>{t.workflow}</To> },
      { name: 'Cooldown', number: true, cell: (t) => spanText(t.cooldown_ms) },
      { name: 'Enabled', cell: (t) => (t.enabled ? 'yes' : 'no') },
      { name: 'Last firings', cell: (t) => <Firings of={t} /> },
    ]}
  />
);

const shown_max = 3;

function Firings({ of }: { of: Trigger }) {
  if (of.firings.length === 0) return <span className="soft">none</span>;
  return (
    <span className="stack tight">
      {of.firings.slice(0, shown_max).map((f) => (
        <span key={f.at_ms}>
          <Ago at_ms={f.at_ms} />: {f.execution ? <To href={`/executions/${f.execution}`}>{f.outcome}</To> : f.outcome}, {f.cause}
        </span>
      ))}
      {of.firings.length > shown_max ? <span className="soft">and {of.firings.length - shown_max} more</span> : null}
    </span>
  );
}

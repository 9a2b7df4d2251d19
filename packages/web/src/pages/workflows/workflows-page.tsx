// web/workflows: every workflow with its last executions, and the triggers that start them.
import { SegmentedControl } from '@mantine/core';
import { useFilters } from '../../app/filters.ts';
import { useNow } from '../../app/now.ts';
import { Ago } from '../../parts/ago.tsx';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { Rows } from '../../parts/rows.tsx';
import { State } from '../../parts/state.tsx';
import { To } from '../../parts/to.tsx';
import { HistoryBar } from './history-bar.tsx';
import { EditTrigger } from './edit-trigger.tsx';
import { type Workflow, useTriggers, useWorkflows } from './queries.ts';
import { Running } from './running.tsx';
import { TriggerRows } from './trigger-rows.tsx';

export function WorkflowsPage() {
  const [filters, set] = useFilters();
  const running = filters['state'] === 'running';
  const workflows = useWorkflows();
  const triggers = useTriggers();
  return (
    <>
      <PageHead
        title="Workflows"
        actions={
          <SegmentedControl
            size="xs"
            aria-label="Executions"
            data={[
              { value: '', label: 'all' },
              { value: 'running', label: 'running' },
            ]}
            value={running ? 'running' : ''}
            onChange={(state) => set({ state })}
          />
        }
      />
      {running ? <Running /> : null}
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
      <Panel title="Triggers" flush answered_ms={triggers.dataUpdatedAt} actions={<EditTrigger label="Add a trigger" of={null} />}>
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

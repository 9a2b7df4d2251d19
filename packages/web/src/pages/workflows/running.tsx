// web/workflows: the executions that run now, of all workflows.
import { useNow } from '../../app/now.ts';
import { Ago } from '../../parts/ago.tsx';
import { countText, listText, spanText } from '../../parts/format.ts';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { Rows } from '../../parts/rows.tsx';
import { To } from '../../parts/to.tsx';
import { type Execution, running_max, useRunning } from './queries.ts';

export function Running() {
  const running = useRunning();
  const found = running.data?.executions.length ?? 0;
  return (
    <Panel
      title="Running executions"
      flush
      answered_ms={running.dataUpdatedAt}
      note={running.data ? `${countText(found, 'execution')}${found === running_max ? '; older ones are not shown' : ''}` : ''}
    >
      <Answer query={running}>
        {(answer) => (answer.executions.length === 0 ? <Empty>No execution runs now.</Empty> : <ExecutionRows of={answer.executions} />)}
      </Answer>
    </Panel>
  );
}

function ExecutionRows({ of }: { of: readonly Execution[] }) {
  const now_ms = useNow();
  return (
    <Rows
      label="Running executions"
      rows={of}
      keyOf={(e) => e.id}
      columns={[
        { name: 'Execution', cell: (e) => <To href={`/executions/${e.id}`}>{e.id}</To> },
        { name: 'Workflow', cell: (e) => <To href={`/workflows/${e.workflow}`}>{e.workflow}</To> },
        { name: 'Started', cell: (e) => <Ago at_ms={e.created_ms} /> },
        { name: 'For', number: true, cell: (e) => spanText(now_ms - e.created_ms) },
        { name: 'Step', cell: (e) => stepText(e) },
        { name: 'Steps done', number: true, cell: (e) => `${e.steps.filter((s) => s.state === 'succeeded').length} of ${e.steps.length}` },
        { name: 'Cause', cell: (e) => e.cause },
      ]}
    />
  );
}

function stepText({ steps }: Execution): string {
  const now = steps.filter((step) => step.state === 'running').map((step) => step.name);
  if (now.length > 0) return `${listText(now)} runs`;
  const waits = steps.find((step) => step.wait_reason !== null);
  return waits ? `${waits.name}: ${waits.wait_reason}` : 'waits';
}

// web/executions: one go of a workflow: its steps as a graph and as a table, and the log of the selected one.
import { useMemo } from 'react';
import { useChange } from '../../app/api.ts';
import { useFilters } from '../../app/filters.ts';
import { useNow } from '../../app/now.ts';
import { usePlace } from '../../app/path.ts';
import { useMay } from '../../app/session.ts';
import { Flow, type FlowBox } from '../../charts/lazy-flow.tsx';
import { Ago } from '../../parts/ago.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { Facts } from '../../parts/facts.tsx';
import { spanText } from '../../parts/format.ts';
import { Answer, Panel } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { State } from '../../parts/state.tsx';
import { To } from '../../parts/to.tsx';
import { type Execution, type Step, useExecution } from './queries.ts';
import { StepPanel } from './step-panel.tsx';
import { StepRows } from './step-rows.tsx';

export function ExecutionPage() {
  const id = usePlace('id');
  const execution = useExecution(id);
  const seen = execution.data;
  return (
    <>
      <PageHead
        title={seen ? `${seen.workflow}, ${id}` : id}
        above={
          seen
            ? [
                ['Workflows', '/workflows'],
                [seen.workflow, `/workflows/${seen.workflow}`],
              ]
            : [['Workflows', '/workflows']]
        }
        state={seen ? <State word={seen.state} /> : null}
        actions={seen?.state === 'running' ? <Cancel id={id} /> : null}
      />
      <Answer query={execution}>{(answer) => <Body of={answer} answered_ms={execution.dataUpdatedAt} />}</Answer>
    </>
  );
}

/** Where none is chosen: the one that failed, else the one that runs, else the last that has begun. */
function stepOf(steps: readonly Step[], asked: string | undefined): Step | undefined {
  const of = (state: Step['state']) => steps.find((step) => step.state === state);
  return steps.find((step) => step.name === asked) ?? of('failed') ?? of('running') ?? steps.findLast((step) => step.started_ms !== null) ?? steps[0];
}

function Body({ of, answered_ms }: { of: Execution; answered_ms: number }) {
  const [filters, set] = useFilters();
  const chosen = stepOf(of.steps, filters['step']);
  const boxes = useMemo(() => of.steps.map(boxOf), [of.steps]);
  const choose = (step: string) => set({ step, line: '' });
  return (
    <>
      <About of={of} />
      <Panel title="Steps" answered_ms={answered_ms}>
        <Flow label={`Steps of ${of.workflow}`} boxes={boxes} chosen={chosen?.name ?? ''} choose={choose} />
      </Panel>
      <Panel title="Steps as a table" flush answered_ms={answered_ms}>
        <StepRows of={of.steps} chosen={chosen?.name ?? ''} choose={choose} />
      </Panel>
      {chosen ? <StepPanel execution={of} step={chosen} /> : null}
      <Panel title="Parameters" answered_ms={answered_ms}>
        {Object.keys(of.params).length === 0 ? (
          <p className="soft">It was started without parameters.</p>
        ) : (
          <Facts of={Object.entries(of.params).map(([name, value]) => [name, <code key={name}>{value}</code>])} />
        )}
      </Panel>
    </>
  );
}

const boxOf = (step: Step): FlowBox => ({
  id: step.name,
  needs: step.needs,
  title: step.name,
  state: step.state,
  ...(step.attempt > 1 ? { note: `attempt ${step.attempt}` } : {}),
});

function About({ of }: { of: Execution }) {
  const now_ms = useNow();
  const done = of.steps.filter((step) => step.state === 'succeeded').length;
  return (
    <p className="says" aria-live="polite">
      {done} of {of.steps.length} steps succeeded; {of.finished_ms === null ? 'it runs for' : 'it took'} {spanText((of.finished_ms ?? now_ms) - of.created_ms)},
      started <Ago at_ms={of.created_ms} />. Cause: {of.cause}. <To href={`/workflows/${of.workflow}`}>Version {of.workflow_version} of the workflow</To>
    </p>
  );
}

function Cancel({ id }: { id: string }) {
  const cancel = useChange('executionCancel');
  return (
    <Confirm label="Cancel execution" title="Cancel the execution" grave disabled={!useMay('editor')} act={() => cancel.mutateAsync({ params: { id } })}>
      Steps that run are ended, those that wait do not begin. What succeeded stays.
    </Confirm>
  );
}

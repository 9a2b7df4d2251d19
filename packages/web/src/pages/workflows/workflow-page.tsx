// web/workflows: one workflow: history x steps as a grid, its definition as a graph, and what starts it.
import { useMemo } from 'react';
import { useFilters } from '../../app/filters.ts';
import { useNow } from '../../app/now.ts';
import { usePlace } from '../../app/path.ts';
import { Flow } from '../../charts/lazy-flow.tsx';
import { Ago } from '../../parts/ago.tsx';
import { countText, spanText } from '../../parts/format.ts';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { Rows } from '../../parts/rows.tsx';
import { State } from '../../parts/state.tsx';
import { To } from '../../parts/to.tsx';
import { EditTrigger } from './edit-trigger.tsx';
import { type Workflow, useTriggers, useWorkflow } from './queries.ts';
import { Start } from './start.tsx';
import { StepGrid } from './step-grid.tsx';
import { TriggerRows } from './trigger-rows.tsx';

export function WorkflowPage() {
  const name = usePlace('name');
  const workflow = useWorkflow(name);
  const triggers = useTriggers();
  return (
    <>
      <PageHead
        title={name}
        above={[['Workflows', '/workflows']]}
        actions={workflow.data ? <Start workflow={name} before={workflow.data.executions[0]?.params ?? {}} /> : null}
      />
      <Answer query={workflow} room="90vh">
        {(answer) => <Body of={answer} answered_ms={workflow.dataUpdatedAt} />}
      </Answer>
      <Panel title="Triggers" flush answered_ms={triggers.dataUpdatedAt} actions={<EditTrigger label="Add a trigger" of={null} workflow={name} />}>
        <Answer query={triggers}>
          {(answer) => {
            const mine = answer.triggers.filter((trigger) => trigger.workflow === name);
            return mine.length === 0 ? <Empty>No trigger starts it.</Empty> : <TriggerRows of={mine} />;
          }}
        </Answer>
      </Panel>
    </>
  );
}

function Body({ of, answered_ms }: { of: Workflow; answered_ms: number }) {
  const [filters, set] = useFilters();
  const now_ms = useNow();
  const { step = '', execution = '' } = filters;
  const newest = of.executions.find((e) => e.id === execution) ?? of.executions[0];
  const boxes = useMemo(
    () =>
      of.steps.map((s) => ({
        id: s.name,
        needs: s.needs ?? [],
        title: s.name,
        note: s.kind,
        ...(newest ? { state: newest.steps.find((each) => each.name === s.name)?.state ?? 'blocked' } : {}),
      })),
    [of.steps, newest],
  );
  return (
    <>
      <p className="says">
        Version {of.version}, {countText(of.steps.length, 'step')}, defined <Ago at_ms={of.created_ms} />.
      </p>
      <Panel title="Grid" answered_ms={answered_ms} note={`${countText(of.executions.length, 'execution')}, newest at the right`}>
        {of.executions.length === 0 ? (
          <Empty>It has not run yet.</Empty>
        ) : (
          <StepGrid steps={of.steps.map((s) => s.name)} executions={of.executions} step={step} execution={execution} now_ms={now_ms} />
        )}
      </Panel>
      <Panel title="Graph" answered_ms={answered_ms} note={newest ? 'with the states of the chosen execution' : undefined}>
        <Flow label={`Steps of ${of.name}`} boxes={boxes} chosen={step} choose={(name) => set({ step: name })} />
      </Panel>
      <Panel title="Executions" flush answered_ms={answered_ms}>
        {of.executions.length === 0 ? (
          <Empty>None yet. Start it with the button above, or let a trigger do it.</Empty>
        ) : (
          <Rows
            label="Executions"
            rows={of.executions}
            keyOf={(e) => e.id}
            selected={(e) => e.id === newest?.id && execution !== ''}
            columns={[
              { name: 'Execution', cell: (e) => <To href={`/executions/${e.id}`}>{e.id}</To> },
              { name: 'State', cell: (e) => <State word={e.state} /> },
              { name: 'Started', cell: (e) => <Ago at_ms={e.created_ms} /> },
              { name: 'Took', number: true, cell: (e) => spanText((e.finished_ms ?? now_ms) - e.created_ms) },
              { name: 'Steps done', number: true, cell: (e) => `${e.steps.filter((s) => s.state === 'succeeded').length} of ${e.steps.length}` },
              { name: 'Cause', cell: (e) => e.cause },
              {
                name: 'Graph',
                cell: (e) => (
                  <button
                    type="button"
                    className="plain link"
                    aria-label={`Show ${e.id} in the graph`}
                    onClick={() => set({ execution: e.id === execution ? '' : e.id })}
                  >
                    show
                  </button>
                ),
              },
            ]}
          />
        )}
      </Panel>
    </>
  );
}

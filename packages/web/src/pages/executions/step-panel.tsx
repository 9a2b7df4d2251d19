// web/executions: the selected step: its error, what it made, its log.
import { Facts } from '../../parts/facts.tsx';
import { Panel } from '../../parts/panel.tsx';
import { State } from '../../parts/state.tsx';
import type { Step } from './queries.ts';
import { StepLog } from './step-log.tsx';

export function StepPanel({ execution, step }: { execution: string; step: Step }) {
  const outputs = Object.entries(step.outputs);
  return (
    <Panel title={`Step ${step.name}`} note={<State word={step.state} />}>
      <div className="stack">
        {step.error ? (
          <div className="problem">
            <span>{step.error}</span>
            <span className="hint">{step.state === 'succeeded' ? 'An earlier attempt ended so.' : `Attempt ${step.attempt} of ${step.attempts_max}.`}</span>
          </div>
        ) : null}
        {step.wait_reason && step.finished_ms === null ? <p>It waits: {step.wait_reason}</p> : null}
        {outputs.length > 0 ? <Facts of={outputs.map(([name, value]) => [name, <code key={name}>{value}</code>])} /> : null}
        <StepLog key={`${execution} ${step.name}`} execution={execution} step={step.name} />
      </div>
    </Panel>
  );
}

// web/executions: the selected step: its error, what it made, its log.
import { countText } from '../../parts/format.ts';
import { Facts } from '../../parts/facts.tsx';
import { Panel } from '../../parts/panel.tsx';
import { State } from '../../parts/state.tsx';
import { To } from '../../parts/to.tsx';
import { samplesHref } from '../samples/filter.ts';
import { labelsWanted } from './labels-wanted.ts';
import type { Execution, Step } from './queries.ts';
import { StepLog } from './step-log.tsx';

export function StepPanel({ execution, step }: { execution: Execution; step: Step }) {
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
        {step.wait_reason && step.finished_ms === null ? <Waits of={step} params={execution.params} /> : null}
        {outputs.length > 0 ? <Facts of={outputs.map(([name, value]) => [name, <code key={name}>{value}</code>])} /> : null}
        <StepLog key={`${execution.id} ${step.name}`} execution={execution.id} step={step.name} />
      </div>
    </Panel>
  );
}

/** What it waits for; where that is labels, the way to give them. A trigger says the model and since when in the parameters. */
function Waits({ of, params }: { of: Step; params: Execution['params'] }) {
  const labels = labelsWanted(of.wait_reason);
  if (!labels) return <p>It waits: {of.wait_reason}</p>;
  const href = samplesHref({ model: params['model'], device: labels.device, since_ms: params['since_ms'], reason: 'drift' });
  return (
    <p>
      <strong>{countText(labels.wanted - labels.labelled, 'label')} wanted</strong> of one device ({labels.labelled} of {labels.wanted} are there):{' '}
      <To href={href}>label now</To>.
    </p>
  );
}

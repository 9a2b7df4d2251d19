// web/workflows: the grid: a row a step, a column an execution, newest at the right. The chosen step and execution are in the address.
import { Glyph } from '../../parts/glyph.tsx';
import { toneOf } from '../../parts/state.tsx';
import { To } from '../../parts/to.tsx';
import { agoText } from '../../parts/format.ts';
import type { Execution } from './queries.ts';

interface StepGridProps {
  readonly steps: readonly string[];
  readonly executions: readonly Execution[];
  readonly step: string;
  readonly execution: string;
  readonly now_ms: number;
}

export function StepGrid({ steps, executions, step, execution, now_ms }: StepGridProps) {
  const columns = executions.toReversed();
  const stateOf = (e: Execution, name: string) => e.steps.find((each) => each.name === name)?.state;
  return (
    <div className="scroll sideways" role="region" aria-label="Grid of steps and executions" tabIndex={0}>
      <table className="grid">
        <thead>
          <tr>
            <th scope="col">Step</th>
            {columns.map((e) => (
              <th key={e.id} scope="col" aria-selected={undefined} className={e.id === execution ? 'is-chosen' : undefined}>
                <To href={`/executions/${e.id}`} title={`${e.id}: ${e.state}, ${agoText(e.created_ms, now_ms)}`} aria-label={`Execution ${e.id}, ${e.state}`}>
                  <Glyph tone={toneOf(e.state)} />
                </To>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {steps.map((name) => (
            <tr key={name} className={name === step ? 'is-chosen' : undefined}>
              <th scope="row">{name}</th>
              {columns.map((e) => {
                const state = stateOf(e, name);
                return (
                  <td key={e.id} className={e.id === execution ? 'is-chosen' : undefined}>
                    {state ? (
                      <To href={`/executions/${e.id}?step=${encodeURIComponent(name)}`} title={`${name}: ${state}`} aria-label={`${name} in ${e.id}: ${state}`}>
                        <Glyph tone={toneOf(state)} />
                      </To>
                    ) : null}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

// The shape of a workflow: steps and what each needs. Pure.
import { failure } from '@holdfast/base';
import type { StepDefinition } from '@holdfast/protocol/rest';

/** Steps in an order in which each comes after what it needs. Fails with HF-FLOW-001, HF-FLOW-002 or HF-REQ-001/005. */
export function orderSteps(steps: readonly StepDefinition[]): StepDefinition[] {
  const byName = new Map<string, StepDefinition>();
  for (const step of steps) {
    if (byName.has(step.name)) throw failure('HF-REQ-005', { kind: 'step', name: step.name });
    if (step.kind === 'command' && !step.argv) throw failure('HF-REQ-001', { where: `step ${step.name}`, saw: 'a command without argv', expected: 'argv with the program and its arguments' });
    byName.set(step.name, step);
  }
  const ordered: StepDefinition[] = [];
  const seen = new Map<string, 'open' | 'done'>();
  const visit = (step: StepDefinition, path: readonly string[]): void => {
    if (seen.get(step.name) === 'done') return;
    if (seen.get(step.name) === 'open') throw failure('HF-FLOW-001', { cycle: [...path, step.name].join(' -> ') });
    seen.set(step.name, 'open');
    for (const need of step.needs ?? []) {
      const needed = byName.get(need);
      if (!needed) throw failure('HF-FLOW-002', { step: step.name, needs: need });
      visit(needed, [...path, step.name]);
    }
    seen.set(step.name, 'done');
    ordered.push(step);
  };
  for (const step of steps) visit(step, []);
  return ordered;
}

/** Puts the params of an execution into `${name}` places; an unknown name stays as it is. */
export function fillParams(text: string, params: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{([A-Za-z0-9_.-]+)\}/g, (place, name: string) => params[name] ?? place);
}

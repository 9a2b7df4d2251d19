// The shape of a workflow: steps and what each needs, and the digest of it. Pure.
import { createHash } from 'node:crypto';
import { checkName, failure } from '@holdfast/base';
import type { StepDefinition } from '@holdfast/protocol/rest';

/** Steps in an order in which each comes after what it needs. Fails with HF-FLOW-001, HF-FLOW-002, HF-REG-002 or HF-REQ-001/005. */
export function orderSteps(steps: readonly StepDefinition[]): StepDefinition[] {
  const byName = new Map<string, StepDefinition>();
  for (const step of steps) {
    if (byName.has(step.name)) throw failure('HF-REQ-005', { kind: 'step', name: step.name });
    checkStep(step);
    byName.set(step.name, step);
  }
  for (const step of steps) for (const need of step.needs ?? []) if (!byName.has(need)) throw failure('HF-FLOW-002', { step: step.name, needs: need });
  const ordered = new Set<StepDefinition>();
  for (const step of steps) visit(step, byName, ordered);
  return [...ordered];
}

/** Names of inputs and outputs become names of files and of variables, so they are held to the form of a name. */
function checkStep(step: StepDefinition): void {
  for (const name of [step.name, ...Object.keys(step.inputs ?? {}), ...Object.keys(step.outputs ?? {})]) checkName(name);
  if (step.kind === 'command' && !step.argv)
    throw failure('HF-REQ-001', { where: `step ${step.name}`, saw: 'a command without argv', expected: 'argv with the program and its arguments' });
}

/** Depth first, with a stack of its own: a chain of ten thousand steps is deeper than that of the language. */
function visit(start: StepDefinition, byName: ReadonlyMap<string, StepDefinition>, ordered: Set<StepDefinition>): void {
  const path: { step: StepDefinition; next: number }[] = [{ step: start, next: 0 }];
  const open = new Set([start]);
  for (let at = path.at(-1); at; at = path.at(-1)) {
    const need = at.step.needs?.[at.next++];
    if (need === undefined || ordered.has(at.step)) {
      ordered.add(at.step);
      open.delete(at.step);
      path.pop();
      continue;
    }
    const needed = byName.get(need)!;
    if (open.has(needed))
      throw failure('HF-FLOW-001', { cycle: [...path.map((p) => p.step.name).slice(path.findIndex((p) => p.step === needed)), need].slice(-20).join(' -> ') });
    if (ordered.has(needed)) continue;
    open.add(needed);
    path.push({ step: needed, next: 0 });
  }
}

/** SHA-256 of the steps, whatever the order in which their keys were written. */
export function digestOfSteps(steps: readonly StepDefinition[]): string {
  const ordered = (_key: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return createHash('sha256').update(JSON.stringify(steps, ordered)).digest('hex');
}

const place = /\$\{([A-Za-z0-9_.-]+)\}/g;

/** Whether a param may change the text: what it becomes is known only when an execution starts. */
export const hasPlace = (text: string): boolean => text.search(place) >= 0;

/** Puts the params of an execution into `${name}` places; an unknown name stays as it is. */
export function fillParams(text: string, params: Readonly<Record<string, string>>): string {
  return text.replace(place, (written, name: string) => (Object.hasOwn(params, name) ? params[name]! : written));
}

// workflows: what a definition has to say so that its steps can run: settings, inputs that something makes, outputs inside their folder.
// Pure. What holds a `${param}` place is known only when an execution starts, and is checked there.
import { failure, isDigest } from '@holdfast/base';
import { isSafePath } from '@holdfast/protocol';
import type { StepDefinition } from '@holdfast/protocol/rest';
import { hasPlace } from './dag.ts';
import { input_expected, isSource, readReference } from './inputs.ts';

type Kind = StepDefinition['kind'];
interface Form {
  readonly expected: string;
  readonly fits: (text: string) => boolean;
}
const name: Form = { expected: 'a name', fits: (text) => text !== '' };
const digest: Form = { expected: 'a digest or step:STEP/OUTPUT', fits: isDigest };
const version: Form = { expected: 'the number of a version or step:STEP/OUTPUT', fits: (text) => /^\d{1,10}$/.test(text) && Number(text) < 2 ** 31 };

/** The settings that a kind cannot do without (acts.ts reads them). */
const settings_needed: Readonly<Record<Kind, Readonly<Record<string, Form>>>> = {
  command: {},
  collect: { model: name, train: name, holdout: name },
  register: { model: name, file: digest },
  bundle: { model: name, version, pipeline: digest, profile: digest },
  rollout: { model: name, version },
};
/** What the platform's own steps give to later ones (acts.ts makes them); a command gives what it names. */
const outputs_given: Readonly<Record<Exclude<Kind, 'command'>, readonly string[]>> = {
  collect: ['train', 'holdout', 'samples'],
  register: ['model', 'version', 'digest'],
  bundle: ['bundle'],
  rollout: ['request'],
};

/** Steps as orderSteps gives them: each after what it needs. Fails with HF-REQ-001, which names the step and the field. */
export function checkDefinition(ordered: readonly StepDefinition[]): void {
  const order = new Order(ordered);
  for (const step of ordered) {
    checkSettings(step);
    checkOutputs(step);
    for (const [field, text] of Object.entries(step.inputs ?? {}))
      if (!hasPlace(text) && !isSource(text)) checkReference(order, step, `inputs.${field}`, text, input_expected);
    for (const [field, text] of Object.entries(step.with ?? {}))
      if (!hasPlace(text) && text.startsWith('step:')) checkReference(order, step, `with.${field}`, text, 'step:STEP/OUTPUT');
  }
}

const refused = (step: StepDefinition, field: string, saw: string | undefined, expected: string) =>
  failure('HF-REQ-001', { where: `step ${step.name}, ${field}`, saw: saw === undefined ? 'nothing' : JSON.stringify(saw.slice(0, 120)), expected });

function checkSettings(step: StepDefinition): void {
  for (const [field, form] of Object.entries(settings_needed[step.kind])) {
    const text = step.with?.[field];
    if (text !== undefined && (hasPlace(text) || text.startsWith('step:') || form.fits(text))) continue;
    throw refused(step, `with.${field}`, text, form.expected);
  }
}

function checkOutputs(step: StepDefinition): void {
  for (const [field, file] of Object.entries(step.outputs ?? {}))
    if (!isSafePath(file)) throw refused(step, `outputs.${field}`, file, 'a relative path without ".."');
}

/** `step:STEP/OUTPUT` names what a step makes that has ended by then: one of its needs, or of theirs. */
function checkReference(order: Order, step: StepDefinition, field: string, text: string, expected: string): void {
  const reference = readReference(text);
  if (!reference) throw refused(step, field, text, expected);
  const source = order.stepNamed(reference.step);
  if (!source) throw refused(step, field, text, 'a step of this workflow');
  if (!order.comesBefore(source, step)) throw refused(step, field, text, `a step that it needs: "${source.name}" among its needs, or theirs`);
  const outputs = source.kind === 'command' ? Object.keys(source.outputs ?? {}) : outputs_given[source.kind];
  if (!outputs.includes(reference.output))
    throw refused(step, field, text, `an output of step ${source.name}: ${outputs.slice(0, 20).join(', ') || 'it names none'}`);
}

/** Which step comes before which by their needs. All is worked out once, a bit a pair: ten thousand steps may each ask for any other. */
class Order {
  readonly #at: ReadonlyMap<string, number>;
  readonly #steps: readonly StepDefinition[];
  #before: Uint32Array[] | null = null;

  constructor(ordered: readonly StepDefinition[]) {
    this.#steps = ordered;
    this.#at = new Map(ordered.map((step, at) => [step.name, at]));
  }

  stepNamed(wanted: string): StepDefinition | undefined {
    return this.#steps[this.#at.get(wanted) ?? -1];
  }

  comesBefore(first: StepDefinition, second: StepDefinition): boolean {
    if (second.needs?.includes(first.name)) return true;
    this.#before ??= this.#allBefore();
    const at = this.#at.get(first.name)!;
    return ((this.#before[this.#at.get(second.name)!]![at >>> 5]! >>> (at & 31)) & 1) === 1;
  }

  #allBefore(): Uint32Array[] {
    const before: Uint32Array[] = [];
    for (const [position, step] of this.#steps.entries()) {
      const mine = new Uint32Array((position >>> 5) + 1); // what comes before has a smaller position
      for (const need of step.needs ?? []) {
        const at = this.#at.get(need)!;
        before[at]!.forEach((word, i) => (mine[i]! |= word));
        mine[at >>> 5]! |= 1 << (at & 31);
      }
      before.push(mine);
    }
    return before;
  }
}

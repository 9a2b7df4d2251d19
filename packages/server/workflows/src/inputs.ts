// Turns what a step says it needs into files by digest, at the moment of the claim; the worker only fetches blobs.
import { failure, isDigest } from '@holdfast/base';
import type { Datasets } from '@holdfast/datasets';
import type { Registry } from '@holdfast/registry';
import type { StepInput } from '@holdfast/protocol/rest';

export interface InputSources {
  readonly datasets: Datasets;
  readonly registry: Registry;
  /** What an earlier step of the execution made. */
  readonly output: (step: string, name: string) => string | undefined;
}

const dataset_form = /^dataset:([^@]+)(?:@(\d+))?$/;
const model_form = /^model:([^@]+)@(.+)$/;
export const input_expected = 'dataset:NAME[@VERSION], model:NAME@ALIAS, a digest, or step:STEP/OUTPUT';

/** What `step:STEP/OUTPUT` names, or null where the text is something else. */
export function readReference(text: string): { readonly step: string; readonly output: string } | null {
  const match = /^step:([^/]+)\/(.+)$/.exec(text);
  return match && { step: match[1]!, output: match[2]! };
}

/** Whether the text has one of the forms that name files by themselves, without another step. */
export const isSource = (text: string): boolean => isDigest(text) || dataset_form.test(text) || model_form.test(text);

/** `step:STEP/OUTPUT` becomes what the step made; everything else stays. Fails with HF-REQ-009. */
export function resolveReference(text: string, output: InputSources['output']): string {
  const reference = readReference(text);
  if (!reference) return text;
  const value = output(reference.step, reference.output);
  if (value === undefined) throw failure('HF-REQ-009', { kind: 'output', name: text, of: 'the steps', see: 'execution ls' });
  return value;
}

/** `dataset:NAME[@VERSION]`, `model:NAME@ALIAS`, a digest, or `step:…` for one of them. */
export async function resolveInput(text: string, sources: InputSources): Promise<StepInput> {
  const reference = resolveReference(text, sources.output);
  if (isDigest(reference)) return { kind: 'file', digest: reference };
  const dataset = dataset_form.exec(reference);
  if (dataset) {
    const version = await sources.datasets.version(dataset[1]!, dataset[2] === undefined ? undefined : Number(dataset[2]));
    return { kind: 'folder', files: version.manifest.map(({ path, sha256 }) => ({ path, digest: sha256 })) };
  }
  const model = model_form.exec(reference);
  if (model) {
    const version = await sources.registry.versionByAlias(model[1]!, model[2]!);
    return version ? { kind: 'file', digest: version.digest } : { kind: 'none' };
  }
  throw failure('HF-REQ-001', { where: 'input', saw: JSON.stringify(reference), expected: input_expected });
}

// What a step of the platform's own gets, what it gives back, and how its settings are read.
import { failure } from '@holdfast/base';
import type { Datasets } from '@holdfast/datasets';
import type { Db } from '@holdfast/postgres';
import type { Registry } from '@holdfast/registry';
import type { Telemetry } from '@holdfast/telemetry';
import { fillParams } from './dag.ts';
import { resolveReference } from './inputs.ts';
import type { StepRow } from './step-table.ts';
import type { Params } from './workflow-table.ts';

export interface ActContext {
  readonly step: StepRow;
  readonly params: Params;
  readonly cause: string;
  /** The workflow that the execution runs, as a lineage names it. */
  readonly code: string;
  readonly output: (step: string, name: string) => string | undefined;
  /** The step of this execution that made an output, for the lineage. */
  readonly stepNamed: (name: string) => StepRow | undefined;
  readonly log: (text: string) => Promise<void>;
}
export interface ActRooms {
  readonly db: Db;
  readonly datasets: Datasets;
  readonly registry: Registry;
  readonly telemetry: Telemetry;
  readonly now_ms: () => number;
}
/** What a step made, or why it has to wait. */
export type ActResult = { readonly outputs: Params } | { readonly wait: string };

/** The settings of the step, with params and outputs of other steps put in. */
export function settingsOf(context: ActContext): (name: string, otherwise?: string) => string {
  return (name, otherwise) => {
    const raw = context.step.definition.with?.[name] ?? otherwise;
    if (raw === undefined) throw failure('HF-REQ-001', { where: `step ${context.step.name}`, saw: `no "${name}"`, expected: 'it in `with`' });
    return resolveReference(fillParams(raw, context.params), context.output);
  };
}

/** A whole number from a text. Fails with HF-REQ-001. */
export function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= 0) return value;
  throw failure('HF-REQ-001', { where: `setting ${name}`, saw: JSON.stringify(text).slice(0, 80), expected: 'a whole number' });
}

export function versionOf(text: string): number {
  const version = wholeNumber('version', text);
  if (version < 2 ** 31) return version;
  throw failure('HF-REQ-001', { where: 'setting version', saw: text, expected: 'the number of a version' });
}

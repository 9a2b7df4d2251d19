// The log of a step: lines in order, each once. Lines of the train contract are read here: `::progress 0.4`, `::metric name=loss value=0.1 step=3`.
import { createHash } from 'node:crypto';
import { type Db, announce } from '@holdfast/postgres';
import type { Tracking } from '@holdfast/tracking';
import * as table from './step-table.ts';
import type { StepRow } from './step-table.ts';

export interface LogLine {
  readonly at_ms: number;
  readonly stream: string;
  readonly text: string;
}
interface Metric {
  readonly key: string;
  readonly value: number;
  readonly step: number;
}

/** The run of one attempt of a step: always the same id, so that a retry of the call logs into the same run. */
export function runOf(step: Pick<StepRow, 'execution' | 'name' | 'attempt'>): string {
  return createHash('sha256').update(`${step.execution}/${step.name}/${step.attempt}`).digest('hex').slice(0, 32);
}

export function readProgress(text: string): number | null {
  const match = /^::progress\s+(\d*\.?\d+)$/.exec(text.trim());
  return match ? Math.min(1, Number(match[1])) : null;
}

export function readMetric(text: string): Metric | null {
  if (!text.startsWith('::metric ')) return null;
  const fields = new Map([...text.slice(9).matchAll(/(\w+)=("[^"]*"|\S+)/g)].map((m) => [m[1]!, m[2]!.replaceAll('"', '')]));
  const [key, value, step] = [fields.get('name'), Number(fields.get('value') ?? Number.NaN), Number(fields.get('step') ?? 0)];
  return key && key.length <= 250 && Number.isFinite(value) && Number.isSafeInteger(step) ? { key, value, step } : null;
}

/** Adds lines numbered from `first`; numbers of this fence that are there already are dropped, so a retried call adds nothing. */
export async function addLog(deps: { db: Db; tracking: Tracking }, step: StepRow, first: number, lines: readonly LogLine[]): Promise<void> {
  if (lines.length === 0) return;
  const rows = lines.map((line, i) => ({
    execution: step.execution,
    step: step.name,
    fence: step.fence,
    number: first + i,
    attempt: step.attempt,
    at_ms: line.at_ms,
    stream: line.stream,
    text: line.text.replaceAll('\0', '\uFFFD'),
  }));
  const added = await table.insertLog(deps.db, rows);
  const progress = lines.map((line) => readProgress(line.text)).findLast((p) => p !== null);
  if (progress !== undefined && progress !== null) await table.setStep(deps.db, step, { progress });
  const metrics = rows.filter((row) => added.has(row.number)).map((row) => readMetric(row.text)).filter((m) => m !== null);
  if (metrics.length > 0) await logMetrics(deps.tracking, step, metrics);
  await announce(deps.db, 'log');
}

async function logMetrics(tracking: Tracking, step: StepRow, metrics: readonly Metric[]): Promise<void> {
  const id = runOf(step);
  const tags = { 'holdfast.execution': step.execution, 'holdfast.step': step.name };
  await tracking.start({ id, experiment: `step ${step.name}`, name: `${step.name} attempt ${step.attempt}`, tags, user: step.worker ?? '' });
  await tracking.log(id, { metrics });
}

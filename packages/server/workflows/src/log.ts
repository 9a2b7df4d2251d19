// The log of a step: lines in order, each once. Lines of the train contract are read here: `::progress 0.4`, `::metric name=loss value=0.1 step=3`.
import { createHash } from 'node:crypto';
import { type Actor, type Db, announce, serverActor } from '@holdfast/postgres';
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

/** The step as the one who made something. */
export const actorOf = (step: Pick<StepRow, 'execution' | 'name'>): Actor => serverActor(`step:${step.execution}/${step.name}`);

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

/** Adds lines numbered from `first`, with what they say, in one commit; numbers of this fence that are there already are dropped, so a retried call adds nothing. */
export async function addLog(deps: { db: Db; tracking: Tracking }, step: StepRow, first: number, lines: readonly LogLine[]): Promise<void> {
  if (lines.length > 0) await deps.db.transaction().execute((trx) => addLogIn(trx, deps.tracking, step, first, lines));
}

/** The same in the transaction of the caller. */
export async function addLogIn(trx: Db, tracking: Tracking, step: StepRow, first: number, lines: readonly LogLine[]): Promise<void> {
  const key = { execution: step.execution, step: step.name, fence: step.fence, attempt: step.attempt };
  const rows = lines.map((line, i) => ({
    ...key,
    number: first + i,
    at_ms: Math.round(line.at_ms),
    stream: line.stream,
    text: line.text.replaceAll('\0', '\uFFFD'),
  }));
  const added = await table.insertLog(trx, rows);
  const fresh = rows.filter((row) => added.has(row.number));
  const progress = fresh.map((row) => readProgress(row.text)).findLast((p) => p !== null);
  if (progress !== undefined && progress !== null) await table.setStep(trx, step, { progress });
  const metrics = fresh.map((row) => readMetric(row.text)).filter((m) => m !== null);
  if (metrics.length > 0) await logMetrics(trx, tracking, step, metrics);
  await announce(trx, 'log');
}

async function logMetrics(trx: Db, tracking: Tracking, step: StepRow, metrics: readonly Metric[]): Promise<void> {
  const id = runOf(step);
  const tags = { 'holdfast.execution': step.execution, 'holdfast.step': step.name, 'holdfast.worker': step.worker ?? '' };
  await tracking.start({ id, experiment: `step ${step.name}`, name: `${step.name} attempt ${step.attempt}`, tags, by: actorOf(step) }, trx);
  await tracking.log(id, { metrics }, trx);
}

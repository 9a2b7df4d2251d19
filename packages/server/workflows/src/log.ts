// The log of a step: lines in order, each once, so many at most; what they say is taken up also where the lines are left out. Lines of the train contract are read here: `::progress 0.4`, `::metric name=loss value=0.1 step=3`, `::hardware cores=8`.
import { createHash } from 'node:crypto';
import { type Actor, type Db, announce, serverActor } from '@holdfast/postgres';
import { type HardwareFacts, factTags, fact_names, factsFrom } from '@holdfast/protocol/hardware';
import type { Tracking } from '@holdfast/tracking';
import * as table from './step-table.ts';
import type { StepRow } from './step-table.ts';

export interface LogLine {
  readonly at_ms: number;
  readonly stream: string;
  readonly text: string;
}
/** What is kept of one step, over all its attempts. */
export const log_limits = { lines_max: 10_000, bytes_max: 4_194_304 } as const;
const limit_text = `the log of a step keeps ${log_limits.lines_max} lines or ${log_limits.bytes_max} bytes`;

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

const fieldsOf = (text: string) => new Map([...text.matchAll(/(\w+)=("[^"]*"|\S+)/g)].map((m) => [m[1]!, m[2]!.replaceAll('"', '')]));

export function readMetric(text: string): Metric | null {
  if (!text.startsWith('::metric ')) return null;
  const fields = fieldsOf(text.slice(9));
  const [key, value, step] = [fields.get('name'), Number(fields.get('value') ?? Number.NaN), Number(fields.get('step') ?? 0)];
  return key && key.length <= 250 && Number.isFinite(value) && Number.isSafeInteger(step) ? { key, value, step } : null;
}

/** The facts that a line `::hardware processor="Cortex-A76" cores=4` says; those that are none are left out. */
export function readHardwareLine(text: string): HardwareFacts | null {
  if (!text.startsWith('::hardware ')) return null;
  const fields = fieldsOf(text.slice(11));
  const facts = factsFrom(Object.fromEntries(fact_names.map((name) => [name, fields.get(name)])));
  return Object.keys(facts).length > 0 ? facts : null;
}
export const hardwareLine = (facts: HardwareFacts): string =>
  ['::hardware', ...Object.entries(facts).map(([name, value]) => `${name}="${value.replaceAll('"', "'").replaceAll(/\s+/g, ' ')}"`)].join(' ');

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
  const fresh = await keepLines(trx, key, rows);
  const progress = fresh.map((row) => readProgress(row.text)).findLast((p) => p !== null);
  if (progress !== undefined && progress !== null) await table.setStep(trx, step, { progress });
  const metrics = fresh.map((row) => readMetric(row.text)).filter((m) => m !== null);
  const facts = fresh.map((row) => readHardwareLine(row.text)).findLast((said) => said !== null);
  if (metrics.length > 0 || facts) await logMetrics(trx, tracking, step, metrics, facts ?? {});
  await announce(trx, 'log');
}

type NewRow = Omit<table.LogRow, 'id'>;

/** Keeps the lines that fit under the limits of the step and counts the others; answers which of them are new. */
async function keepLines(trx: Db, step: table.LogKey, rows: readonly NewRow[]): Promise<NewRow[]> {
  const use = await table.lockLogUse(trx, step);
  const known = await table.knownLines(trx, step, rows);
  const last_left = use.log_left_fence === step.fence ? use.log_left_number : -1;
  const fresh = rows.filter((row) => !known.has(row.number) && row.number > last_left);
  const kept = fittingOf(use, fresh);
  if (kept.length > 0) await table.insertLog(trx, kept);
  const left = fresh.slice(kept.length);
  await table.setLogUse(trx, step, { ...grown(use, kept), ...(left.length > 0 ? leftOut(use, step, left) : {}) });
  if (left.length > 0 && use.log_left_out === 0) await table.insertLog(trx, [noteOf(step, left[0]!.at_ms, `lines are left out from here: ${limit_text}`)]);
  return fresh;
}

/** The first lines that there is room for; after the first one that is left out all are, so that the log has no hole in its middle. */
function fittingOf(use: table.LogUse, rows: readonly NewRow[]): readonly NewRow[] {
  if (use.log_left_out > 0) return [];
  let bytes = use.log_bytes;
  const room = log_limits.lines_max - use.log_lines;
  const end = rows.findIndex((row, i) => i >= room || (bytes += Buffer.byteLength(row.text)) > log_limits.bytes_max);
  return end < 0 ? rows : rows.slice(0, end);
}

const grown = (use: table.LogUse, kept: readonly NewRow[]) => ({
  log_lines: use.log_lines + kept.length,
  log_bytes: kept.reduce((sum, row) => sum + Buffer.byteLength(row.text), use.log_bytes),
});
const leftOut = (use: table.LogUse, { fence }: table.LogKey, left: readonly NewRow[]) => ({
  log_left_out: use.log_left_out + left.length,
  log_left_fence: fence,
  log_left_number: Math.max(...left.map((row) => row.number)),
});

/** The one line that is not of the step itself: a fence and a number that no line of a step has. */
const noteOf = (step: table.LogKey, at_ms: number, text: string): NewRow => ({ ...step, ...table.note_key, at_ms, stream: 'server', text });

/** At the end of an attempt the note says how many lines were left out, and stands last. */
export async function closeLog(trx: Db, row: StepRow, now_ms: number): Promise<void> {
  const step = { execution: row.execution, step: row.name, fence: row.fence, attempt: row.attempt };
  const { log_left_out } = await table.lockLogUse(trx, step);
  if (log_left_out === 0) return;
  await table.deleteNote(trx, step);
  await table.insertLog(trx, [noteOf(step, now_ms, `${log_left_out} lines were left out: ${limit_text}`)]);
  await announce(trx, 'log');
}

async function logMetrics(trx: Db, tracking: Tracking, step: StepRow, metrics: readonly Metric[], facts: HardwareFacts): Promise<void> {
  const id = runOf(step);
  const tags = { 'holdfast.execution': step.execution, 'holdfast.step': step.name, 'holdfast.worker': step.worker ?? '' };
  await tracking.start({ id, experiment: `step ${step.name}`, name: `${step.name} attempt ${step.attempt}`, tags, by: actorOf(step) }, trx);
  await tracking.log(id, { metrics, tags: factTags(facts) }, trx);
}

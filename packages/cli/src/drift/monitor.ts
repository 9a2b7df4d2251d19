// holdfast drift monitor: the monitors of an app over inferences, one JSON line each, without a server: each firing is a line of JSON. A bad line gives an error
// line, and the rest goes on. Memory is that of the monitors and of one line.
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import type { Command } from 'commander';
import { HoldfastError, failure } from '@holdfast/base';
import { type MonitorKind, type MonitorSaid, MonitorSet, monitors } from '@holdfast/stats';
import { fileSize } from '../files.ts';
import { plainJson, plainLines } from '../plain-text.ts';
import { verb } from '../verb.ts';
import { type Line, linesOf } from './lines.ts';
import { readMonitorConfig } from './monitor-config.ts';
import { parseRecord } from './record-line.ts';

const line_bytes_max = 4 * 1_048_576;

const manual = `
CONFIG is config.yaml of edge-mlops-monitor, a scenario of TinyLCM (its drift_detectors), or {"v": 1, "monitors": [{"monitor": …, "parameters": {…}}]}.
Each line of RECORDS is one inference; a monitor counts those that have what it needs:
  {"confidence": 0.9, "predicted": "leaf", "features": [1, 2], "outputs": {"score": 0.9}, "label": "leaf", "distances": [3, 4], "neighbor_labels": ["leaf"]}
A firing is {"line": …, "monitor": …, "kind": "drift" | "warning" | "calm", "reason": …}, a bad line {"line": …, "error": {…}}.

Monitors, with their parameters and defaults:
${monitors.map(lineOf).join('\n')}`;

function lineOf({ name, says, parameters }: MonitorKind): string {
  const shown = Object.entries(parameters).map(([key, one]) => `${key}=${one.default}`);
  return `  ${name}: ${says}\n    ${shown.join(' ')}`;
}

export function addDriftMonitor(noun: Command): void {
  const says = 'the monitors of an app over its inferences, one JSON line each, from a file or standard input';
  verb(noun, 'monitor <config> [records]', says, 'drift monitor config.yaml inferences.jsonl').addHelpText('after', manual).action(monitor);
}

async function monitor(config: string, records: string | undefined): Promise<void> {
  const { plan, notes } = await readMonitorConfig(config);
  if (records !== undefined) await fileSize(records);
  const input = records === undefined ? process.stdin : createReadStream(records);
  const set = new MonitorSet(plan);
  for (const note of notes) await write(process.stderr, `${plainLines(note)}\n`);
  await watchRecords(set, input, (text) => write(process.stdout, text));
  for (const line of lacked(set)) await write(process.stderr, `${line}\n`);
}

export async function watchRecords(set: MonitorSet, input: AsyncIterable<Uint8Array>, out: (text: string) => Promise<void>): Promise<void> {
  let number = 0;
  for await (const line of linesOf(input, line_bytes_max)) {
    const said = answer(set, line, ++number);
    if (said.length > 0) await out(`${said.map((one) => plainJson(JSON.stringify(one))).join('\n')}\n`);
  }
}

function answer(set: MonitorSet, line: Line, number: number): readonly object[] {
  try {
    if (!('text' in line)) throw failure('HF-CLI-021', { line: number, saw: `${line.size_bytes} bytes`, expected: `at most ${line_bytes_max}` });
    return set.update(parseRecord(line.text, number)).map((said) => firing(said, number));
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return [{ line: number, error: { code: error.code, message: error.message, hint: error.hint } }];
  }
}

const firing = ({ monitor: name, drift, warning, reason }: MonitorSaid, line: number): object => ({
  line,
  monitor: name,
  kind: drift ? 'drift' : warning ? 'warning' : 'calm',
  reason,
});

/** What was not counted, a line a monitor. */
export const lacked = (set: MonitorSet): string[] =>
  set.monitors.flatMap(({ name, monitor: one }) =>
    one.missing === 0 ? [] : [`${name}: ${one.missing} of ${one.missing + one.counted} inferences were not counted: it needs ${one.needs}`],
  );

async function write(stream: NodeJS.WritableStream, text: string): Promise<void> {
  if (!stream.write(text)) await once(stream, 'drain');
}

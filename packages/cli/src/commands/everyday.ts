// status, logs, explain: the everyday questions.
import type { Command } from 'commander';
import { catalogue, failure, lookUp } from '@holdfast/base';
import { printOne, printRows, say, time } from '../output.ts';
import { clientOf, outputOf } from '../settings.ts';
import { addLogOptions, printLog } from '../step-log.ts';
import { verb } from '../verb.ts';

export function addEveryday(program: Command): void {
  verb(program, 'status', 'is anything wrong?', 'status').action(status);
  addLogOptions(verb(program, 'logs <execution> [step]', 'the log of a step, or of every step of an execution', 'logs EXECUTION train --follow')).action(
    printLog,
  );
  const says = 'what an error code means, and what to do; without a code, all of them';
  verb(program, 'explain [code]', says, 'explain HF-FLEET-001').action(explain);
}

async function status(_options: object, command: Command): Promise<void> {
  const { activity, strip: _strip, versions, ...overview } = await clientOf(command).call('overview', {});
  const output = outputOf(command);
  if (output.json) return printOne({ ...overview, versions, activity }, output);
  const { total, online, stale, waiting, drifted, ill, updating } = overview.devices;
  const lines = [
    `devices     ${total}: ${online} online, ${stale} stale, ${waiting} waiting, ${drifted} drifted, ${ill} ill, ${updating} updating`,
    ...overview.ill.map((one) => `ill         ${one.name}: ${one.text}`),
    `alerts      ${overview.alerts_firing} open`,
    `rollouts    ${overview.rollouts_running} running`,
    `executions  ${overview.executions_running} running`,
    ...versions.map((v) => `${v.model} version ${v.model_version}: ${v.devices} devices, ${v.drifted} drifted, ${v.stale} stale`),
    ...activity.slice(0, 10).map((a) => `${time(a.at_ms)}  ${a.text}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  if (overview.alerts_firing > 0) say('next: holdfast alert ls');
}

function explain(code: string | undefined, _options: object, command: Command): void {
  const output = outputOf(command);
  if (code === undefined) {
    const rows = Object.entries(catalogue).map(([name, entry]) => ({ code: name, says: entry.says }));
    return printRows(rows, ['code', 'says'], output);
  }
  const entry = lookUp(code.toUpperCase());
  if (!entry) throw failure('HF-CLI-004', { saw: code });
  const { says, hint, status: http, exit, retryable = false } = entry;
  return printOne({ code: code.toUpperCase(), says, hint, status: http, exit, retryable }, output);
}

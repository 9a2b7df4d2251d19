// alert: what is wrong, and who looks after it.
import { type Command, Option } from 'commander';
import type { AlertView } from '@holdfast/protocol/rest';
import { printOne, printSome, say, time } from '../../output.ts';
import { clientOf, outputOf } from '../../settings.ts';
import { verb, wholeNumber } from '../../verb.ts';

const states = ['open', 'suspect', 'firing', 'acknowledged', 'resolved'] as const;

interface ListOptions {
  readonly state?: (typeof states)[number];
  readonly limit: number;
}

export function addAlerts(program: Command): void {
  const noun = program.command('alert').description('alerts');
  verb(noun, 'ls', 'list alerts, newest first', 'alert ls --state open')
    .addOption(new Option('--state <state>', 'in this state; open is firing or acknowledged').choices(states))
    .option('--limit <n>', 'how many', wholeNumber(1, 1000), 100)
    .action(list);
  verb(noun, 'show <id>', 'one alert: what, since when, on which devices, and what to do', 'alert show ALERT').action(
    async (id: string, _o: object, command: Command) => print(await clientOf(command).call('alertShow', { params: { id } }), command),
  );
  verb(noun, 'ack <id>', 'say that you look after it', 'alert ack ALERT --reason "lens is being cleaned"')
    .requiredOption('--reason <text>', 'what you do about it')
    .action(async (id: string, { reason }: { reason: string }, command: Command) =>
      print(await clientOf(command).call('alertAck', { params: { id }, body: { reason } }), command),
    );
  verb(noun, 'silence <id>', 'fire no trigger for it for a while', 'alert silence ALERT --hours 8 --reason "night shift is over"')
    .requiredOption('--reason <text>', 'why')
    .option('--hours <n>', 'for how long', wholeNumber(1, 8_760), 24)
    .action(async (id: string, { reason, hours }: { reason: string; hours: number }, command: Command) =>
      print(await clientOf(command).call('alertSilence', { params: { id }, body: { reason, for_ms: hours * 3_600_000 } }), command),
    );
}

async function list({ state, limit }: ListOptions, command: Command): Promise<void> {
  const { alerts, refused } = await clientOf(command).call('alertList', { query: { state, limit } });
  const rows = alerts.map((a) => ({ ...a, since: time(a.since_ms), on: a.devices.map((d) => d.name) }));
  const output = outputOf(command);
  printSome(rows, ['id', 'state', 'since', 'monitor', 'on', 'title'], limit, output);
  if (!output.json) for (const one of refused) say(`${one.firings} firings of monitors on devices made no alert: ${one.reason}`);
}

function print(alert: AlertView, command: Command): void {
  const output = outputOf(command);
  if (output.json) return printOne(alert, output);
  const { id, state, title, cause, suggestion, since_ms, onset_ms, fault, devices, acknowledged, silenced, firings } = alert;
  const who = acknowledged && `${acknowledged.by}: ${acknowledged.reason}`;
  const quiet = silenced && `until ${time(silenced.until_ms)} by ${silenced.by}: ${silenced.reason}`;
  const on = devices.map((d) => `${d.name} (${d.said ?? d.features.map((f) => f.name).join(' ')})`);
  const fired = firings.map((f) => `${f.trigger} ${f.outcome}${f.execution ? ` ${f.execution}` : ''}`);
  const onset = onset_ms === null ? null : time(onset_ms);
  return printOne({ id, state, title, cause, fault, suggestion, onset, since: time(since_ms), on, acknowledged: who, silenced: quiet, fired }, output);
}

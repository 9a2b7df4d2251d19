// status, logs, explain: the everyday questions.
import type { Command } from 'commander';
import { catalogue, failure, lookUp } from '@holdfast/base';
import { printOne, printRows, say, time } from '../output.ts';
import { clientOf, outputOf } from '../settings.ts';

const follow_ms = 1_000;

export function addEveryday(program: Command): void {
  program
    .command('status')
    .description('is anything wrong?')
    .action(async (_options: object, command: Command) => {
      const { activity, strip: _strip, versions, ...overview } = await clientOf(command).call('overview', {});
      const output = outputOf(command);
      if (output.json !== undefined) return printOne({ ...overview, versions, activity }, output);
      const d = overview.devices;
      process.stdout.write(
        `devices     ${d.total}: ${d.online} online, ${d.stale} stale, ${d.waiting} waiting, ${d.drifted} drifted, ${d.updating} updating\n`,
      );
      process.stdout.write(
        `alerts      ${overview.alerts_firing} open\nrollouts    ${overview.rollouts_running} running\nexecutions  ${overview.executions_running} running\n`,
      );
      for (const v of versions) process.stdout.write(`${v.model} version ${v.model_version}: ${v.devices} devices, ${v.drifted} drifted, ${v.stale} stale\n`);
      for (const a of activity.slice(0, 10)) process.stdout.write(`${time(a.at_ms)}  ${a.text}\n`);
      if (overview.alerts_firing > 0) say('next: holdfast alert ls');
    });
  program
    .command('logs <execution> <step>')
    .description('the log of a step')
    .option('-f, --follow', 'go on until the step is over')
    .action(async (execution: string, step: string, options: { follow?: boolean }, command: Command) => {
      const client = clientOf(command);
      const json = outputOf(command).json !== undefined;
      let after = 0;
      for (;;) {
        const finished = (await client.call('executionShow', { params: { id: execution } })).steps.find((s) => s.name === step)?.finished_ms;
        if (finished === undefined) throw failure('HF-REQ-004', { kind: 'step', name: step });
        const { lines, more } = await client.call('stepLog', { params: { id: execution, step }, query: { after } });
        for (const line of lines) process.stdout.write(json ? `${JSON.stringify(line)}\n` : `${time(line.at_ms)} ${line.text}\n`);
        after = lines.at(-1)?.id ?? after;
        if (!more && (!options.follow || finished !== null)) return;
        if (!more) await new Promise((resolve) => setTimeout(resolve, follow_ms));
      }
    });
  program
    .command('explain [code]')
    .description('what an error code means, and what to do; without a code, all of them')
    .action((code: string | undefined, _options: object, command: Command) => {
      const output = outputOf(command);
      if (code === undefined)
        return printRows(
          Object.entries(catalogue).map(([name, entry]) => ({ code: name, says: entry.says })),
          ['code', 'says'],
          output,
        );
      const entry = lookUp(code.toUpperCase());
      if (!entry) throw failure('HF-CLI-004', { saw: code });
      return printOne({ code: code.toUpperCase(), ...entry }, output);
    });
}

// monitor, drift, alert, trigger. Each command is a thin call of one route; every read command takes --json[=fields].
import type { Command } from 'commander';
import { failure } from '@holdfast/base';
import { printOne, printRows, time } from '../../output.ts';
import { clientOf, outputOf, wholeNumber } from '../../settings.ts';

export function addWatch(program: Command): void {
  const monitor = program.command('monitor').description('monitors: rules for verdicts');
  monitor
    .command('ls')
    .description('list monitors')
    .action(async (_o: object, command: Command) =>
      printRows(
        (await clientOf(command).call('monitorList', {})).monitors.map((m) => ({
          ...m,
          not_judged: m.windows_not_judged.map((one) => `${one.windows}: ${one.reason}`),
        })),
        ['name', 'model', 'enabled', 'false_alarms_per_device_month', 'distance_min', 'verdicts', 'drifted', 'not_comparable', 'not_judged'],
        outputOf(command),
      ),
    );
  program
    .command('drift')
    .description('drift by device and feature')
    .command('show')
    .description('the last verdicts')
    .option('--model <name>', 'of this model')
    .option('--monitor <name>', 'of this monitor, else of every enabled one of the model')
    .option('--device <name>', 'of this device')
    .option('--fail-on-drift', 'exit code 8 where something is drifted')
    .action(async (options: { model?: string; monitor?: string; device?: string; failOnDrift?: boolean }, command: Command) => {
      const map = await clientOf(command).call('driftMap', { query: { model: options.model, monitor: options.monitor } });
      const names = new Map(map.devices.map((d) => [d.id, d.name]));
      const rows = map.cells
        .map((c) => ({ ...c, device: names.get(c.device) ?? c.device, at: time(c.at_ms) }))
        .filter((c) => options.device === undefined || c.device === options.device);
      printRows(rows, ['device', 'feature', 'monitor', 'distance', 'p_value', 'drifted', 'fault', 'at'], outputOf(command));
      const drifted = rows.find((c) => c.drifted);
      if (options.failOnDrift && drifted) throw failure('HF-CLI-007', { reason: `${drifted.device} ${drifted.feature} is drifted` });
    });
  const alert = program.command('alert').description('alerts');
  alert
    .command('ls')
    .description('list alerts')
    .option('--open', 'open ones only')
    .action(async (options: { open?: boolean }, command: Command) => {
      const { alerts } = await clientOf(command).call('alertList', { query: options.open ? { state: 'open' } : {} });
      printRows(
        alerts.map((a) => ({ ...a, since: time(a.since_ms), on: a.devices.map((d) => d.name) })),
        ['id', 'state', 'since', 'monitor', 'on', 'title'],
        outputOf(command),
      );
    });
  alert
    .command('show <id>')
    .description('one alert')
    .action(async (id: string, _o: object, command: Command) => printOne(await clientOf(command).call('alertShow', { params: { id } }), outputOf(command)));
  alert
    .command('ack <id>')
    .description('say that you look after it')
    .requiredOption('--reason <text>', 'what you do about it')
    .action(async (id: string, options: { reason: string }, command: Command) =>
      printOne(await clientOf(command).call('alertAck', { params: { id }, body: options }), outputOf(command)),
    );
  const trigger = program.command('trigger').description('triggers: from alert to workflow');
  trigger
    .command('ls')
    .description('list triggers')
    .action(async (_o: object, command: Command) =>
      printRows((await clientOf(command).call('triggerList', {})).triggers, ['name', 'workflow', 'cooldown_ms', 'enabled', 'firings'], outputOf(command)),
    );
  trigger
    .command('set <name>')
    .description('make or change a trigger: an alert on a model starts a workflow')
    .requiredOption('--workflow <name>', 'the workflow to start')
    .requiredOption('--model <name>', 'the model whose alerts start it')
    .option('--cooldown-s <n>', 'seconds in which it starts nothing more', wholeNumber('--cooldown-s'), 86_400)
    .action(async (name: string, options: { workflow: string; model: string; cooldownS: number }, command: Command) => {
      const body = { workflow: options.workflow, on: { kind: 'alert' as const, model: options.model }, cooldown_ms: options.cooldownS * 1000 };
      printOne(await clientOf(command).call('triggerPut', { params: { name }, body }), outputOf(command));
    });
}

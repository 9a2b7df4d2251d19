// monitor, drift: the rules for verdicts, and the verdicts.
import type { Command } from 'commander';
import { failure } from '@holdfast/base';
import type { MonitorView } from '@holdfast/protocol/rest';
import { addDriftCheck } from '../../drift/check.ts';
import { addDriftMonitor } from '../../drift/monitor.ts';
import { addDriftStream } from '../../drift/stream.ts';
import { addDriftTest } from '../../drift/test-command.ts';
import { type Output, printOne, printRows, say, time } from '../../output.ts';
import { clientOf, outputOf } from '../../settings.ts';
import { anyNumber, verb, wholeNumber } from '../../verb.ts';

interface SetOptions {
  readonly model?: string;
  readonly falseAlarms?: number;
  readonly distanceMin?: number;
  readonly windowsToOpen?: number;
  readonly windowsToResolve?: number;
  readonly enable?: boolean;
  readonly disable?: boolean;
}
interface DriftOptions {
  readonly model?: string;
  readonly monitor?: string;
  readonly device?: string;
  readonly feature?: string;
  readonly windows?: boolean;
  readonly cohorts?: boolean;
  readonly failOnDrift?: boolean;
}

export function addMonitors(program: Command): void {
  const noun = program.command('monitor').description('monitors: rules for verdicts');
  verb(noun, 'ls', 'list monitors', 'monitor ls').action(async (_o: object, command: Command) => {
    const columns = [
      'name',
      'model',
      'enabled',
      'false_alarms_per_device_month',
      'budget',
      'distance_min',
      'verdicts',
      'drifted',
      'not_comparable',
      'not_judged',
    ];
    const { monitors } = await clientOf(command).call('monitorList', {});
    const output = outputOf(command);
    const rows = monitors.map((m) => ({ ...shown(m, output), not_judged: m.windows_not_judged.map((one) => `${one.windows}: ${one.reason}`) }));
    printRows(rows, columns, output);
  });
  verb(noun, 'show <name>', 'one monitor', 'monitor show default-parts').action(async (name: string, _o: object, command: Command) => {
    const found = (await clientOf(command).call('monitorList', {})).monitors.find((m) => m.name === name);
    if (!found) throw failure('HF-REQ-004', { kind: 'monitor', name });
    const output = outputOf(command);
    printOne(shown(found, output), output);
  });
  verb(noun, 'set <name>', 'make or change a monitor; what is not given stays as it is', 'monitor set default-parts --model parts --distance-min 0.15')
    .option('--model <name>', 'the model that it watches; a new monitor needs it')
    .option('--false-alarms <n>', 'false alarms that a device may raise in 30 days', anyNumber(0.000_001, 100))
    .option('--distance-min <n>', 'the least distance that counts, 0 to 1', anyNumber(0, 1))
    .option('--windows-to-open <n>', 'drifted windows in a row before an alert opens', wholeNumber(1, 100))
    .option('--windows-to-resolve <n>', 'clean windows in a row before it resolves', wholeNumber(1, 100))
    .option('--enable', 'judge windows')
    .option('--disable', 'judge none')
    .action(set);
  const drift = program.command('drift').description('drift by device and feature, and tests and detectors for numbers of your own');
  verb(drift, 'show', 'the last verdicts', 'drift show --model parts --fail-on-drift')
    .option('--model <name>', 'of this model')
    .option('--monitor <name>', 'of this monitor, else of every enabled one of the model')
    .option('--device <name>', 'of this device')
    .option('--feature <name>', 'of this feature; with a device, its distribution and history')
    .option('--windows', 'with a device and a feature, the counts of its last windows')
    .option('--cohorts', 'instead, the cohorts whose devices have changed together')
    .option('--fail-on-drift', 'exit code 8 where something is drifted')
    .action(show);
  addDriftCheck(drift);
  addDriftTest(drift);
  addDriftStream(drift);
  addDriftMonitor(drift);
}

/** The budget as a sentence for people, as numbers for programs. */
function shown(monitor: MonitorView, { json }: Output) {
  const { devices, expected, alarms } = monitor.budget;
  const said = `at most ${expected} false alarms expected in 30 days on ${devices} device${devices === 1 ? '' : 's'}; ${alarms} alarm${alarms === 1 ? '' : 's'} so far`;
  return { ...monitor, budget: json ? monitor.budget : said };
}

async function set(
  name: string,
  { model, falseAlarms, distanceMin, windowsToOpen, windowsToResolve, enable, disable }: SetOptions,
  command: Command,
): Promise<void> {
  const given = {
    false_alarms_per_device_month: falseAlarms,
    distance_min: distanceMin,
    windows_to_open: windowsToOpen,
    windows_to_resolve: windowsToResolve,
    enabled: enable ? true : disable ? false : undefined,
  };
  const client = clientOf(command);
  if (enable && disable) throw failure('HF-CLI-006', { option: '--enable and --disable', saw: 'both', expected: 'one of them', command: 'monitor set' });
  const watched = model ?? (await client.call('monitorList', {})).monitors.find((monitor) => monitor.name === name)?.model;
  if (watched === undefined)
    throw failure('HF-CLI-006', { option: '--model', saw: 'none', expected: `the model that the new monitor ${name} watches`, command: 'monitor set' });
  const body = { model: watched, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
  const output = outputOf(command);
  printOne(shown(await client.call('monitorPut', { params: { name }, body }), output), output);
}

async function show(options: DriftOptions, command: Command): Promise<void> {
  const client = clientOf(command);
  const map = await client.call('driftMap', { query: { model: options.model, monitor: options.monitor } });
  const names = new Map(map.devices.map((d) => [d.id, d.name]));
  const rows = map.cells
    .map((c) => ({ ...c, device: names.get(c.device) ?? c.device, at: time(c.at_ms) }))
    .filter((c) => (options.device === undefined || c.device === options.device) && (options.feature === undefined || c.feature === options.feature));
  const { device, feature } = options;
  if (options.windows && device !== undefined && feature !== undefined)
    printOne(await client.call('driftWindows', { query: { device, feature, monitor: options.monitor } }), outputOf(command));
  else if (device !== undefined && feature !== undefined)
    printOne(await client.call('driftDetail', { query: { device, feature, monitor: options.monitor } }), outputOf(command));
  else if (options.cohorts) printRows(map.cohorts, ['monitor', 'fact', 'value', 'feature', 'devices', 'share', 'evidence'], outputOf(command));
  else printRows(rows, ['device', 'feature', 'monitor', 'distance', 'p_value', 'drifted', 'fault', 'at'], outputOf(command));
  if (!outputOf(command).json) for (const sentence of map.says) say(sentence);
  const drifted = rows.find((c) => c.drifted);
  if (options.failOnDrift && drifted) throw failure('HF-CLI-007', { reason: `${drifted.device} ${drifted.feature} is drifted` });
}

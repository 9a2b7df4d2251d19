// experiment, run: what training logged.
import { type Command, Option } from 'commander';
import { failure } from '@holdfast/base';
import { printDone, printOne, printRows, printSome, time } from '../../output.ts';
import { clientOf, outputOf } from '../../settings.ts';
import { collectLabel, collectMetric, verb, wholeNumber } from '../../verb.ts';

interface LogOptions {
  readonly param: Record<string, string>;
  readonly metric: Record<string, number>;
  readonly tag: Record<string, string>;
  readonly step: number;
  readonly state?: 'finished' | 'failed';
}

export function addRuns(program: Command): void {
  const experiment = program.command('experiment').description('experiments');
  verb(experiment, 'ls', 'list experiments', 'experiment ls').action(async (_o: object, command: Command) =>
    printRows((await clientOf(command).call('experimentList', {})).experiments, ['name', 'project', 'runs'], outputOf(command)),
  );
  verb(experiment, 'show <name>', 'one experiment, and its last runs', 'experiment show parts').action(showExperiment);
  const noun = program.command('run').description('runs of experiments');
  verb(noun, 'ls', 'list runs, newest first', 'run ls --experiment parts')
    .option('--experiment <name>', 'of this experiment')
    .option('--project <name>', 'of this project')
    .option('--limit <n>', 'how many', wholeNumber(1, 1000), 100)
    .action(async (query: { experiment?: string; project?: string; limit: number }, command: Command) => {
      const { runs } = await clientOf(command).call('runList', { query });
      const rows = runs.map((r) => ({ ...r, started: time(r.started_ms) }));
      printSome(rows, ['id', 'experiment', 'name', 'state', 'started'], query.limit, outputOf(command));
    });
  verb(noun, 'show <id>', 'one run', 'run show RUN').action(async (id: string, _o: object, command: Command) =>
    printOne(await clientOf(command).call('runShow', { params: { id } }), outputOf(command)),
  );
  verb(noun, 'metric <id> <key>', 'the history of one metric', 'run metric RUN accuracy').action(
    async (id: string, key: string, _o: object, command: Command) => {
      const { points } = await clientOf(command).call('runMetric', { params: { id, key } });
      const rows = points.map((p) => ({ ...p, at: time(p.at_ms) }));
      printRows(rows, ['step', 'value', 'at'], outputOf(command));
    },
  );
  verb(noun, 'start <experiment> [name]', 'start a run, and print its id', 'run start parts baseline').action(startRun);
  verb(noun, 'log <id>', 'log params, metrics and tags of a run, or end it', 'run log RUN --metric accuracy=0.93 --step 4 --state finished')
    .option('--param <key=value>', 'written once; may be given again', collectLabel, {})
    .option('--metric <key=number>', 'may be given again', collectMetric, {})
    .option('--tag <key=value>', 'may be given again', collectLabel, {})
    .option('--step <n>', 'step of the metrics', wholeNumber(), 0)
    .addOption(new Option('--state <state>', 'end the run').choices(['finished', 'failed']))
    .action(logRun);
}

async function showExperiment(name: string, _options: object, command: Command): Promise<void> {
  const client = clientOf(command);
  const found = (await client.call('experimentList', {})).experiments.find((e) => e.name === name);
  if (!found) throw failure('HF-REQ-004', { kind: 'experiment', name });
  const { runs } = await client.call('runList', { query: { experiment: name, limit: 20 } });
  const output = outputOf(command);
  if (output.json) return printOne({ ...found, last_runs: runs }, output);
  printOne({ name, runs: found.runs, created: time(found.created_ms) }, output);
  return printRows(
    runs.map((r) => ({ ...r, started: time(r.started_ms) })),
    ['id', 'name', 'state', 'started'],
    output,
  );
}

async function startRun(experiment: string, name: string | undefined, _options: object, command: Command): Promise<void> {
  const run = await clientOf(command).call('runCreate', { body: { experiment, ...(name === undefined ? {} : { name }) } });
  if (outputOf(command).json) return printOne(run, outputOf(command));
  process.stdout.write(`${run.id}\n`);
}

async function logRun(id: string, { param, metric, tag, step, state }: LogOptions, command: Command): Promise<void> {
  const metrics = Object.entries(metric).map(([key, value]) => ({ key, value, step }));
  const logged = { params: Object.keys(param).length, metrics: metrics.length, tags: Object.keys(tag).length, state: state ?? null };
  if (logged.params + logged.metrics + logged.tags === 0 && !state)
    throw failure('HF-CLI-008', { saw: 'nothing to log', expected: '--param, --metric, --tag or --state', help: 'run log --help' });
  await clientOf(command).call('runLog', { params: { id }, body: { params: param, metrics, tags: tag, ...(state ? { state } : {}) } });
  printDone(`logged to ${id}`, { id, ...logged }, outputOf(command));
}

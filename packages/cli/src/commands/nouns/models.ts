// model, version: the registry, and the reference profile of a model.
import type { Command } from 'commander';
import { putFile } from '../../blobs.ts';
import { printOne, printRows, printSome, say, time } from '../../output.ts';
import { addProfile } from '../../profile/command.ts';
import { clientOf, outputOf } from '../../settings.ts';
import { collectMetric, verb, wholeNumber } from '../../verb.ts';

interface RegisterOptions {
  readonly description?: string;
  readonly run?: string;
  readonly code?: string;
  readonly metric: Record<string, number>;
}

export function addModels(program: Command): void {
  const noun = program.command('model').description('models and their versions');
  verb(noun, 'ls', 'list models', 'model ls').action(list);
  verb(noun, 'show <name>', 'one model with its versions', 'model show parts').action(show);
  verb(noun, 'history <name>', 'which version each alias and stage named when, newest first', 'model history parts')
    .option('--limit <n>', 'how many', wholeNumber(1, 1000), 100)
    .action(history);
  verb(noun, 'performance <name>', 'how good it is: by labels, without any, and which labels would settle it', 'model performance parts --by device')
    .option('--model-version <n>', 'of this version alone', wholeNumber(1))
    .option('--device <name>', 'on this device alone')
    .option('--days <n>', 'back from now', wholeNumber(1, 366), 30)
    .option('--by <what>', 'by device, by model_version, by a fact of machines such as hardware:machine, or by a label of devices such as label:site')
    .action(performance);
  verb(noun, 'register <name> <file>', 'register a model file as the next version; the same file is the same version', 'model register parts parts.onnx')
    .option('--description <text>', 'what the model does')
    .option('--run <id>', 'the run that made it')
    .option('--code <text>', 'revision of the training code')
    .option('--metric <key=number>', 'a number of its evaluation; may be given again', collectMetric, {})
    .action(register);
  verb(noun, 'alias <name> <alias>', 'move an alias to a version', 'model alias parts champion 3 --reason "better on line 2"')
    .argument('<version>', 'number of the version', wholeNumber(1))
    .requiredOption('--reason <text>', 'why; it stands in the audit')
    .action(async (name: string, alias: string, version: number, { reason }: { reason: string }, command: Command) =>
      printOne(await clientOf(command).call('aliasPut', { params: { name, alias }, body: { version, reason } }), outputOf(command)),
    );
  addProfile(noun);
  verb(
    program.command('version').description('model versions'),
    'show <model>',
    'one version: lineage, metrics, bundles, where it runs',
    'version show parts 3',
  )
    .argument('<version>', 'number of the version', wholeNumber(1))
    .action(async (name: string, version: number, _o: object, command: Command) =>
      printOne(await clientOf(command).call('modelVersionShow', { params: { name, version } }), outputOf(command)),
    );
}

async function list(_options: object, command: Command): Promise<void> {
  const { models: found } = await clientOf(command).call('modelList', {});
  const rows = found.map((m) => ({ ...m, newest: m.versions[0]?.version ?? null, champion: m.aliases.find((a) => a.alias === 'champion')?.version ?? null }));
  printRows(rows, ['name', 'project', 'newest', 'champion'], outputOf(command));
}

async function show(name: string, _options: object, command: Command): Promise<void> {
  const model = await clientOf(command).call('modelShow', { params: { name } });
  if (outputOf(command).json) return printOne(model, outputOf(command));
  const rows = model.versions.map((v) => ({ ...v, devices: v.running_on.length, created: time(v.created_ms) }));
  printRows(rows, ['version', 'aliases', 'devices', 'created', 'digest'], outputOf(command));
}

async function history(name: string, { limit }: { limit: number }, command: Command): Promise<void> {
  const { rows } = await clientOf(command).call('modelHistory', { params: { name }, query: { limit } });
  const shown = rows.map((one) => ({ ...one, at: time(one.at_ms), of: one.name ?? (one.version === null ? name : `version ${one.version}`) }));
  printSome(shown, ['at', 'kind', 'of', 'before', 'after', 'by', 'reason'], limit, outputOf(command));
}

interface PerformanceOptions {
  readonly modelVersion?: number;
  readonly device?: string;
  readonly days: number;
  readonly by?: string;
}

async function performance(name: string, { modelVersion, device, days, by }: PerformanceOptions, command: Command): Promise<void> {
  const to_ms = Date.now();
  const optional = {
    ...(modelVersion === undefined ? {} : { model_version: modelVersion }),
    ...(device === undefined ? {} : { device }),
    ...(by === undefined ? {} : { by }),
  };
  const found = await clientOf(command).call('modelPerformance', { params: { name }, query: { from_ms: to_ms - days * 86_400_000, to_ms, ...optional } });
  const output = outputOf(command);
  if (output.json) return printOne(found, output);
  for (const sentence of found.says) say(sentence);
  if (found.ask.length > 0)
    say(`holdfast sample get ${found.ask[0]} -o sample.pgm    (the first of: ${found.ask.slice(0, 20).join(' ')}${found.ask.length > 20 ? ' …' : ''})`);
  const rows = found.segments.map(({ name: segment, inferences, estimated, labelled, regression }) => ({
    [by ?? 'segment']: segment,
    inferences,
    estimated: estimated?.accuracy ?? null,
    low: estimated?.low ?? null,
    high: estimated?.high ?? null,
    labels: (labelled?.labels ?? 0) + (regression?.labels ?? 0),
    accuracy: labelled?.accuracy ?? null,
    f1_macro: labelled?.f1_macro ?? null,
    auroc: labelled?.auroc ?? null,
    log_loss: labelled?.log_loss ?? null,
    calibration_error: labelled?.calibration_error ?? null,
    mae: regression?.mae ?? null,
    rmse: regression?.rmse ?? null,
    r2: regression?.r2 ?? null,
  }));
  if (rows.length > 0) printRows(rows, [by ?? 'segment', ...shownOf(found.segments)], output);
}

const estimate_heads = ['inferences', 'estimated', 'low', 'high', 'labels'];
const class_heads = ['accuracy', 'f1_macro', 'auroc', 'log_loss', 'calibration_error'];
const value_heads = ['mae', 'rmse', 'r2'];

/** A model says classes or values: the columns of the other stay away. */
const shownOf = (segments: readonly { readonly regression: object | null; readonly labelled: object | null }[]): string[] => {
  const values = segments.some((one) => one.regression !== null);
  const classes = !values || segments.some((one) => one.labelled !== null);
  return [...estimate_heads, ...(classes ? class_heads : []), ...(values ? value_heads : [])];
};

async function register(name: string, file: string, options: RegisterOptions, command: Command): Promise<void> {
  const { description, run = null, code = null, metric } = options;
  const client = clientOf(command);
  const body = { digest: await putFile(client, file), ...(description === undefined ? {} : { description }), lineage: { run, code }, metrics: metric };
  printOne(await client.call('modelRegister', { params: { name }, body }), outputOf(command));
}

// model, bundle, dataset, experiment, run. Each command is a thin call of one route; every read command takes --json[=fields].
import type { Command } from 'commander';
import { printOne, printRows, time } from '../../output.ts';
import { clientOf, outputOf, wholeNumber } from '../../settings.ts';
import { addFolder, putFile } from '../../upload.ts';

export function addModels(program: Command): void {
  const noun = program.command('model').description('models and their versions');
  noun
    .command('ls')
    .description('list models')
    .action(async (_o: object, command: Command) => {
      const { models: found } = await clientOf(command).call('modelList', {});
      printRows(
        found.map((m) => ({ ...m, newest: m.versions[0]?.version ?? null, champion: m.aliases.find((a) => a.alias === 'champion')?.version ?? null })),
        ['name', 'newest', 'champion'],
        outputOf(command),
      );
    });
  noun
    .command('show <name>')
    .description('one model with its versions')
    .action(async (name: string, _o: object, command: Command) => {
      const model = await clientOf(command).call('modelShow', { params: { name } });
      if (outputOf(command).json !== undefined) return printOne(model, outputOf(command));
      printRows(
        model.versions.map((v) => ({ ...v, devices: v.running_on.length, created: time(v.created_ms) })),
        ['version', 'aliases', 'devices', 'created', 'digest'],
        outputOf(command),
      );
    });
  noun
    .command('register <name> <file>')
    .description('register a model file as the next version')
    .action(async (name: string, file: string, _o: object, command: Command) => {
      const client = clientOf(command);
      printOne(await client.call('modelRegister', { params: { name }, body: { digest: await putFile(client, file) } }), outputOf(command));
    });
  noun
    .command('alias <name> <alias> <version>')
    .description('move an alias to a version')
    .requiredOption('--reason <text>', 'why; it stands in the audit')
    .action(async (name: string, alias: string, version: string, options: { reason: string }, command: Command) =>
      printOne(
        await clientOf(command).call('aliasPut', { params: { name, alias }, body: { version: wholeNumber('VERSION', 1)(version), reason: options.reason } }),
        outputOf(command),
      ),
    );
  program
    .command('bundle')
    .description('signed installables')
    .command('build <model> <version>')
    .description('build and sign the bundle of a version')
    .requiredOption('--pipeline <file>', 'the pipeline JSON')
    .requiredOption('--profile <file>', 'the reference profile')
    .option('--target <os/arch>', 'platform, such as linux/arm64', 'any/any')
    .action(async (name: string, version: string, options: { pipeline: string; profile: string; target: string }, command: Command) => {
      const client = clientOf(command);
      const [os = 'any', arch = 'any'] = options.target.split('/');
      const body = { target: { os, arch }, pipeline: await putFile(client, options.pipeline), profile: await putFile(client, options.profile) };
      printOne(await client.call('bundleBuild', { params: { name, version: wholeNumber('VERSION', 1)(version) }, body }), outputOf(command));
    });
}

export function addDatasets(program: Command): void {
  const noun = program.command('dataset').description('datasets and their versions');
  noun
    .command('ls')
    .description('list datasets')
    .action(async (_o: object, command: Command) => {
      const { datasets: found } = await clientOf(command).call('datasetList', {});
      printRows(
        found.map((d) => ({ ...d, newest: d.versions[0]?.version ?? null, files: d.versions[0]?.files.length ?? 0, bytes: d.versions[0]?.size_bytes ?? 0 })),
        ['name', 'newest', 'files', 'bytes'],
        outputOf(command),
      );
    });
  noun
    .command('show <name>')
    .description('one dataset with its versions')
    .action(async (name: string, _o: object, command: Command) => {
      const { versions } = await clientOf(command).call('datasetShow', { params: { name } });
      printRows(
        versions.map((v) => ({ ...v, created: time(v.created_ms) })),
        ['version', 'files', 'size_bytes', 'created', 'note'],
        outputOf(command),
      );
    });
  noun
    .command('add <name> <folder>')
    .description('make a version from a folder; files that the server has are not sent again')
    .option('--note <text>', 'what is new in it', '')
    .action(async (name: string, folder: string, options: { note: string }, command: Command) => {
      const client = clientOf(command);
      printOne(
        await client.call('datasetCommit', { params: { name }, body: { files: await addFolder(client, folder), note: options.note } }),
        outputOf(command),
      );
    });
}

export function addRuns(program: Command): void {
  program
    .command('experiment')
    .description('experiments')
    .command('ls')
    .description('list experiments')
    .action(async (_o: object, command: Command) =>
      printRows((await clientOf(command).call('experimentList', {})).experiments, ['name', 'runs'], outputOf(command)),
    );
  const noun = program.command('run').description('runs of experiments');
  noun
    .command('ls')
    .description('list runs')
    .option('--experiment <name>', 'of this experiment')
    .action(async (options: { experiment?: string }, command: Command) => {
      const found = (await clientOf(command).call('runList', { query: { experiment: options.experiment } })).runs;
      printRows(
        found.map((r) => ({ ...r, started: time(r.started_ms) })),
        ['id', 'experiment', 'name', 'state', 'started'],
        outputOf(command),
      );
    });
  noun
    .command('show <id>')
    .description('one run')
    .action(async (id: string, _o: object, command: Command) => printOne(await clientOf(command).call('runShow', { params: { id } }), outputOf(command)));
}

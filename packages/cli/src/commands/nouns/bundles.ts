// bundle, release-key: signed installables, and the keys that they are signed by.
import type { Command } from 'commander';
import { failure } from '@holdfast/base';
import type { Client } from '@holdfast/client';
import { getFile, putFile, putText } from '../../blobs.ts';
import { readMonitorConfig } from '../../drift/monitor-config.ts';
import { verifyBundleFile } from '../../bundle-check.ts';
import { printDone, printOne, printRows, time } from '../../output.ts';
import { clientOf, outputOf } from '../../settings.ts';
import { collectLabel, verb, wholeNumber } from '../../verb.ts';

interface BuildOptions {
  readonly pipeline: string;
  readonly profile?: string;
  readonly warmUp?: true;
  readonly monitors?: string;
  readonly target: string;
  readonly file: Record<string, string>;
}

export function addBundles(program: Command): void {
  const noun = program.command('bundle').description('signed installables');
  verb(noun, 'ls <model>', 'the bundles of a model, newest version first', 'bundle ls parts').action(list);
  verb(
    noun,
    'build <model>',
    'build and sign the bundle of a version, from files of this machine',
    'bundle build parts 3 --pipeline pipeline.json --profile profile.json',
  )
    .argument('<version>', 'number of the version', wholeNumber(1))
    .requiredOption('--pipeline <file>', 'the pipeline JSON')
    .option('--profile <file>', 'the reference profile (holdfast model profile makes one)')
    .option('--warm-up', 'no profile: each device makes one of its first 4,000 inferences, which are taken to be well')
    .option('--monitors <config>', 'monitors that run on the device: a configuration as holdfast drift monitor takes it')
    .option('--target <os/arch>', 'platform, such as linux/arm64', 'any/any')
    .option('--file <name=path>', 'one more file, under this name in the bundle; may be given again', collectLabel, {})
    .action(build);
  verb(noun, 'get <digest>', 'download a bundle', 'bundle get DIGEST -o parts.bundle')
    .requiredOption('-o, --output <file>', 'where it is written')
    .action(async (digest: string, { output }: { output: string }, command: Command) => {
      await getFile(clientOf(command), digest, output);
      printDone(`wrote ${output}`, { digest, file: output }, outputOf(command));
    });
  verb(noun, 'verify <file>', 'check a bundle file as a device does, with no server', 'bundle verify parts.bundle --key release-key.txt')
    .requiredOption('--key <key>', 'the public key: a file, or what holdfast release-key ls shows')
    .action(async (file: string, { key }: { key: string }, command: Command) => printOne(await verifyBundleFile(file, key), outputOf(command)));
  const keys = program.command('release-key').description('the public keys that bundles are signed by');
  verb(keys, 'ls', 'list them, newest first', 'release-key ls').action(async (_o: object, command: Command) =>
    printRows((await clientOf(command).call('releaseKeyList', {})).keys, ['keyid', 'public_key'], outputOf(command)),
  );
}

async function list(name: string, _options: object, command: Command): Promise<void> {
  const { versions } = await clientOf(command).call('modelShow', { params: { name } });
  const rows = versions.flatMap(({ version, bundles }) => bundles.map((b) => ({ version, ...b, created: time(b.created_ms) })));
  const shown = rows.map((row) => ({ ...row, platform: `${row.target.os}/${row.target.arch}` }));
  printRows(shown, ['version', 'platform', 'size_bytes', 'created', 'digest'], outputOf(command));
}

async function build(name: string, version: number, options: BuildOptions, command: Command): Promise<void> {
  const { profile: file_of_profile, warmUp } = options;
  if ((file_of_profile === undefined) === (warmUp === undefined))
    throw failure('HF-CLI-008', { saw: warmUp ? 'both' : 'neither', expected: 'one of --profile FILE and --warm-up', help: 'bundle build --help' });
  const client = clientOf(command);
  const [os = 'any', arch = 'any'] = options.target.split('/');
  const files = [];
  for (const [path, file] of Object.entries(options.file)) files.push({ path, digest: await putFile(client, file) });
  if (options.monitors !== undefined) files.push({ path: 'monitors.json', digest: await putMonitors(client, options.monitors) });
  const pipeline = await putFile(client, options.pipeline);
  const profile = file_of_profile === undefined ? {} : { profile: await putFile(client, file_of_profile) };
  const body = { target: { os, arch }, pipeline, ...profile, ...(files.length === 0 ? {} : { files }) };
  printOne(await client.call('bundleBuild', { params: { name, version }, body }), outputOf(command));
}

/** The configuration with all that it names; what of it has no effect is said. */
async function putMonitors(client: Client, config: string): Promise<string> {
  const { plan, notes } = await readMonitorConfig(config);
  for (const note of notes) process.stderr.write(`${note}\n`);
  return putText(client, `${JSON.stringify(plan)}\n`);
}

// dataset: content-addressed snapshots of folders.
import path from 'node:path';
import type { Command } from 'commander';
import { failure } from '@holdfast/base';
import { isSafePath } from '@holdfast/protocol';
import type { DatasetView } from '@holdfast/protocol/rest';
import { addFolder, getFile } from '../../blobs.ts';
import { digestOf } from '../../files.ts';
import { printDone, printOne, printRows, time } from '../../output.ts';
import { clientOf, outputOf } from '../../settings.ts';
import { verb, wholeNumber } from '../../verb.ts';

export function addDatasets(program: Command): void {
  const noun = program.command('dataset').description('datasets and their versions');
  verb(noun, 'ls', 'list datasets', 'dataset ls').action(list);
  verb(noun, 'show <name>', 'one dataset with its versions', 'dataset show parts-train').action(show);
  verb(noun, 'add <name> <folder>', 'make a version from a folder; files that the server has are not sent again', 'dataset add parts-train ./train')
    .option('--note <text>', 'what is new in it', '')
    .action(async (name: string, folder: string, { note }: { note: string }, command: Command) => {
      const client = clientOf(command);
      printOne(await client.call('datasetCommit', { params: { name }, body: { files: await addFolder(client, folder), note } }), outputOf(command));
    });
  verb(
    noun,
    'get <name> <into>',
    'write a version into a folder; a file with other bytes at its place is replaced',
    'dataset get parts-train ./train --version 2',
  )
    .option('--version <n>', 'which version; without it the newest', wholeNumber(1))
    .action(get);
}

async function list(_options: object, command: Command): Promise<void> {
  const { datasets: found } = await clientOf(command).call('datasetList', {});
  const newest = ({ versions }: DatasetView) => ({
    newest: versions[0]?.version ?? null,
    files: versions[0]?.files.length ?? 0,
    bytes: versions[0]?.size_bytes ?? 0,
  });
  printRows(
    found.map((d) => ({ ...d, ...newest(d) })),
    ['name', 'newest', 'files', 'bytes'],
    outputOf(command),
  );
}

async function show(name: string, _options: object, command: Command): Promise<void> {
  const { versions } = await clientOf(command).call('datasetShow', { params: { name } });
  const rows = versions.map((v) => ({ ...v, created: time(v.created_ms) }));
  printRows(rows, ['version', 'files', 'size_bytes', 'created', 'note'], outputOf(command));
}

async function get(name: string, folder: string, options: { version?: number }, command: Command): Promise<void> {
  const client = clientOf(command);
  const { versions } = await client.call('datasetShow', { params: { name } });
  const found = versions.find((v) => options.version === undefined || v.version === options.version);
  if (!found) throw failure('HF-REQ-009', { kind: 'version', name: options.version, of: `dataset ${name}`, see: `dataset show ${name}` });
  let written = 0;
  for (const file of found.files) {
    if (!isSafePath(file.path)) throw failure('HF-DATA-002', { saw: file.path });
    const place = path.join(folder, file.path);
    if (await isThere(place, file.sha256)) continue;
    await getFile(client, file.sha256, place);
    written++;
  }
  const row = { dataset: name, version: found.version, folder, files: found.files.length, written };
  printDone(`version ${found.version} of ${name}: ${found.files.length} files, ${written} written`, row, outputOf(command));
}

/** A file with the right bytes stays; one that is absent, or cannot be read, is written. */
const isThere = async (file: string, digest: string): Promise<boolean> => (await digestOf(file).catch(() => null)) === digest;

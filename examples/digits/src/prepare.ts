// examples/digits: makes the two first datasets from MNIST: `train` (the first 20,000 digits of its training part) and `heldout` (its last 5,000, which
// nothing is trained on). Use: prepare FOLDER [--train N] [--heldout N]. The test part stays for the cameras.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writePair } from './dataset.ts';
import { readMnist, slice } from './mnist.ts';
import { isMain, numberOf, runCommand, UsageError } from './settings.ts';

export async function prepare(folder: string, train: number, heldout: number): Promise<void> {
  const mnist = await readMnist('train');
  const first = slice(mnist, 0, train);
  const last = slice(mnist, mnist.images.length - heldout, mnist.images.length);
  await writePair(join(folder, 'train'), first.images, first.labels);
  await writePair(join(folder, 'heldout'), last.images, last.labels);
}

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], options: { train: { type: 'string' }, heldout: { type: 'string' } }, allowPositionals: true });
  const folder = positionals[0];
  if (folder === undefined) throw new UsageError('no folder is given, expected: prepare FOLDER [--train N] [--heldout N]');
  await prepare(folder, numberOf(values, 'train', 20_000, 1, 50_000), numberOf(values, 'heldout', 5000, 1, 10_000));
  return 0;
}

if (isMain(import.meta.url)) await runCommand(() => main(process.argv.slice(2)));

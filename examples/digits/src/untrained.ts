// examples/digits: writes a model that looks like the others and has learned nothing: what a broken export brings to a fleet.
// Use: untrained FILE [--seed N]
import { parseArgs } from 'node:util';
import { startParameters } from './network.ts';
import { toOnnx } from './onnx.ts';
import { isMain, numberOf, runCommand, UsageError } from './settings.ts';
import { writeWhole } from './train.ts';

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], options: { seed: { type: 'string' } }, allowPositionals: true });
  const file = positionals[0];
  if (file === undefined) throw new UsageError('no file is given, expected: untrained FILE [--seed N]');
  await writeWhole(file, toOnnx(startParameters(numberOf(values, 'seed', 1, 0, 4_294_967_295))));
  return 0;
}

if (isMain(import.meta.url)) await runCommand(() => main(process.argv.slice(2)));

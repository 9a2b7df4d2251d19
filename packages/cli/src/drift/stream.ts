// holdfast drift stream: a detector over numbers from standard input, one a line, without a server: each firing is a line of JSON. Memory is that of the
// detector and of one chunk, however long the stream is; a reader that is slow is waited for.
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import type { Command } from 'commander';
import { failure } from '@holdfast/base';
import { type Detector, type DetectorKind, type GivenParameters, detectorKind, detectors, readParameter } from '@holdfast/stats';
import { fileSize } from '../files.ts';
import { plain } from '../plain-text.ts';
import { collectLabel, verb } from '../verb.ts';
import { type Line, NumberLines } from './number-lines.ts';

const reference_values_max = 1_000_000;

export function addDriftStream(noun: Command): void {
  const says = 'watch numbers from standard input, one a line: prints {"index":…,"kind":"drift"|"warning"} for each firing';
  verb(noun, 'stream <name>', says, 'drift stream adwin --set delta=0.01')
    .option('--set <key=value>', 'a parameter of the detector, or reference=FILE (one number a line); may be given again', collectLabel)
    .addHelpText('after', `\nDetectors, with their parameters and defaults:\n${detectors.map(lineOf).join('\n')}`)
    .action(stream);
}

const lineOf = ({ name, parameters }: DetectorKind): string =>
  `  ${name.padEnd(13)} ${Object.entries(parameters)
    .map(([key, one]) => `${key}=${one.default}`)
    .join(' ')}`;

async function stream(name: string, { set = {} }: { set?: Readonly<Record<string, string>> }): Promise<void> {
  const { reference: file, ...given } = set;
  const kind = detectorKind(name);
  const parameters: GivenParameters = Object.fromEntries(Object.entries(given).map(([key, text]) => [key, readParameter(kind.parameters[key], text)]));
  const detector = kind.open(parameters, file === undefined ? [] : await readReference(file));
  await watch(detector, process.stdin, { out: process.stdout, err: process.stderr });
}

/** The numbers of a file, one a line, in their order. Fails with HF-CLI-009 or HF-CLI-010. */
async function readReference(file: string): Promise<number[]> {
  await fileSize(file);
  const lines = new NumberLines();
  const values: number[] = [];
  const take = ({ line, value, text }: Line): void => {
    const saw =
      value === null ? `${JSON.stringify(text)} on line ${line}` : values.length === reference_values_max ? `more than ${reference_values_max} lines` : null;
    if (saw !== null) throw failure('HF-CLI-010', { file, saw, expected: 'one number a line' });
    values.push(value!);
  };
  for await (const chunk of createReadStream(file, 'utf8')) lines.push(chunk as string).forEach(take);
  lines.end().forEach(take);
  return values;
}

interface Outputs {
  readonly out: NodeJS.WritableStream;
  readonly err: NodeJS.WritableStream;
}

/** Feeds the detector every number of the input. The index counts the numbers from 0; a line that is none is named on `err` and counts for nothing. */
export async function watch(detector: Detector, input: AsyncIterable<Uint8Array | string>, { out, err }: Outputs): Promise<void> {
  const lines = new NumberLines();
  const decoder = new TextDecoder();
  let index = 0;
  const judge = async (found: readonly Line[]): Promise<void> => {
    let [said, wrong] = ['', ''];
    for (const { line, value, text } of found) {
      if (value === null) wrong += `line ${line}: ${plain(JSON.stringify(text))} is no number\n`;
      else said += firingLine(detector.update(value), index++);
    }
    await write(err, wrong);
    await write(out, said);
  };
  for await (const chunk of input) await judge(lines.push(typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })));
  await judge(lines.end());
  if (detector.skipped + detector.clamped > 0)
    await write(err, `${detector.skipped} values were not finite and not read, ${detector.clamped} were beyond 1e100 and read as that\n`);
}

const firingLine = (kind: string | null, index: number): string => (kind === null ? '' : `${JSON.stringify({ index, kind })}\n`);

async function write(stream: NodeJS.WritableStream, text: string): Promise<void> {
  if (text !== '' && !stream.write(text)) await once(stream, 'drain');
}

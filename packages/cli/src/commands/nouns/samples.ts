// sample: images and other inferences that devices kept, and what people say that they show.
import { type Command, Option } from 'commander';
import { failure } from '@holdfast/base';
import { type SampleReason, sample_reasons } from '@holdfast/protocol';
import type { SampleView } from '@holdfast/protocol/rest';
import { readText, writeWhole } from '../../files.ts';
import { printDone, printOne, printSome, time } from '../../output.ts';
import { clientOf, outputOf } from '../../settings.ts';
import { verb, wholeNumber } from '../../verb.ts';

interface ListOptions {
  readonly device?: string;
  readonly model?: string;
  readonly labelled?: boolean;
  readonly unlabelled?: boolean;
  readonly dismissed?: boolean;
  readonly reason?: SampleReason;
  readonly leastConfident?: boolean;
  readonly after?: number;
  readonly limit: number;
}
type Label = { readonly id: number; readonly label: number | null };

const labels_a_request = 10_000;
type Truth = { readonly device: string; readonly reference: number; readonly label: number; readonly at_ms?: number };

export function addSamples(program: Command): void {
  const noun = program.command('sample').description('images and other inferences that devices kept');
  verb(noun, 'ls', 'list samples, oldest first', 'sample ls --model parts --reason quarantine --unlabelled --least-confident')
    .option('--device <id>', 'of this device')
    .option('--model <name>', 'of this model')
    .option('--labelled', 'those with a label only')
    .option('--unlabelled', 'those that wait for a label only')
    .option('--dismissed', 'those of which nobody could tell only')
    .addOption(new Option('--reason <reason>', 'kept for this reason').choices(sample_reasons))
    .option('--least-confident', 'what the model was least sure of first')
    .option('--after <id>', 'after this one', wholeNumber())
    .option('--limit <n>', 'how many', wholeNumber(1, 1000), 100)
    .action(list);
  verb(noun, 'get', 'write a sample as an image (PGM or PPM), or its inputs as CSV where it has none', 'sample get 41 -o sample.pgm')
    .argument('<id>', 'number of the sample', wholeNumber(1))
    .requiredOption('-o, --output <file>', 'where it is written')
    .action(get);
  verb(noun, 'label', 'say what samples really show: one, or every line id,class of a CSV file', 'sample label 41 7')
    .argument('[id]', 'number of the sample', wholeNumber(1))
    .argument('[class]', 'index of the class', wholeNumber(0, 65_535))
    .option('--csv <file>', 'lines of id,class; a first line of words is skipped')
    .action(label);
  verb(noun, 'dismiss', 'nobody can tell what these show: they wait for no label, and come into no dataset', 'sample dismiss 41 42')
    .argument('<id...>', 'numbers of samples', (word: string, before: readonly number[] = []) => [...before, wholeNumber(1)(word)])
    .action(dismiss);
  verb(
    program.command('answer').description('answers of devices, and what is true of them'),
    'label <file>',
    'say what is true of answers, up to 30 days later: lines of device,reference,label and perhaps the time of the inference',
    'answer label truths.csv',
  ).action(tell);
}

/** Truths of answers that are no images: by the app's own number. */
async function tell(file: string, _o: object, command: Command): Promise<void> {
  const truths = readTruths(file, await readText(file));
  const client = clientOf(command);
  let taken = 0;
  for (let at = 0; at < truths.length; at += labels_a_request)
    taken += (await client.call('answerLabel', { body: { labels: truths.slice(at, at + labels_a_request) } })).taken;
  printOne({ taken, given: truths.length }, outputOf(command));
}

async function list({ labelled, unlabelled, leastConfident, ...rest }: ListOptions, command: Command): Promise<void> {
  const order = leastConfident ? ('least_confident' as const) : undefined;
  const query = { ...rest, order, labelled: labelled ? true : unlabelled ? false : undefined };
  const { samples } = await clientOf(command).call('sampleList', { query });
  const rows = samples.map((s) => ({ ...s, at: time(s.at_ms) }));
  printSome(rows, ['id', 'device', 'at', 'predicted', 'confidence', 'label', 'reason'], rest.limit, outputOf(command));
}

async function get(id: number, { output }: { output: string }, command: Command): Promise<void> {
  const client = clientOf(command);
  const sample = (await client.call('sampleList', { query: { after: id - 1, limit: 1 } })).samples[0];
  if (sample?.id !== id) throw failure('HF-REQ-004', { kind: 'sample', name: id });
  if (sample.width === 0) return writeInputs(sample, output, command);
  const pixels = new Uint8Array(await (await client.raw('GET', `/api/v1/samples/${id}/pixels`)).arrayBuffer());
  // Netpbm: P5 is gray, P6 is RGB; both are the pixels as they are, behind a line of text.
  const head = `P${sample.channels === 3 ? 6 : 5}\n${sample.width} ${sample.height}\n255\n`;
  await writeWhole(output, Buffer.concat([Buffer.from(head), pixels]));
  printDone(`wrote ${output}`, { id, file: output, width: sample.width, height: sample.height, channels: sample.channels }, outputOf(command));
}

/** Of a sample without an image: a line an input, behind a line of names. */
async function writeInputs({ id, inputs, inputs_left_out }: SampleView, file: string, command: Command): Promise<void> {
  const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = (inputs ?? []).map(({ name, value }) => `${cell(name)},${value ?? ''}\n`);
  await writeWhole(file, Buffer.from(`name,value\n${lines.join('')}`));
  const left_out = inputs_left_out > 0 ? `; ${inputs_left_out} inputs were left out by the device` : '';
  printDone(`wrote ${file}: it has no image, these are its inputs${left_out}`, { id, file, inputs: lines.length, inputs_left_out }, outputOf(command));
}

async function dismiss(ids: readonly number[], _o: object, command: Command): Promise<void> {
  const { labelled: dismissed } = await clientOf(command).call('sampleLabel', { body: { labels: ids.map((id) => ({ id, label: null })) } });
  printOne({ dismissed, given: ids.length }, outputOf(command));
}

async function label(id: number | undefined, kind: number | undefined, { csv }: { csv?: string }, command: Command): Promise<void> {
  const one = id !== undefined && kind !== undefined ? [{ id, label: kind }] : [];
  if ((one.length === 0) === (csv === undefined) || (csv !== undefined && id !== undefined))
    throw failure('HF-CLI-008', {
      saw: id === undefined ? 'no label' : 'a sample without a class',
      expected: 'ID CLASS, or --csv FILE',
      help: 'sample label --help',
    });
  const labels = csv === undefined ? one : readLabels(csv, await readText(csv));
  const client = clientOf(command);
  let labelled = 0;
  for (let at = 0; at < labels.length; at += labels_a_request)
    labelled += (await client.call('sampleLabel', { body: { labels: labels.slice(at, at + labels_a_request) } })).labelled;
  printOne({ labelled, given: labels.length }, outputOf(command));
}

/** Every line is checked before the first label is sent; a first line of words is skipped. */
function readLines<T>(file: string, text: string, expected: string, read: (line: string) => T | null, isHead: RegExp): T[] {
  const lines = text.split(/\r?\n/).map((line, i) => ({ line, number: i + 1 }));
  const rows = lines.filter(({ line, number }) => line.trim() !== '' && !(number === 1 && isHead.test(line)));
  const found = rows.map(({ line, number }) => {
    const one = read(line);
    if (one === null) throw failure('HF-CLI-010', { file, saw: `${JSON.stringify(line.slice(0, 80))} in line ${number}`, expected });
    return one;
  });
  if (found.length === 0) throw failure('HF-CLI-010', { file, saw: 'no line', expected });
  return found;
}

const readLabels = (file: string, text: string): Label[] => readLines(file, text, 'lines of id,class: two whole numbers', labelOf, /^[^\d]/);

function labelOf(line: string): Label | null {
  const match = /^\s*(\d{1,15})\s*,\s*(\d{1,5})\s*$/.exec(line);
  return match && Number(match[2]) <= 65_535 ? { id: Number(match[1]), label: Number(match[2]) } : null;
}

const readTruths = (file: string, text: string): Truth[] =>
  readLines(file, text, 'lines of device,reference,label, and perhaps a time in milliseconds or ISO 8601', truthOf, /^\s*device\s*,/i);

function truthOf(line: string): Truth | null {
  const [device = '', reference = '', label = '', at = '', ...more] = line.split(',').map((cell) => cell.trim());
  const [number, at_ms] = [Number(label), /^\d+$/.test(at) ? Number(at) : Date.parse(at)];
  if (device === '' || !/^\d{1,10}$/.test(reference) || label === '' || !Number.isFinite(number) || more.length > 0) return null;
  if (at !== '' && !(at_ms > 0)) return null;
  return { device, reference: Number(reference), label: number, ...(at === '' ? {} : { at_ms }) };
}

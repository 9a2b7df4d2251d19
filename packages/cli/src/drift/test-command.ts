// holdfast drift test: one two-sample test, distance or correction a line, standard input to standard output, without a server. Every line gives one line; a
// bad one gives an error and the next goes on.
import { once } from 'node:events';
import { type Command, Argument } from 'commander';
import { HoldfastError, failure } from '@holdfast/base';
import { type RowTest, type TwoSample, adjustments, row_tests, two_sample } from '@holdfast/stats';
import { plainJson } from '../plain-text.ts';
import { verb } from '../verb.ts';
import { type Line, linesOf } from './lines.ts';
import { parsePValues, parseQuestion, parseRowQuestion } from './question.ts';

const line_bytes_max = 256 * 1_048_576; // some ten million numbers a side

const manual = `
Each line of standard input is one JSON object, and each gives one line:
  {"x": [1, 2], "y": [2, 3], "alternative": "two-sided", "method": "auto"}   {"statistic": …, "p_value": …}
  {"reference_counts": [9, 1], "current_counts": [5, 5]}                      {"error": {"code": …, "message": …, "hint": …}}
  {"x": [[1, 2], [3, 4]], "y": [[2, 3], [3, 5]], "seed": 0}                   {"adjusted": […]}
  {"p_values": [0.01, 0.2]}
Samples: ${namesOf('samples')}.
Counts: ${namesOf('counts')}; of fisher and z, hits and misses.
Rows: ${Object.keys(row_tests).join(', ')}. Many p-values: ${Object.keys(adjustments).join(', ')}.
NaN and infinities are the strings "NaN", "Infinity", "-Infinity". NaN is refused; infinities where means or distances count.
A distance has the p_value null. Lines hold up to ${line_bytes_max / 1_048_576} MiB. Values are those of SciPy: docs/reference/drift-test.md.`;

function namesOf(takes: TwoSample['takes']): string {
  return Object.entries(two_sample)
    .filter(([, test]) => test.takes === takes)
    .map(([name]) => name)
    .join(', ');
}

export function addDriftTest(noun: Command): void {
  const command = verb(noun, 'test', 'one two-sample test, distance or correction a line, from standard input', 'drift test ks');
  command
    .addArgument(new Argument('<name>', 'name of the test, distance or correction').choices([...asks.keys()]))
    .addHelpText('after', manual)
    .action((name: string) => answerLines(name, process.stdin, print));
}

/** What a line of the input comes to. */
type Ask = (text: string, line: number) => object;

const asks: ReadonlyMap<string, Ask> = new Map([
  ...Object.entries(two_sample).map(([name, test]): [string, Ask] => [name, (text, line) => askPair(test, text, line)]),
  ...Object.entries(row_tests).map(([name, test]): [string, Ask] => [name, (text, line) => askRows(test, text, line)]),
  ...Object.entries(adjustments).map(([name, adjust]): [string, Ask] => [name, (text, line) => ({ adjusted: adjust(parsePValues(text, line)) })]),
]);

function askPair(test: TwoSample, text: string, line: number): object {
  const { pair, options } = parseQuestion(text, line, test);
  const { statistic, p_value } = test.answer(pair, options);
  return { statistic, p_value };
}

function askRows(test: RowTest, text: string, line: number): object {
  const { x, y, options } = parseRowQuestion(text, line, test);
  const { statistic, p_value } = test.answer(x, y, options);
  return { statistic, p_value };
}

async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

export async function answerLines(
  name: string,
  input: AsyncIterable<Uint8Array>,
  write: (text: string) => Promise<void>,
  limit_bytes: number = line_bytes_max,
): Promise<void> {
  const ask = asks.get(name)!;
  let number = 0;
  for await (const line of linesOf(input, limit_bytes)) await write(`${plainJson(JSON.stringify(answerLine(ask, line, ++number, limit_bytes), asJson))}\n`);
}

function answerLine(ask: Ask, line: Line, number: number, limit_bytes: number): object {
  try {
    if (!('text' in line)) throw failure('HF-CLI-020', { line: number, saw: `${line.size_bytes} bytes`, expected: `at most ${limit_bytes}` });
    return ask(line.text, number);
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return { error: { code: error.code, message: error.message, hint: error.hint } };
  }
}

const asJson = (_key: string, value: unknown): unknown => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value);

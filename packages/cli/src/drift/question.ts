// cli/drift: one line of `holdfast drift test`, read strictly: JSON, the lists that the test takes, and options that it knows. Anything else is refused with
// what was seen and what was expected (HF-CLI-020); an unknown key with the nearest known one.
import { failure, oneOf } from '@holdfast/base';
import { type Options, type Pair, type RowOptions, type RowTest, type TwoSample, row_defaults } from '@holdfast/stats';

export interface Question {
  readonly pair: Pair;
  readonly options: Options;
}

const lists = { samples: ['x', 'y'], counts: ['reference_counts', 'current_counts'] } as const;
const defaults: Options = { alternative: 'two-sided', method: 'auto', correction: true, base: Math.E };
const words = { alternative: ['two-sided', 'less', 'greater'], method: ['auto', 'exact', 'asymptotic'] } as const;
const special: Readonly<Record<string, number>> = { NaN: Number.NaN, Infinity: Number.POSITIVE_INFINITY, '-Infinity': Number.NEGATIVE_INFINITY };

export function parseQuestion(text: string, line: number, { takes, options }: TwoSample): Question {
  const [first, second] = lists[takes];
  const more = ['alternative', 'method', ...options.filter((o) => o === 'correction' || o === 'base')];
  const { given, refuse } = parseObject(text, line, [first, second], more);
  const list = (key: string) => parseNumbers(given[key], key, refuse);
  return { pair: [list(first), list(second)], options: parseOptions(given, options, refuse) };
}

export interface RowQuestion {
  readonly x: readonly number[][];
  readonly y: readonly number[][];
  readonly options: RowOptions;
}

export function parseRowQuestion(text: string, line: number, test: RowTest): RowQuestion {
  const { given, refuse } = parseObject(text, line, ['x', 'y'], test.options);
  const whole = (key: keyof RowOptions, min: number, max: number): number => {
    const value = given[key] ?? row_defaults[key];
    if (!Number.isInteger(value) || !((value as number) >= min && (value as number) <= max))
      throw refuse(`${shown(JSON.stringify(value))} as "${key}"`, `a whole number from ${min} to ${max}`);
    return value as number;
  };
  const options = { seed: whole('seed', 0, 4_294_967_295), permutations: whole('permutations', 1, permutations_max) };
  return { x: parseRows(given['x'], 'x', refuse), y: parseRows(given['y'], 'y', refuse), options };
}

export function parsePValues(text: string, line: number): number[] {
  const { given, refuse } = parseObject(text, line, ['p_values'], []);
  return parseNumbers(given['p_values'], 'p_values', refuse);
}

const permutations_max = 99_999;

type Refuse = (saw: string, expected: string) => Error;
interface Given {
  readonly given: Record<string, unknown>;
  readonly refuse: Refuse;
}

/** The object of a line, which has no key but these. */
function parseObject(text: string, line: number, needed: readonly string[], more: readonly string[]): Given {
  const refuse = (saw: string, expected: string) => failure('HF-CLI-020', { line, saw, expected });
  const shape = `{${needed.map((key) => `"${key}": […]`).join(', ')}}`;
  const given = objectOf(text, (saw) => refuse(saw, `one JSON object such as ${shape}`));
  const known = [...needed, ...more];
  for (const key of Object.keys(given)) if (!known.includes(key)) throw refuse(`the key ${JSON.stringify(key.slice(0, 60))}`, oneOf(key, known));
  return { given, refuse };
}

function objectOf(text: string, refuse: (saw: string) => Error): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse(`no JSON: ${shown(text)}`); // what the parser says of it names a place in a line that may be a megabyte long
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse(shown(text));
  return value as Record<string, unknown>;
}

const shown = (text: string): string => (text.length > 60 ? `${JSON.stringify(text.slice(0, 60))}…` : JSON.stringify(text));

function parseNumbers(value: unknown, key: string, refuse: Refuse): number[] {
  if (!Array.isArray(value)) throw refuse(value === undefined ? `no "${key}"` : `${shown(JSON.stringify(value))} as "${key}"`, 'a list of numbers');
  value.forEach((item: unknown, i) => {
    if (typeof item === 'number') return;
    if (typeof item !== 'string' || !(item in special))
      throw refuse(`${shown(JSON.stringify(item))} at ${key}[${i}]`, 'a number, "NaN", "Infinity" or "-Infinity"');
    value[i] = special[item];
  });
  return value as number[];
}

/** A number stands for a row of one. */
function parseRows(value: unknown, key: string, refuse: Refuse): number[][] {
  if (!Array.isArray(value))
    throw refuse(value === undefined ? `no "${key}"` : `${shown(JSON.stringify(value))} as "${key}"`, 'a list of rows, each a list of numbers');
  return value.map((row: unknown, i) => parseNumbers(Array.isArray(row) ? row : [row], `${key}[${i}]`, refuse));
}

function parseOptions(given: Record<string, unknown>, taken: readonly (keyof Options)[], refuse: Refuse): Options {
  const word = <K extends 'alternative' | 'method'>(key: K): Options[K] => {
    const value = key === 'method' && given[key] === 'asymp' ? 'asymptotic' : (given[key] ?? defaults[key]);
    const known: readonly unknown[] = taken.includes(key) ? words[key] : [defaults[key]];
    if (!known.includes(value)) throw refuse(`${shown(JSON.stringify(value))} as "${key}"`, `one of ${known.join(', ')} for this test`);
    return value as Options[K];
  };
  const { correction = defaults.correction, base = defaults.base } = given;
  if (typeof correction !== 'boolean') throw refuse(`${shown(JSON.stringify(correction))} as "correction"`, 'true or false');
  if (typeof base !== 'number' || !(base > 1)) throw refuse(`${shown(JSON.stringify(base))} as "base"`, 'a number above 1');
  return { alternative: word('alternative'), method: word('method'), correction, base };
}

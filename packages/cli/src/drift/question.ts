// cli/drift: one line of `holdfast drift test`, read strictly: JSON, the two lists that the test takes, and options that it knows. Anything else is
// refused with what was seen and what was expected (HF-CLI-020); an unknown key with the nearest known one.
import { failure, oneOf } from '@holdfast/base';
import type { Options, Pair, TwoSample } from '@holdfast/stats';

export interface Question {
  readonly pair: Pair;
  readonly options: Options;
}

const lists = { samples: ['x', 'y'], counts: ['reference_counts', 'current_counts'] } as const;
const defaults: Options = { alternative: 'two-sided', method: 'auto', correction: true, base: Math.E };
const words = { alternative: ['two-sided', 'less', 'greater'], method: ['auto', 'exact', 'asymptotic'] } as const;
const special: Readonly<Record<string, number>> = { NaN: Number.NaN, Infinity: Number.POSITIVE_INFINITY, '-Infinity': Number.NEGATIVE_INFINITY };

export function parseQuestion(text: string, line: number, { takes, options }: TwoSample): Question {
  const refuse = (saw: string, expected: string) => failure('HF-CLI-020', { line, saw, expected });
  const [first, second] = lists[takes];
  const shape = `{"${first}": […], "${second}": […]}`;
  const given = parseObject(text, (saw) => refuse(saw, `one JSON object such as ${shape}`));
  const known = [first, second, 'alternative', 'method', ...options.filter((o) => o === 'correction' || o === 'base')];
  for (const key of Object.keys(given)) if (!known.includes(key)) throw refuse(`the key ${JSON.stringify(key.slice(0, 60))}`, oneOf(key, known));
  const list = (key: string) => parseNumbers(given[key], key, refuse);
  return { pair: [list(first), list(second)], options: parseOptions(given, options, refuse) };
}

type Refuse = (saw: string, expected: string) => Error;

function parseObject(text: string, refuse: (saw: string) => Error): Record<string, unknown> {
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

// mlflow: reads a request by the description of its fields. What does not fit is refused before anything is stored, in MLflow's words.
import { failure } from '@holdfast/base';
import type { EnumField, Field, Fields, InputOf, ListField, MapField, NumberField, TextField } from './fields.ts';
import { checkRule } from './rules.ts';

export interface ParseSettings {
  /** MLFLOW_TRUNCATE_LONG_VALUES: long values of params and tags are cut, not refused. */
  readonly truncate_long_values: boolean;
}
type Given = Readonly<Record<string, unknown>>;

/** The typed input. Fails with HF-MLF-001 to -005 for the first field that is wrong, in the order of the description. */
export function parseFields<Fs extends Fields>(fields: Fs, given: Given, settings: ParseSettings, at = ''): InputOf<Fs> {
  const names = Object.keys(fields);
  for (const name of names) if (fields[name]!.required && isMissing(find(fields[name]!, name, given))) throw failure('HF-MLF-001', { field: at + name });
  const parsed = names.map((name) => [name, parseField(fields[name]!, find(fields[name]!, name, given), at + name, settings)]);
  return Object.fromEntries(parsed) as InputOf<Fs>;
}

const isMissing = (value: unknown): boolean => value === undefined || value === null || value === '';
const find = (field: Field, name: string, given: Given): unknown => {
  const value = given[name];
  return isMissing(value) && field.alias !== undefined ? given[field.alias] : value;
};

function parseField(field: Field, value: unknown, at: string, settings: ParseSettings): unknown {
  if (value === undefined || value === null) return field.kind === 'list' ? [] : field.kind === 'map' ? {} : 'default' in field ? field.default : undefined;
  switch (field.kind) {
    case 'string':
      return parseText(field, value, at, settings);
    case 'int64':
    case 'double':
      return parseNumber(field, value, at);
    case 'bool':
      return parseBool(value, at);
    case 'enum':
      return parseEnum(field, value, at);
    case 'list':
      return parseList(field, value, at, settings);
    case 'map':
      return parseMap(field, value, at);
    case 'message':
      if (typeof value !== 'object' || Array.isArray(value)) throw wrongType(value, at);
      return parseFields(field.fields, value as Given, settings, `${at}.`);
  }
}

function parseText(field: TextField, value: unknown, at: string, settings: ParseSettings): string {
  if (typeof value !== 'string') throw wrongType(value, at);
  if (value.includes('\0') || !value.isWellFormed())
    throw failure('HF-MLF-003', { saw: shown(value.toWellFormed()), field: at, why: 'it holds a NUL character or half of a surrogate pair' });
  if (field.cut_chars !== undefined && settings.truncate_long_values) return cut(value, field.cut_chars);
  const limit = field.chars_max ?? field.cut_chars;
  if (limit !== undefined && lengthOf(value) > limit) throw failure('HF-MLF-004', { field: `'${at}'`, limit });
  if (field.rule) checkRule(field.rule, value, at, shown(value));
  return value;
}
/** In code points, as Python counts. */
const lengthOf = (value: string): number => (value.length < 200 && !/[\ud800-\udbff]/.test(value) ? value.length : Array.from(value).length);
const cut = (value: string, limit: number): string => (value.length <= limit ? value : Array.from(value).slice(0, limit).join(''));

const specials: Readonly<Record<string, number>> = { nan: Number.NaN, inf: Infinity, infinity: Infinity, '-inf': -Infinity, '-infinity': -Infinity };

/** R sends every scalar as text, and an integer perhaps as "1e+05". */
function parseNumber(field: NumberField, value: unknown, at: string): number {
  const number = toNumber(field.kind, value);
  if (number === null) throw wrongType(value, at);
  if (field.kind === 'int64' && !Number.isSafeInteger(number))
    throw failure('HF-MLF-003', { saw: shown(value), field: at, why: 'expected an integer between -(2^53 - 1) and 2^53 - 1' });
  if (field.min !== undefined && number < field.min)
    throw failure('HF-MLF-005', { saw: shown(value), field: at, why: field.min === 1 ? 'It must be a positive integer' : `It must be at least ${field.min}` });
  if (field.max !== undefined && number > field.max) throw failure('HF-MLF-005', { saw: shown(value), field: at, why: `It must be at most ${field.max}` });
  return number;
}
function toNumber(kind: 'int64' | 'double', value: unknown): number | null {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return kind === 'double' ? Number(value) : null;
  if (typeof value !== 'string') return null;
  if (kind === 'double' && value.toLowerCase() in specials) return specials[value.toLowerCase()]!;
  return /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(value) ? Number(value) : null;
}

function parseBool(value: unknown, at: string): boolean {
  if (typeof value === 'boolean') return value;
  const word = typeof value === 'string' ? value.toLowerCase() : '';
  if (word !== 'true' && word !== 'false') throw wrongType(value, at);
  return word === 'true';
}

function parseEnum(field: EnumField, value: unknown, at: string): string {
  if (typeof value === 'string' && field.names.includes(value)) return value;
  const number = typeof value === 'number' ? value : typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : Number.NaN;
  const name = field.names[number - (field.first ?? 0)];
  if (name === undefined) throw failure('HF-MLF-003', { saw: shown(value), field: at, why: `expected one of ${field.names.join(', ')}` });
  return name;
}

/** In a query a list of one is a plain value. */
function parseList(field: ListField, value: unknown, at: string, settings: ParseSettings): unknown[] {
  const items = Array.isArray(value) ? (value as unknown[]) : field.of.kind === 'message' ? null : [value];
  if (items === null || (typeof value === 'object' && !Array.isArray(value))) throw wrongType(value, at);
  if (field.items_max !== undefined && items.length > field.items_max)
    throw failure('HF-MLF-005', { saw: `of ${items.length} items`, field: at, why: `It must have at most ${field.items_max} items` });
  return items.map((item, i) => {
    if (item === null) throw wrongType(item, `${at}[${i}]`);
    return parseField(field.of, item, `${at}[${i}]`, settings);
  });
}

function parseMap(field: MapField, value: unknown, at: string): Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongType(value, at);
  const pairs = Object.entries(value);
  if (pairs.length > field.keys_max)
    throw failure('HF-MLF-005', { saw: `of ${pairs.length} keys`, field: at, why: `It must have at most ${field.keys_max} keys` });
  const word = (text: unknown, limits: { chars_max?: number; cut_chars?: number }) =>
    parseText({ kind: 'string', ...limits }, text, at, { truncate_long_values: true });
  return Object.fromEntries(pairs.map(([key, one]) => [word(key, { chars_max: field.key_chars_max }), word(one, { cut_chars: field.cut_chars })]));
}

const wrongType = (value: unknown, at: string): Error => failure('HF-MLF-002', { saw: shown(value), field: at, type: pythonType(value) });
/** As `json.dumps` of Python writes it, cut to what a person reads. */
const shown = (value: unknown): string => (JSON.stringify(value) ?? 'null').slice(0, 200).toWellFormed();
function pythonType(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return { string: 'str', boolean: 'bool', object: 'dict' }[typeof value as string] ?? typeof value;
}

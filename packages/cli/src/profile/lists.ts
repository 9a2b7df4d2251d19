// A reference without a model: one JSON object of lists, one a feature, as edge-mlops-monitor reads it: {"temperature": [20.1, 20.4], "site": ["north", null]}.
// A list of numbers is a feature of numbers, of words one of categories, of lists of numbers an embedding. null is a missing value; lists may differ in length.
import { failure } from '@holdfast/base';
import { type ReferenceProfile, buildProfile, project, projection_dimensions } from '@holdfast/stats';
import { readJsonFile } from '../files.ts';
import type { Conditions } from './conditions.ts';
import type { Described } from './described.ts';

const limits = { lists_max: 1_000, values_max: 1_000_000 } as const;

export interface Lists {
  readonly numbers: readonly { readonly name: string; readonly values: readonly number[] }[];
  readonly words: readonly { readonly name: string; readonly words: readonly (string | null)[] }[];
  readonly embeddings: readonly { readonly name: string; readonly rows: readonly (readonly number[])[] }[];
}

type Item = number | string | null | readonly number[];

/** Fails with HF-CLI-010, which names the feature. */
export async function readLists(file: string): Promise<Lists> {
  const value = await readJsonFile(file);
  const bad = (saw: string, expected: string) => failure('HF-CLI-010', { file, saw, expected });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad('no object', '{"feature": [numbers]}');
  const entries = Object.entries(value);
  if (entries.length === 0 || entries.length > limits.lists_max) throw bad(`${entries.length} features`, `1 to ${limits.lists_max}`);
  const kinds = entries.map(([name, list]) => ({ name, items: itemsOf(name, list, bad) }));
  return {
    numbers: kinds.filter(({ items }) => kindOf(items) === 'number').map(({ name, items }) => ({ name, values: items.map(numberOf) })),
    words: kinds.filter(({ items }) => kindOf(items) === 'string').map(({ name, items }) => ({ name, words: items as readonly (string | null)[] })),
    embeddings: kinds
      .filter(({ items }) => kindOf(items) === 'object')
      .map(({ name, items }) => ({ name, rows: items.map((item) => project(vectorOf(item))) })),
  };
}

/** Of a reference that has no file of lists. */
export const no_lists: Lists = { numbers: [], words: [], embeddings: [] };

/** With sounds and embeddings that were read from files of their own. A name stands for one thing: HF-CLI-008. */
export function withDescribed(lists: Lists, { sounds, embeddings }: Described): Lists {
  const listed = [...lists.numbers, ...lists.words, ...lists.embeddings].map(({ name }) => name);
  const again = [...sounds, ...embeddings].map(({ name }) => name).find((name, i, all) => listed.includes(name) || all.indexOf(name) !== i);
  if (again !== undefined)
    throw failure('HF-CLI-008', { saw: `${JSON.stringify(again)} twice`, expected: 'a name for each list, sound and embedding', help: 'model profile --help' });
  const numbers = sounds.flatMap(({ names, rows }) => names.map((name, at) => ({ name, values: rows.map((row) => row[at]!) })));
  return { ...lists, numbers: [...lists.numbers, ...numbers], embeddings: [...lists.embeddings, ...embeddings] };
}

const numberOf = (item: Item): number => (typeof item === 'number' ? item : Number.NaN);
const vectorOf = (item: Item): readonly number[] => (typeof item === 'object' && item !== null ? item : []);

/** What its first value is; a list of nulls alone is a feature of numbers that never came. */
const kindOf = (items: readonly Item[]) => typeof (items.find((item) => item !== null) ?? 0);

function itemsOf(name: string, list: unknown, bad: (saw: string, expected: string) => Error): readonly Item[] {
  if (!Array.isArray(list) || list.length === 0 || list.length > limits.values_max)
    throw bad(`${JSON.stringify(name)}: ${Array.isArray(list) ? `${list.length} values` : 'no list'}`, `a list of 1 to ${limits.values_max} values`);
  const kind = kindOf(list as Item[]);
  const isNumbers = (item: unknown) => Array.isArray(item) && item.every((one) => typeof one === 'number');
  const fits = (item: unknown) => item === null || (typeof item === kind && (kind !== 'object' || isNumbers(item)));
  const wrong = list.findIndex((item) => !fits(item) || !['number', 'string', 'object'].includes(kind));
  if (wrong >= 0)
    throw bad(`${JSON.stringify(name)}[${wrong}]: ${JSON.stringify(list[wrong])?.slice(0, 80)}`, 'numbers, or words, or lists of numbers, or null');
  return list as Item[];
}

/** Features go by the names that the program logs them under, `input.NAME`, unless the reference says `output.` itself. */
const featureName = (name: string): string => (/^(?:input|output|image)\./.test(name) ? name : `input.${name}`);

interface Choices {
  readonly bins?: number;
  readonly is_ordered?: boolean;
  readonly tolerance?: number;
  readonly conditions?: Conditions;
}

export function profileLists(lists: Lists, choices: Choices): ReferenceProfile {
  const { numbers, words, embeddings } = lists;
  const n = Math.max(...numbers.map((one) => one.values.length), ...words.map((one) => one.words.length), ...embeddings.map((one) => one.rows.length));
  const dimensions = Array.from({ length: projection_dimensions }, (_, i) => i);
  const names = [...numbers.map((one) => featureName(one.name)), ...embeddings.flatMap(({ name }) => dimensions.map((i) => `input.${name}.p${i}`))];
  const rowOf = (at: number) => [
    ...numbers.map(({ values }) => values[at] ?? Number.NaN),
    ...embeddings.flatMap(({ rows }) => dimensions.map((i) => rows[at]?.[i] ?? Number.NaN)),
  ];
  const made = buildProfile({
    names,
    values: Array.from({ length: n }, (_, at) => Float64Array.from(rowOf(at))),
    predicted: Array.from({ length: n }, () => -1),
    class_names: [],
    words: words.map((one) => ({ name: featureName(one.name), words: Array.from({ length: n }, (_, at) => one.words[at] ?? null) })),
    embeddings: embeddings.map(({ name }) => name),
    ...choices,
  });
  const own = new Map([
    ...numbers.map(({ name, values }) => [name, nothings(values)] as const),
    ...words.map((one) => [one.name, nothings(one.words)] as const),
  ]);
  const missing = new Map([...own].map(([name, count]) => [featureName(name), count]));
  return { ...made, features: made.features.map((feature) => ({ ...feature, missing: missing.get(feature.name) ?? feature.missing! })) };
}

/** What a list says is missing; where it is shorter than another it says nothing. */
const nothings = (values: readonly (number | string | null)[]): number => values.filter((value) => value === null || Number.isNaN(value)).length;

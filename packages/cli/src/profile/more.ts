// What a reference has beside the inputs of the model: words as categories; texts, sounds and embeddings by what describes them, under the names that the SDKs give.
import type { MoreOfProfile } from '@holdfast/serving';
import { describeText, text_descriptors } from '@holdfast/stats';
import { type Described, checkCount } from './described.ts';

/** An empty cell is a missing value. `described`: sounds and embeddings, one a row of the `count` rows. */
export function moreOf(
  texts: ReadonlyMap<string, readonly string[]>,
  columns: { readonly categories: readonly string[]; readonly described: readonly string[] },
  { sounds, embeddings }: Described,
  count: number,
): MoreOfProfile {
  const words = columns.categories.map((name) => ({ name: `input.${name}`, words: texts.get(name)!.map((cell) => (cell === '' ? null : cell)) }));
  const groups = [...columns.described.map((name) => textGroup(name, texts.get(name)!)), ...sounds, ...embeddings];
  if (groups.length === 0) return { words };
  for (const group of groups) checkCount(group, count);
  const rows = Array.from({ length: count }, (_, i) => groups.flatMap((group) => group.rows[i]!));
  return { words, logged: { names: groups.flatMap((group) => group.names), rows }, embeddings: embeddings.map(({ name }) => name) };
}

const textGroup = (name: string, cells: readonly string[]) => ({ name, names: text_descriptors.map((part) => `${name}.${part}`), rows: cells.map(numbersOf) });

const numbersOf = (cell: string): number[] => (cell === '' ? text_descriptors.map(() => Number.NaN) : describeText(cell));

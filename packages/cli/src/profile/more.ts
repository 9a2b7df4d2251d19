// Columns of a reference that are no inputs of the model: words as categories, texts by what describes them, under the names that the SDKs give.
import type { MoreOfProfile } from '@holdfast/serving';
import { describeText, text_descriptors } from '@holdfast/stats';

/** An empty cell is a missing value. */
export function moreOf(
  texts: ReadonlyMap<string, readonly string[]>,
  columns: { readonly categories: readonly string[]; readonly described: readonly string[] },
): MoreOfProfile {
  const words = columns.categories.map((name) => ({ name: `input.${name}`, words: texts.get(name)!.map((cell) => (cell === '' ? null : cell)) }));
  if (columns.described.length === 0) return { words };
  const names = columns.described.flatMap((name) => text_descriptors.map((part) => `${name}.${part}`));
  const count = texts.get(columns.described[0]!)!.length;
  const rows = Array.from({ length: count }, (_, i) => columns.described.flatMap((name) => numbersOf(texts.get(name)![i]!)));
  return { words, logged: { names, rows } };
}

const numbersOf = (cell: string): number[] => (cell === '' ? text_descriptors.map(() => Number.NaN) : describeText(cell));

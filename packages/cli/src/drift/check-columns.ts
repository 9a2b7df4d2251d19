// cli/drift: two files, column by column: which columns are compared and how they are read, one pass over each, and what comes of it for the report.
import { failure } from '@holdfast/base';
import { type Draft, notComparable } from '@holdfast/stats';
import { plain } from '../plain-text.ts';
import type { CellKind, Cells, TableColumn, TableFile } from '../tables/table.ts';
import { type PairedColumn, pairOf } from './column-pair.ts';

export interface ComparedFiles {
  readonly reference_rows: number;
  readonly current_rows: number;
  readonly drafts: readonly Draft[];
  readonly notes: readonly string[];
}

const readings: Readonly<Record<Exclude<CellKind, 'nested'>, Omit<PairedColumn, 'name'>>> = {
  number: { kind: 'numeric', as: 'number' },
  word: { kind: 'category', as: 'word' },
  text: { kind: 'text', as: 'length' },
  time: { kind: 'time', as: 'time' },
  empty: { kind: 'category', as: 'word' },
};

/** Reads both files once. `names`: these columns only. Fails with HF-CLI-010 where a file has no rows or not the columns. */
export async function compareFiles(
  files: readonly [string, string],
  tables: readonly [TableFile, TableFile],
  names: readonly string[] | null,
): Promise<ComparedFiles> {
  const [reference, current] = tables;
  if (names !== null) tables.forEach((table, i) => checkNames(files[i]!, table, names));
  if (!reference.columns.some(({ name }) => current.columns.some((column) => column.name === name)))
    throw failure('HF-CLI-010', { file: files[1], saw: namesOf(current.columns), expected: `a column of ${files[0]}: ${namesOf(reference.columns)}` });
  const { columns, refused, notes } = plan(reference.columns, current.columns, names);
  const read = await readBoth(files, tables, columns);
  return { ...read, drafts: [...read.drafts, ...refused], notes: [...notes, ...read.notes] };
}

const namesOf = (columns: readonly TableColumn[]): string => {
  const shown = columns.slice(0, 12).map(({ name }) => plain(name));
  return `the columns ${shown.join(', ')}${columns.length > shown.length ? ` and ${columns.length - shown.length} more` : ''}`;
};

function checkNames(file: string, { columns }: TableFile, names: readonly string[]): void {
  const lacks = names.find((name) => !columns.some((column) => column.name === name));
  if (lacks !== undefined) throw failure('HF-CLI-010', { file, saw: `no column ${JSON.stringify(lacks)}`, expected: `one of ${namesOf(columns)}` });
}

function plan(reference: readonly TableColumn[], current: readonly TableColumn[], names: readonly string[] | null) {
  const chosen = reference.filter(({ name }) => names === null || names.includes(name));
  const theirs = new Map(current.map(({ name, kind }) => [name, kind]));
  const columns: PairedColumn[] = [];
  const [refused, notes]: [Draft[], string[]] = [[], []];
  for (const { name, kind } of chosen) {
    const other = theirs.get(name) ?? 'empty';
    const seen = kind === 'empty' ? other : kind;
    if (!theirs.has(name)) notes.push(`The current file has no column ${name}: every value of it is missing.`);
    if (kind === 'nested' || other === 'nested') refused.push(notComparable(name, 'category', 'It holds lists or objects.'));
    else if (!isAlike(seen, other))
      refused.push(notComparable(name, readings[kind].kind, `The reference holds ${plural[kind]}, the current file ${plural[other]}.`));
    else columns.push({ name, ...readings[seen as Exclude<CellKind, 'nested'>] });
  }
  const known = new Set(reference.map(({ name }) => name));
  const strange = names === null ? current.filter(({ name }) => !known.has(name)) : [];
  if (strange.length > 0) notes.push(`Not compared, since the reference has them not: ${namesOf(strange)}.`);
  return { columns, refused, notes };
}

const plural = { number: 'numbers', word: 'words', text: 'texts', time: 'times', empty: 'nothing' } as const;
const isAlike = (a: CellKind, b: CellKind): boolean => a === b || b === 'empty' || [a, b].every((kind) => kind === 'word' || kind === 'text');

async function readBoth(files: readonly [string, string], [reference, current]: readonly [TableFile, TableFile], columns: readonly PairedColumn[]) {
  const pairs = columns.map(pairOf);
  const before = await readSide(files[0], reference, columns, (cells, i) => pairs[i]!.reference(cells));
  const sides = pairs.map((pair) => pair.current());
  const after = await readSide(files[1], current, columns, (cells, i) => sides[i]!.add(cells));
  const there = new Set(current.columns.map(({ name }) => name));
  const drafts = sides.map((side, i) => side.draft(there.has(columns[i]!.name) ? 0 : after.rows));
  const unreadable = columns.flatMap((column, i) => [
    ...unreadableNote(column, 'reference', before.unreadable[i]!),
    ...unreadableNote(column, 'current', after.unreadable[i]!),
  ]);
  return { reference_rows: before.rows, current_rows: after.rows, drafts, notes: unreadable };
}

const unreadableNote = ({ name, as }: PairedColumn, side: string, count: number): string[] =>
  count === 0
    ? []
    : [`${name}: ${count} cells of the ${side} file are no ${as === 'number' ? 'numbers' : as === 'time' ? 'times' : 'texts'}, and count as missing.`];

async function readSide(file: string, table: TableFile, columns: readonly PairedColumn[], use: (cells: Cells, column: number) => void) {
  const unreadable = columns.map(() => 0);
  const rows = await table.read(columns, (batch) => {
    batch.columns.forEach((cells, i) => {
      if (!cells) return;
      use(cells, i);
      if ('numbers' in cells) unreadable[i]! += cells.unreadable;
    });
  });
  if (rows === 0) throw failure('HF-CLI-010', { file, saw: '0 rows', expected: 'at least 1 row' });
  return { rows, unreadable };
}

// Rows of numbers from a CSV file (RFC 4180 without line breaks inside of quotes). The first line names the columns; an empty cell is a missing value.
// Columns that are asked for as texts (labels) are no inputs and stay as they are.
import { failure } from '@holdfast/base';
import { readText } from '../files.ts';

export interface Table {
  readonly inputs: readonly string[];
  readonly rows: readonly Float64Array[];
  /** The cells of each column that was asked for as texts. */
  readonly texts: ReadonlyMap<string, readonly string[]>;
}

const limits = { rows_max: 1_000_000, columns_max: 1_000 } as const;

export async function readTable(file: string, text_columns: readonly string[] = []): Promise<Table> {
  return parseTable(file, await readText(file), text_columns);
}

/** Fails with HF-CLI-010, which names the line. */
export function parseTable(file: string, text: string, text_columns: readonly string[]): Table {
  const bad = (saw: string, expected: string) => failure('HF-CLI-010', { file, saw, expected });
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const columns = cellsOf(lines[0] ?? '');
  if (columns.some((name) => name === '') || new Set(columns).size !== columns.length || columns.length > limits.columns_max)
    throw bad(`the first line ${JSON.stringify(lines[0]?.slice(0, 80) ?? '')}`, `1 to ${limits.columns_max} names of inputs, each once`);
  for (const name of text_columns) if (!columns.includes(name)) throw bad(`no column ${name}`, `one of ${columns.slice(0, 20).join(', ')}`);
  const texts = new Map(text_columns.map((name) => [name, [] as string[]]));
  const rows: Float64Array[] = [];
  for (const [i, line] of lines.entries()) {
    if (i === 0 || line.trim() === '') continue;
    const cells = cellsOf(line);
    if (cells.length !== columns.length) throw bad(`${cells.length} cells in line ${i + 1}`, `${columns.length}, as in the first line`);
    const numbers: number[] = [];
    for (const [at, cell] of cells.entries()) {
      const kept = texts.get(columns[at]!);
      if (kept) kept.push(cell);
      else numbers.push(numberOf(cell, () => bad(`${JSON.stringify(cell)} as ${columns[at]} in line ${i + 1}`, 'a number')));
    }
    rows.push(Float64Array.from(numbers));
  }
  if (rows.length === 0 || rows.length > limits.rows_max) throw bad(`${rows.length} rows`, `1 to ${limits.rows_max}`);
  return { inputs: columns.filter((name) => !texts.has(name)), rows, texts };
}

/** Splits at the commas that stand outside of quotes. */
function cellsOf(line: string): string[] {
  const cells = [''];
  let quoted = false;
  for (const letter of line) {
    if (letter === '"') quoted = !quoted;
    if (letter === ',' && !quoted) cells.push('');
    else cells[cells.length - 1] += letter;
  }
  return cells.map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/s, '$1')
      .replaceAll('""', '"'),
  );
}

function numberOf(cell: string, refuse: () => Error): number {
  if (cell === '' || cell.toLowerCase() === 'nan') return Number.NaN;
  const value = Number(cell);
  if (!Number.isFinite(value)) throw refuse();
  return value;
}

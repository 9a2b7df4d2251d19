// Rows of numbers from a CSV file (RFC 4180 without line breaks inside of quotes). The first line names the inputs; an empty cell is a missing value.
import { failure } from '@holdfast/base';
import { readText } from '../files.ts';

export interface Table {
  readonly inputs: readonly string[];
  readonly rows: readonly Float64Array[];
}

const limits = { rows_max: 1_000_000, columns_max: 1_000 } as const;

export async function readTable(file: string): Promise<Table> {
  return parseTable(file, await readText(file));
}

/** Fails with HF-CLI-010, which names the line. */
export function parseTable(file: string, text: string): Table {
  const bad = (saw: string, expected: string) => failure('HF-CLI-010', { file, saw, expected });
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const inputs = cellsOf(lines[0] ?? '');
  if (inputs.some((name) => name === '') || new Set(inputs).size !== inputs.length || inputs.length > limits.columns_max)
    throw bad(`the first line ${JSON.stringify(lines[0]?.slice(0, 80) ?? '')}`, `1 to ${limits.columns_max} names of inputs, each once`);
  const rows: Float64Array[] = [];
  for (const [i, line] of lines.entries()) {
    if (i === 0 || line.trim() === '') continue;
    const cells = cellsOf(line);
    if (cells.length !== inputs.length) throw bad(`${cells.length} cells in line ${i + 1}`, `${inputs.length}, as in the first line`);
    rows.push(Float64Array.from(cells, (cell, at) => numberOf(cell, () => bad(`${JSON.stringify(cell)} as ${inputs[at]} in line ${i + 1}`, 'a number'))));
  }
  if (rows.length === 0 || rows.length > limits.rows_max) throw bad(`${rows.length} rows`, `1 to ${limits.rows_max}`);
  return { inputs, rows };
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

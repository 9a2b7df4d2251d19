// Rows of numbers from a CSV file. The first line names the columns; an empty cell is a missing value.
// Columns that are asked for as texts (labels) are no inputs and stay as they are.
import { failure } from '@holdfast/base';
import { readBytes } from '../files.ts';
import { plain } from '../plain-text.ts';
import { checkText } from '../tables/check-text.ts';
import { checkCells, namesOf } from '../tables/csv.ts';
import { type CsvRow, CsvRows, cellTexts } from '../tables/csv-rows.ts';

export interface Table {
  readonly inputs: readonly string[];
  readonly rows: readonly Float64Array[];
  /** The cells of each column that was asked for as texts. */
  readonly texts: ReadonlyMap<string, readonly string[]>;
}

const rows_max = 1_000_000;

/** Fails with HF-CLI-010, which names the line. */
export async function readTable(file: string, text_columns: readonly string[] = []): Promise<Table> {
  const bytes = await readBytes(file);
  checkText(file, bytes.subarray(0, 4_096), 'CSV in UTF-8');
  let table: TableRows | null = null;
  const scan = new CsvRows(file, ','.charCodeAt(0), (row) => {
    if (table === null) table = new TableRows(file, namesOf(file, cellTexts(row)), text_columns);
    else table.add(row);
    return true;
  });
  scan.push(bytes);
  scan.end();
  return ((table as TableRows | null) ?? new TableRows(file, namesOf(file, []), [])).table();
}

class TableRows {
  readonly #file: string;
  readonly #columns: readonly string[];
  readonly #rows: Float64Array[] = [];
  readonly #texts: Map<string, string[]>;

  constructor(file: string, columns: readonly string[], text_columns: readonly string[]) {
    this.#file = file;
    this.#columns = columns;
    for (const name of text_columns) if (!columns.includes(name)) throw this.#bad(`no column ${name}`, `one of ${columns.slice(0, 20).map(plain).join(', ')}`);
    this.#texts = new Map(text_columns.map((name) => [name, []]));
  }

  add(row: CsvRow): void {
    checkCells(this.#file, row, this.#columns.length);
    const numbers: number[] = [];
    for (const [at, cell] of cellTexts(row).entries()) {
      const kept = this.#texts.get(this.#columns[at]!);
      if (kept) kept.push(cell);
      else numbers.push(numberOf(cell, () => this.#bad(`${JSON.stringify(cell)} as ${plain(this.#columns[at]!)} in line ${row.line}`, 'a number')));
    }
    if (this.#rows.push(Float64Array.from(numbers)) > rows_max) throw this.#bad(`more than ${rows_max} rows`, `1 to ${rows_max}`);
  }

  table(): Table {
    if (this.#rows.length === 0) throw this.#bad('0 rows', `1 to ${rows_max}`);
    return { inputs: this.#columns.filter((name) => !this.#texts.has(name)), rows: this.#rows, texts: this.#texts };
  }

  #bad(saw: string, expected: string): Error {
    return failure('HF-CLI-010', { file: this.#file, saw, expected });
  }
}

function numberOf(cell: string, refuse: () => Error): number {
  if (cell === '' || cell.toLowerCase() === 'nan') return Number.NaN;
  const value = Number(cell);
  if (!Number.isFinite(value)) throw refuse();
  return value;
}

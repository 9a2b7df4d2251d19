// cli/tables: CSV, separated by commas, semicolons or tabs; the first line names the columns. One pass, in batches; memory is one piece of the file.
import { createReadStream } from 'node:fs';
import { failure } from '@holdfast/base';
import { withFile } from '../files.ts';
import { asNumber, asWord, kindOf } from './cells.ts';
import { plainNumber } from './csv-number.ts';
import { type CsvRow, CsvRows, cellText, cellTexts, separatorOf } from './csv-rows.ts';
import { type Batch, type Cells, type ReadAs, type TableFile, type WantedColumn, table_limits } from './table.ts';

const piece_bytes = 1_048_576;
const semicolon = ';'.charCodeAt(0);

export async function openCsv(file: string): Promise<TableFile> {
  const separator = await separatorIn(file);
  const head: string[][] = [];
  await eachRow(file, separator, (row) => head.push(cellTexts(row).map((text) => withPoint(text, separator))) <= table_limits.head_rows);
  const names = namesOf(file, head.shift() ?? []);
  const columns = names.map((name, i) => ({ name, kind: kindOf(head.map((row) => row[i])) }));
  return { columns, read: (wanted, take) => readRows({ file, separator, names }, wanted, take) };
}

/** The names of the first row. Fails with HF-CLI-010 where they are none. */
export function namesOf(file: string, cells: readonly string[]): string[] {
  const names = cells.map((cell) => cell.replace(/^\uFEFF/, '').replace(/^"(.*)"$/s, '$1'));
  if (names.length > 0 && names.length <= table_limits.columns_max && !names.includes('') && new Set(names).size === names.length) return names;
  const saw = `the first line ${JSON.stringify(cells.join(',').slice(0, 80))}`;
  throw failure('HF-CLI-010', { file, saw, expected: `1 to ${table_limits.columns_max} names of columns, each once` });
}

async function separatorIn(file: string): Promise<number> {
  let head = '';
  await eachPiece(file, (piece) => {
    head = piece.toString('utf8').split('\n')[0] ?? '';
    return false;
  });
  return separatorOf(head);
}

function eachPiece(file: string, use: (piece: Buffer) => boolean): Promise<void> {
  return withFile(file, async () => {
    for await (const piece of createReadStream(file, { highWaterMark: piece_bytes })) if (!use(piece as Buffer)) return;
  });
}

async function eachRow(file: string, separator: number, use: (row: CsvRow) => boolean): Promise<void> {
  let is_enough = false;
  const rows = new CsvRows(file, separator, use);
  await eachPiece(file, (piece) => {
    is_enough = !rows.push(piece);
    return !is_enough;
  });
  if (!is_enough) rows.end();
}

interface Csv {
  readonly file: string;
  readonly separator: number;
  readonly names: readonly string[];
}

async function readRows({ file, separator, names }: Csv, wanted: readonly WantedColumn[], take: (batch: Batch) => void): Promise<number> {
  const columns = wanted.map(({ name, as }) => new CsvColumn(names.indexOf(name), as, separator));
  let [rows, waiting, is_first] = [0, 0, true];
  const give = () => {
    if (waiting > 0) take({ columns: columns.map((column) => (column.cell < 0 ? undefined : column.take(waiting))) });
    rows += waiting;
    waiting = 0;
  };
  await eachRow(file, separator, (row) => {
    if (is_first) {
      is_first = false;
      return true;
    }
    checkCells(file, row, names.length);
    for (const column of columns) if (column.cell >= 0) column.add(row, waiting);
    if (++waiting === table_limits.batch_rows) give();
    return true;
  });
  give();
  return rows;
}

export function checkCells(file: string, { cells, line }: CsvRow, expected: number): void {
  if (cells !== expected) throw failure('HF-CLI-010', { file, saw: `${cells} cells in line ${line}`, expected: `${expected}, as in the first line` });
}

const decimal_comma = /^([+-]?\d*),(\d+)$/;

/** Where semicolons separate, a comma may stand for the decimal point. */
const withPoint = (text: string, separator: number): string => (separator === semicolon ? text.replace(decimal_comma, '$1.$2') : text);

class CsvColumn {
  readonly cell: number;
  readonly #as: ReadAs;
  readonly #separator: number;
  #numbers = new Float64Array(table_limits.batch_rows);
  #words: (string | null)[] = [];
  #unreadable = 0;

  constructor(cell: number, as: ReadAs, separator: number) {
    this.cell = cell;
    this.#as = as;
    this.#separator = separator;
  }

  add(row: CsvRow, at: number): void {
    if (this.#as === 'word') this.#words.push(asWord(this.#text(row)));
    else this.#numbers[at] = this.#number(row);
  }

  #text(row: CsvRow): string {
    return withPoint(cellText(row, this.cell), this.#separator);
  }

  #number(row: CsvRow): number {
    const plain = this.#as === 'number' ? plainNumber(row.bytes, row.from[this.cell]!, row.to[this.cell]!) : Number.NaN;
    if (!Number.isNaN(plain)) return plain;
    const number = asNumber(this.#text(row), this.#as as Exclude<ReadAs, 'word'>);
    if (number === undefined) this.#unreadable++;
    return number ?? Number.NaN;
  }

  /** The cells of the batch; the next one begins. */
  take(rows: number): Cells {
    const [words, unreadable] = [this.#words, this.#unreadable];
    this.#words = [];
    this.#unreadable = 0;
    return this.#as === 'word' ? { words } : { numbers: this.#numbers.subarray(0, rows), unreadable };
  }
}

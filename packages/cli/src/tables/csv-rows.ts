// cli/tables: the rows of a CSV (RFC 4180) as places in the bytes, one pass, whatever pieces the bytes come in. Quotes may hold separators and line breaks.
// A row without a byte is none. Memory is one piece and one row; a row has at most 16 MiB, so a quote that is never closed ends there (HF-CLI-010).
import { failure } from '@holdfast/base';

const row_bytes_max = 16 * 1_048_576;
const [quote, line_feed, carriage_return] = [34, 10, 13];

export interface CsvRow {
  readonly bytes: Buffer;
  readonly cells: number;
  /** Where each cell begins and ends; quotes are inside. */
  readonly from: ArrayLike<number>;
  readonly to: ArrayLike<number>;
  /** The line on which the row ends, from 1. */
  readonly line: number;
}

/** False: enough. */
type Use = (row: CsvRow) => boolean;

export class CsvRows {
  readonly #file: string;
  readonly #separator: number;
  readonly #use: Use;
  readonly #from = new Uint32Array(1_025);
  readonly #to = new Uint32Array(1_025);
  #rest: Buffer = Buffer.alloc(0);
  #line = 1;

  constructor(file: string, separator: number, use: Use) {
    this.#file = file;
    this.#separator = separator;
    this.#use = use;
  }

  /** False where the user has enough. */
  push(chunk: Buffer): boolean {
    return this.#scan(this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]), false);
  }

  end(): void {
    if (this.#rest.length > 0) this.#scan(this.#rest, true);
  }

  #scan(bytes: Buffer, is_last: boolean): boolean {
    let row_at = 0;
    while (row_at < bytes.length) {
      const next = this.#row(bytes, row_at, is_last);
      if (next === 0) break;
      if (next < 0) return false;
      row_at = next;
    }
    this.#rest = bytes.subarray(row_at);
    if (this.#rest.length > row_bytes_max) throw this.#bad(`a row without an end behind line ${this.#line}`, `rows of at most ${row_bytes_max} bytes`);
    return true;
  }

  #bad(saw: string, expected: string): Error {
    return failure('HF-CLI-010', { file: this.#file, saw, expected });
  }

  /** Where the next row begins; 0 where this one is not whole yet, -1 where the user has enough. */
  #row(bytes: Buffer, start: number, is_last: boolean): number {
    const separator = this.#separator;
    let [at, cells, cell_at, lines] = [start, 0, start, 0];
    for (; ; at++) {
      const byte = at < bytes.length ? bytes[at]! : is_last ? line_feed : -1;
      if (byte === -1) return 0;
      if (byte === quote && at === cell_at) {
        const close = closingQuote(bytes, at, is_last);
        if (close < 0 && !is_last) return 0;
        if (close < 0) throw this.#bad(`a quote that is not closed in line ${this.#line + lines}`, 'two quotes around a cell');
        lines += linesIn(bytes, at, close);
        at = close;
      } else if (byte === separator || byte === line_feed) {
        if (cells < this.#from.length) {
          this.#from[cells] = cell_at;
          this.#to[cells] = byte === line_feed && at > cell_at && bytes[at - 1] === carriage_return ? at - 1 : at;
        }
        cells++;
        cell_at = at + 1;
        if (byte === line_feed) break;
      }
    }
    const empty = cells === 1 && this.#to[0] === this.#from[0];
    const line = this.#line + lines;
    this.#line = line + 1;
    return empty || this.#use({ bytes, cells, from: this.#from, to: this.#to, line }) ? at + 1 : -1;
  }
}

/** The quote that closes the one at `at`: two in a row are one that stands for itself. -1 where it is not there yet. */
function closingQuote(bytes: Buffer, at: number, is_last: boolean): number {
  for (let i = at + 1; i < bytes.length; i++) {
    if (bytes[i] !== quote) continue;
    if (bytes[i + 1] !== quote) return i === bytes.length - 1 && !is_last ? -1 : i;
    i++;
  }
  return -1;
}

function linesIn(bytes: Buffer, from: number, to: number): number {
  let lines = 0;
  for (let i = bytes.indexOf(line_feed, from); i >= 0 && i < to; i = bytes.indexOf(line_feed, i + 1)) lines++;
  return lines;
}

/** The text of a cell, without its quotes and the spaces around it. */
export function cellText({ bytes, from, to }: CsvRow, cell: number): string {
  const text = bytes.toString('utf8', from[cell], to[cell]).trim();
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
}

export const cellTexts = (row: CsvRow): string[] => Array.from({ length: row.cells }, (_, i) => cellText(row, i));

/** Of comma, semicolon and tab the one that the first line has most of. */
export function separatorOf(first_line: string): number {
  const count = (letter: string) => first_line.split(letter).length;
  return [',', ';', '\t'].reduce((best, letter) => (count(letter) > count(best) ? letter : best)).charCodeAt(0);
}

// cli/tables: what a cell is: which words are missing values, what is a number or a time, and what kind of column its first cells make.
// A column of strings is one of texts where most of them differ: more than 50 distinct ones, and more than half of the cells.
import type { CellKind, ReadAs } from './table.ts';

const missing_words = new Set(['', 'nan', 'null', 'na', 'n/a', 'none', '-', '?']);
const iso_time = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/;

export const isMissing = (text: string): boolean => text.length <= 4 && missing_words.has(text.trim().toLowerCase());

/** Milliseconds since 1970; NaN where it is no time of ISO 8601. Without a zone it is UTC, so that the same file says the same everywhere. */
export function timeOf(text: string): number {
  const match = iso_time.exec(text.trim());
  if (!match) return Number.NaN;
  const [, day, time, zone = 'Z'] = match;
  return Date.parse(time === undefined ? day! : `${day}T${time}${zone}`);
}

const infinite = /^[+-]?inf(?:inity)?$/i;
const plain_number = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i;

/** The number in this text; infinities are numbers, though missing ones by every count; undefined where there is none. */
export function numberOf(text: string): number | undefined {
  if (plain_number.test(text)) return Number(text);
  if (!infinite.test(text.trim())) return undefined;
  return text.trim().startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

export function kindOf(cells: readonly unknown[]): CellKind {
  const there = cells.filter((cell) => cell !== null && cell !== undefined && !(typeof cell === 'string' && isMissing(cell)) && !Number.isNaN(cell));
  if (there.length === 0) return 'empty';
  if (there.some((cell) => typeof cell === 'object' && !(cell instanceof Date))) return 'nested';
  if (there.every((cell) => cell instanceof Date || (typeof cell === 'string' && !Number.isNaN(timeOf(cell))))) return 'time';
  if (there.every((cell) => typeof cell === 'number' || typeof cell === 'bigint' || (typeof cell === 'string' && numberOf(cell) !== undefined)))
    return 'number';
  const distinct = new Set(there.map(String)).size;
  return distinct > 50 && distinct > there.length / 2 ? 'text' : 'word';
}

/** A cell of any kind as a number; undefined where it is of another kind. */
export function asNumber(cell: unknown, as: Exclude<ReadAs, 'word'>): number | undefined {
  if (cell === null || cell === undefined) return Number.NaN;
  if (as === 'length') return typeof cell === 'string' ? (isMissing(cell) ? Number.NaN : cell.length) : undefined;
  if (cell instanceof Date) return as === 'time' ? cell.getTime() : undefined;
  if (typeof cell === 'number') return cell;
  if (typeof cell === 'bigint') return Number(cell);
  if (typeof cell !== 'string') return undefined;
  if (isMissing(cell)) return Number.NaN;
  if (as === 'number') return numberOf(cell);
  const time = timeOf(cell);
  return Number.isNaN(time) ? undefined : time;
}

const truth = /^(?:true|false)$/i;

/** Truth is one word however it is written: Python's `True` in a CSV is JSON's `true`. */
export function asWord(cell: unknown): string | null {
  if (cell === null || cell === undefined || Number.isNaN(cell)) return null;
  const text = typeof cell === 'string' ? cell : cell instanceof Date ? cell.toISOString() : String(cell);
  if (isMissing(text)) return null;
  return text.length <= 5 && truth.test(text) ? text.toLowerCase() : text;
}

// What a command prints: rows for people, or JSON for programs. Data goes to stdout, talk to stderr. No control character of
// what is printed reaches the terminal.
import { failure } from '@holdfast/base';
import { plain, plainJson, plainLines } from './plain-text.ts';

export interface Output {
  readonly json: boolean;
  /** The fields that were asked for; empty for all. */
  readonly fields: readonly string[];
  readonly command: string;
}

export type Row = Readonly<Record<string, unknown>>;

const printJson = (value: unknown): void => void process.stdout.write(`${plainJson(JSON.stringify(value, null, 2))}\n`);

/** Prints rows as a table of the given columns, or as a JSON array. An unknown field lists the known ones (HF-CLI-001). */
export function printRows(rows: readonly Row[], columns: readonly string[], output: Output): void {
  if (output.json) return printJson(rows.map((row) => pick(row, output)));
  if (rows.length === 0) return say('nothing to show');
  const cells = [columns.map((c) => c.toUpperCase()), ...rows.map((row) => columns.map((c) => plain(show(row[c]))))];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i]!.length)));
  for (const line of cells) process.stdout.write(`${joinCells(line, widths)}\n`);
}

const joinCells = (line: readonly string[], widths: readonly number[]): string =>
  line
    .map((cell, i) => cell.padEnd(widths[i]!))
    .join('  ')
    .trimEnd();

/** The rows of a list that the server cuts at a limit: where it was met, that is said. */
export function printSome(rows: readonly Row[], columns: readonly string[], limit: number, output: Output): void {
  printRows(rows, columns, output);
  if (rows.length >= limit) say(`the first ${limit}; see more with --limit`);
}

/** Prints one thing: a line a field, or a JSON object. */
export function printOne(row: Row, output: Output): void {
  if (output.json) return printJson(pick(row, output));
  const width = Math.max(...Object.keys(row).map((key) => key.length));
  for (const [key, value] of Object.entries(row)) process.stdout.write(`${key.padEnd(width)}  ${plainLines(show(value))}\n`);
}

/** A change that leaves nothing to show: a sentence, or a JSON object. */
export function printDone(sentence: string, row: Row, output: Output): void {
  if (output.json) return printOne(row, output);
  say(sentence);
}

function pick(row: Row, { fields, command }: Output): Row {
  if (fields.length === 0) return row;
  const unknown = fields.find((f) => !(f in row));
  if (unknown !== undefined) throw failure('HF-CLI-001', { saw: unknown, expected: Object.keys(row).join(', '), command });
  return Object.fromEntries(fields.map((f) => [f, row[f]]));
}

function show(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (Array.isArray(value)) return value.length === 0 ? '-' : value.every((v) => typeof v !== 'object') ? value.join(',') : `${value.length}`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Milliseconds since 1970 as `2026-11-21 10:41:18`, UTC. */
export const time = (ms: number | null | undefined): string | null =>
  ms === null || ms === undefined ? null : new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

export function say(text: string): void {
  process.stderr.write(`${plainLines(text)}\n`);
}

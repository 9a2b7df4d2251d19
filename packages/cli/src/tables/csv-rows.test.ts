import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainNumber } from './csv-number.ts';
import { CsvRows, cellTexts } from './csv-rows.ts';

/** The rows of a text that arrives in pieces of so many bytes, with the line on which each ends. */
function rowsOf(text: string, piece: number): { cells: string[]; line: number }[] {
  const rows: { cells: string[]; line: number }[] = [];
  const scan = new CsvRows('x.csv', ','.charCodeAt(0), (row) => rows.push({ cells: cellTexts(row), line: row.line }) > 0);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += piece) scan.push(bytes.subarray(at, at + piece));
  scan.end();
  return rows;
}
const written = (cells: readonly string[]): string => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',');

describe('rows of a CSV', () => {
  it('come out as they went in, with quotes, separators and line breaks, in pieces of any size', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', '\n', '7'), maxLength: 6 }).map((text) => text.trim());
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 20 }), (rows, piece) => {
        expect(rowsOf(rows.map(written).join('\r\n'), piece).map(({ cells }) => cells)).toEqual(rows);
      }),
      { numRuns: 300 },
    );
  });

  it('know the line on which they end, and an empty line is none', () => {
    expect(rowsOf('a,b\n\n"1\n2",3\r\n4,\n', 3)).toEqual([
      { cells: ['a', 'b'], line: 1 },
      { cells: ['1\n2', '3'], line: 4 },
      { cells: ['4', ''], line: 5 },
    ]);
  });
});

describe('a number in bytes', () => {
  it('is the one that JavaScript reads, or is left to it', () => {
    const texts = fc.oneof(
      fc.double({ noNaN: true }).map(String),
      fc.integer().map(String),
      fc.tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.integer({ min: 0, max: 1e6 })).map(([a, b]) => `${a}.${b}`),
      fc.string({ unit: fc.constantFrom('1', '0', '.', '-', '+', 'e', ' '), maxLength: 6 }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const bytes = Buffer.from(`,${text},`);
        const value = plainNumber(bytes, 1, bytes.length - 1);
        if (!Number.isNaN(value)) expect(value).toBe(Number(text));
      }),
      { numRuns: 2_000 },
    );
    for (const [text, value] of [['12', 12], ['-0.5', -0.5], ['.25', 0.25], ['007', 7]] as const) expect(plainNumber(Buffer.from(text), 0, text.length)).toBe(value); // prettier-ignore
  });
});

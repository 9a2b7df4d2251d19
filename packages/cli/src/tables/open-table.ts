// cli/tables: a file of rows, whatever its format: its columns, what is in each, and its rows in one pass, in batches of columns. Nothing is kept of a batch.
// Formats by content, not by name: Parquet begins with PAR1, JSON lines with "{", and other text is read as CSV. A name that
// ends in .parquet promises Parquet, and what is no text is refused by what it is.
import { open } from 'node:fs/promises';
import { failure } from '@holdfast/base';
import { fileSize, withFile } from '../files.ts';
import { startOf } from '../start-of.ts';
import { checkText } from './check-text.ts';
import { openCsv } from './csv.ts';
import { openJsonLines } from './json-lines.ts';
import { openParquet } from './parquet.ts';
import type { TableFile } from './table.ts';

const is_parquet = /\.parquet$/i;

export async function openTable(file: string): Promise<TableFile> {
  const size = await fileSize(file);
  const first = await firstBytes(file);
  if (first.toString('latin1', 0, 4) === 'PAR1') return openParquet(file, size);
  if (is_parquet.test(file)) throw failure('HF-CLI-010', { file, saw: startOf(first), expected: 'a Parquet file, which begins with PAR1' });
  checkText(file, first, 'CSV or JSON lines in UTF-8, or Parquet');
  const letter = first
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart()[0];
  if (letter === '[') throw failure('HF-CLI-010', { file, saw: 'a list of JSON', expected: 'JSON lines, one object a line; or CSV, or Parquet' });
  return letter === '{' ? openJsonLines(file) : openCsv(file);
}

function firstBytes(file: string): Promise<Buffer> {
  return withFile(file, async () => {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(4_096), 0, 4_096, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  });
}

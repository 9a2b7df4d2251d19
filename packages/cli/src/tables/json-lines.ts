// cli/tables: JSON lines: one object a line; its keys are the columns. A key that the first 1,000 lines do not have is no column of the file.
import { createReadStream } from 'node:fs';
import { failure } from '@holdfast/base';
import { type Line, linesOf } from '../drift/lines.ts';
import { withFile } from '../files.ts';
import { cellsAs } from './batches.ts';
import { kindOf } from './cells.ts';
import { type Batch, type TableFile, type WantedColumn, table_limits } from './table.ts';

const line_bytes_max = 16 * 1_048_576;
type Row = Readonly<Record<string, unknown>>;

export async function openJsonLines(file: string): Promise<TableFile> {
  const head: Row[] = [];
  await eachRow(file, (row) => head.push(row) < table_limits.head_rows);
  const names = [...new Set(head.flatMap((row) => Object.keys(row)))];
  if (names.length === 0 || names.length > table_limits.columns_max)
    throw failure('HF-CLI-010', { file, saw: `${names.length} keys`, expected: `objects of 1 to ${table_limits.columns_max} keys, one a line` });
  return { columns: names.map((name) => ({ name, kind: kindOf(head.map((row) => row[name])) })), read: (wanted, take) => readRows(file, wanted, take) };
}

async function readRows(file: string, wanted: readonly WantedColumn[], take: (batch: Batch) => void): Promise<number> {
  let [rows, waiting]: [number, Row[]] = [0, []];
  const give = () => {
    const columns = wanted.map(({ name, as }) =>
      cellsAs(
        waiting.map((row) => row[name]),
        as,
      ),
    );
    take({ columns });
    rows += waiting.length;
    waiting = [];
  };
  await eachRow(file, (row) => {
    if (waiting.push(row) === table_limits.batch_rows) give();
    return true;
  });
  give();
  return rows;
}

/** Calls with each row until it says false. Empty lines are none. Fails with HF-CLI-010, which names the line. */
function eachRow(file: string, use: (row: Row) => boolean): Promise<void> {
  return withFile(file, async () => {
    let number = 0;
    const stream = createReadStream(file, { highWaterMark: 1_048_576 });
    for await (const line of linesOf(stream as AsyncIterable<Uint8Array>, line_bytes_max)) {
      number++;
      if ('text' in line && line.text.trim() === '') continue;
      if (!use(rowOf(line, (saw) => failure('HF-CLI-010', { file, saw: `${saw} in line ${number}`, expected: 'one JSON object' })))) break;
    }
  });
}

function rowOf(line: Line, bad: (saw: string) => Error): Row {
  if (!('text' in line)) throw bad(`${line.size_bytes} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(line.text.replace(/^\uFEFF/, ''));
  } catch {
    throw bad(JSON.stringify(line.text.slice(0, 60))); // what the parser says of it names a place in a line that may be megabytes long
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(JSON.stringify(line.text.slice(0, 60)));
  return value as Row;
}

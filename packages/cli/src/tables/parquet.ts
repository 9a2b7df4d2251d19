// cli/tables: Parquet, by hyparquet: column after column, a row group at a time, so memory is that of the largest column of a row group. A scan keeps what it
// read last of each column: each column has one of its own.
// Kinds are those of the schema; strings are words or texts by the first row group. Lists, maps and groups are not compared.
import { open } from 'node:fs/promises';
import { failure } from '@holdfast/base';
import { type AsyncBuffer, type FileMetaData, type ParquetScan, type SchemaTree, parquetScan, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { withFile } from '../files.ts';
import { cellsAs } from './batches.ts';
import { kindOf } from './cells.ts';
import { type Batch, type CellKind, type TableColumn, type TableFile, type WantedColumn, table_limits } from './table.ts';

export async function openParquet(file: string, size_bytes: number): Promise<TableFile> {
  const columns = await withBuffer(file, size_bytes, async (buffer) => {
    const { metadata } = await parquetScan({ file: buffer, compressors });
    const found: TableColumn[] = [];
    for (const child of parquetSchema(metadata).children)
      found.push({ name: child.element.name, kind: await kindOfColumn(await scanOf(buffer, metadata, child.element.name), child) });
    return found;
  });
  if (columns.length > table_limits.columns_max)
    throw failure('HF-CLI-010', { file, saw: `${columns.length} columns`, expected: `at most ${table_limits.columns_max}` });
  const there = new Set(columns.map(({ name }) => name));
  return { columns, read: (wanted, take) => withBuffer(file, size_bytes, (buffer) => readColumns(buffer, wanted, there, take)) };
}

const scanOf = (file: AsyncBuffer, metadata: FileMetaData, column: string): Promise<ParquetScan> =>
  parquetScan({ file, metadata, compressors, columns: [column], useOffsetIndex: false });

/** What hyparquet cannot read is HF-CLI-010 with its reason. */
function withBuffer<T>(file: string, size_bytes: number, use: (buffer: AsyncBuffer) => Promise<T>): Promise<T> {
  return withFile(file, async () => {
    const handle = await open(file);
    try {
      const buffer: AsyncBuffer = {
        byteLength: size_bytes,
        slice: async (start, end = size_bytes) => {
          const bytes = new Uint8Array(end - start);
          await handle.read(bytes, 0, bytes.length, start);
          return bytes.buffer;
        },
      };
      return await use(buffer);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== undefined) throw cause; // of the file system, or ours
      throw failure('HF-CLI-010', { file, saw: `the start of one, and then ${stumbledOver(cause as Error)}`, expected: 'a whole Parquet file' }, cause);
    } finally {
      await handle.close();
    }
  });
}

/** Where bytes are not what the file says of them, the reader fails in its own words, which tell nobody anything. */
const stumbledOver = (cause: Error): string => (cause instanceof RangeError || cause instanceof TypeError ? 'bytes that are damaged or cut' : cause.message);

async function kindOfColumn(scan: ParquetScan, { element, children }: SchemaTree): Promise<CellKind> {
  if (children.length > 0 || element.repetition_type === 'REPEATED') return 'nested';
  if (element.type === 'BOOLEAN') return 'word';
  const first = scan.ranges[0];
  if (!first) return 'empty';
  const rowEnd = Math.min(first.rowEnd, first.rowStart + table_limits.head_rows);
  return kindOf(Array.from(await scan.readColumn({ column: element.name, rowStart: first.rowStart, rowEnd }), textOfBytes));
}

const textOfBytes = (cell: unknown): unknown => (cell instanceof Uint8Array ? Buffer.from(cell).toString('utf8') : cell);

async function readColumns(file: AsyncBuffer, wanted: readonly WantedColumn[], there: ReadonlySet<string>, take: (batch: Batch) => void): Promise<number> {
  const { metadata } = await parquetScan({ file, compressors });
  for (const [i, { name, as }] of wanted.entries()) {
    if (!there.has(name)) continue;
    const scan = await scanOf(file, metadata, name);
    for (const { rowStart, rowEnd } of scan.ranges) {
      const cells = await scan.readColumn({ column: name, rowStart, rowEnd });
      take({ columns: wanted.map((_, at) => (at === i ? cellsAs(as === 'number' ? cells : Array.from(cells, textOfBytes), as) : undefined)) });
    }
  }
  return Number(metadata.num_rows);
}

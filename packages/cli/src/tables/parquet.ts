// cli/tables: Parquet, by hyparquet: one row group and one column at a time, so memory is that of the largest column of a row group.
// Kinds are those of the schema; strings are words or texts by the first row group. Lists, maps and groups are not compared.
import { open } from 'node:fs/promises';
import { failure } from '@holdfast/base';
import { type AsyncBuffer, type ParquetScan, type SchemaTree, parquetScan, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { withFile } from '../files.ts';
import { cellsAs } from './batches.ts';
import { kindOf } from './cells.ts';
import { type Batch, type CellKind, type TableColumn, type TableFile, type WantedColumn, table_limits } from './table.ts';

type Columns = readonly TableColumn[];

export async function openParquet(file: string, size_bytes: number): Promise<TableFile> {
  const columns = await withScan(file, size_bytes, async (scan) => {
    const found: TableColumn[] = [];
    for (const child of parquetSchema(scan.metadata).children) found.push({ name: child.element.name, kind: await kindOfColumn(scan, child) });
    return found;
  });
  if (columns.length > table_limits.columns_max)
    throw failure('HF-CLI-010', { file, saw: `${columns.length} columns`, expected: `at most ${table_limits.columns_max}` });
  return { columns, read: (wanted, take) => withScan(file, size_bytes, (scan) => readGroups(scan, wanted, take, columns)) };
}

/** What hyparquet cannot read is HF-CLI-010 with its reason. */
function withScan<T>(file: string, size_bytes: number, use: (scan: ParquetScan) => Promise<T>): Promise<T> {
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
      return await use(await parquetScan({ file: buffer, compressors, useOffsetIndex: false }));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== undefined) throw cause; // of the file system, or ours
      throw failure('HF-CLI-010', { file, saw: (cause as Error).message, expected: 'a Parquet file' }, cause);
    } finally {
      await handle.close();
    }
  });
}

async function kindOfColumn(scan: ParquetScan, { element, children }: SchemaTree): Promise<CellKind> {
  if (children.length > 0 || element.repetition_type === 'REPEATED') return 'nested';
  if (element.type === 'BOOLEAN') return 'word';
  const first = scan.ranges[0];
  if (!first) return 'empty';
  const rowEnd = Math.min(first.rowEnd, first.rowStart + table_limits.head_rows);
  return kindOf(Array.from(await scan.readColumn({ column: element.name, rowStart: first.rowStart, rowEnd }), textOfBytes));
}

const textOfBytes = (cell: unknown): unknown => (cell instanceof Uint8Array ? Buffer.from(cell).toString('utf8') : cell);

async function readGroups(scan: ParquetScan, wanted: readonly WantedColumn[], take: (batch: Batch) => void, known: Columns): Promise<number> {
  const there = new Set(known.map(({ name }) => name));
  let rows = 0;
  for (const { rowStart, rowEnd } of scan.ranges) {
    for (const [i, { name, as }] of wanted.entries()) {
      if (!there.has(name)) continue;
      const cells = await scan.readColumn({ column: name, rowStart, rowEnd });
      const columns: Batch['columns'] = wanted.map((_, at) => (at === i ? cellsAs(as === 'number' ? cells : Array.from(cells, textOfBytes), as) : undefined));
      take({ columns });
    }
    rows += rowEnd - rowStart;
  }
  return rows;
}

// cli/tables: what a file of rows is to its readers and to its users: columns with a kind, and cells in batches.

/** What is in a column, by its schema or its first rows. `empty`: nothing but missing values; `nested`: lists or objects, which are not compared. */
export type CellKind = 'number' | 'word' | 'text' | 'time' | 'empty' | 'nested';

export interface TableColumn {
  readonly name: string;
  readonly kind: CellKind;
}

/** How a column is to be read: as numbers (also times, in milliseconds, and lengths of texts), or as words. */
export type ReadAs = 'number' | 'time' | 'length' | 'word';

export interface WantedColumn {
  readonly name: string;
  readonly as: ReadAs;
}

/** NaN is a missing number, null a missing word. `unreadable` of them were there, but not of the kind that was asked for. */
export type Cells = { readonly numbers: Float64Array; readonly unreadable: number } | { readonly words: readonly (string | null)[] };

/** Cells in the order in which their columns are wanted; a batch may hold some of the columns only (undefined elsewhere). */
export interface Batch {
  readonly columns: readonly (Cells | undefined)[];
}

export interface TableFile {
  readonly columns: readonly TableColumn[];
  /** Every row once; resolves with their number. */
  read(wanted: readonly WantedColumn[], take: (batch: Batch) => void): Promise<number>;
}

export const table_limits = { columns_max: 1_000, head_rows: 1_000, batch_rows: 8_192 } as const;

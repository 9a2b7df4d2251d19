// registry: what is written about models and versions, and what a search for them asks.
import type { Comparator, Compared, Place, Sight } from '@holdfast/postgres';

export interface Pair {
  readonly key: string;
  readonly value: string;
}
/** MLflow's stages: older than aliases, and still in use. */
export const stages = ['None', 'Staging', 'Production', 'Archived'] as const;
export type ModelStage = (typeof stages)[number];

/** What a search can ask and order by. */
export const model_columns = ['name', 'creation_timestamp', 'last_updated_timestamp'] as const;
export const version_columns = [...model_columns, 'version_number', 'run_id', 'source_path'] as const;
export type ModelColumn = (typeof model_columns)[number];
export type VersionColumn = (typeof version_columns)[number];

/** A condition on a column, or on the tag `key`. */
export interface RecordCondition<C extends string = string> {
  readonly column?: C | undefined;
  readonly key: string;
  readonly comparator: Comparator;
  readonly value: Compared;
  /** What has no such tag fits as well. */
  readonly or_missing?: boolean | undefined;
}
export interface RecordSearch<C extends string> {
  readonly conditions: readonly RecordCondition<C>[];
  readonly order: readonly { readonly column: C; readonly ascending: boolean }[];
  readonly limit: number;
  readonly after?: Place | undefined;
  /** What is shown of it all; absent: everything. */
  readonly sight?: Sight | null | undefined;
}

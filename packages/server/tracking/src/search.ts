// tracking: what a search asks for, whatever protocol it came by: conditions that all hold, an order, and the place to go on at.
import type { Comparator, Compared, Place, Sight } from '@holdfast/postgres';
import type { View } from './types.ts';

export type Entity = 'attribute' | 'metric' | 'param' | 'tag' | 'dataset' | 'metadata' | 'span';

/** A NaN in a metric fits no comparator but `!=`. */
export interface Condition {
  readonly entity: Entity;
  readonly key: string;
  readonly comparator: Comparator;
  readonly value: Compared;
}
export interface OrderKey {
  readonly entity: Entity;
  readonly key: string;
  readonly ascending: boolean;
}
export interface Search {
  readonly view: View;
  readonly conditions: readonly Condition[];
  readonly order: readonly OrderKey[];
  readonly limit: number;
  readonly after?: Place | undefined;
  /** What is shown of it all; absent: everything. Of runs and logged models their experiments are chosen before. */
  readonly sight?: Sight | null | undefined;
}

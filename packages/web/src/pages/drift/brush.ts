// web/drift: what is brushed in a strip of windows: a range of it, and its counts and counters added up. Pure.
import { type Counter, addCounts } from '@holdfast/stats';
import type { DriftWindows } from './queries.ts';

export interface Range {
  /** Indices into the windows; both are in it. */
  readonly first: number;
  readonly last: number;
}

/** The range that two ids name, in either order; what is not among the windows any more is the end of the strip. No id: all windows. */
export function rangeOf(windows: DriftWindows['windows'], from: string, to: string): Range {
  const at = (id: string, otherwise: number) => {
    const found = windows.findIndex((window) => String(window.id) === id);
    return found < 0 ? otherwise : found;
  };
  const ends = [at(from, 0), at(to, windows.length - 1)];
  return { first: Math.min(...ends), last: Math.max(...ends) };
}

/** The counts of all windows of the range. */
export function countsIn({ windows, reference }: Pick<DriftWindows, 'windows' | 'reference'>, { first, last }: Range): number[] {
  const none = reference.counts.map(() => 0);
  return windows.slice(first, last + 1).reduce<number[]>((sum, window) => addCounts(sum, window.counts), none);
}

/** What the windows of the range counted beside the bins: of those that tell it; null where none does. */
export function countersIn({ windows, counters }: Pick<DriftWindows, 'windows' | 'counters'>, { first, last }: Range): Counter[] {
  const counted = windows.slice(first, last + 1).flatMap((window) => window.counted);
  return counters.map(({ kind, reference }) => {
    const told = counted.filter((one) => one.kind === kind);
    const sum = (pick: (one: (typeof told)[number]) => number) => told.reduce((all, one) => all + pick(one), 0);
    return { kind, reference, current: told.length === 0 ? null : { count: sum(({ count }) => count), of: sum(({ of }) => of) } };
  });
}

/** The window under a place of the strip, 0 to 1 over its width. */
export const windowAt = (share: number, windows: number): number => Math.min(windows - 1, Math.max(0, Math.floor(share * windows)));

// stats: what is counted of a feature beside its bins, on both sides: values that are missing, of these the infinite ones, values outside of what the reference
// ever had, and words that it never had. The range and the words are those of the reference, so of its own rows none is outside or new.
// What nobody counted is null, never 0: windows of older agents do not tell it, and a profile does not tell which of its missing values were infinite.
import type { ReferenceFeature, ReferenceProfile } from './profile.ts';
import { sumOf } from './reading.ts';

export type CounterKind = 'missing' | 'infinite' | 'out_of_range' | 'new_category';

export interface Counted {
  readonly count: number;
  /** Of so many inferences or rows. */
  readonly of: number;
}

export interface Counter {
  readonly kind: CounterKind;
  readonly reference: Counted | null;
  readonly current: Counted | null;
}

/** What a window, or many together, counted of a feature. */
export interface CountedFeature {
  readonly counts: readonly number[];
  readonly infinite?: number | undefined;
  readonly out_of_range?: number | undefined;
}

/** `part`: absent where the window lacks the feature. `told`: the inferences whose windows count what is infinite or out of range. */
export function featureCounters(
  { n }: Pick<ReferenceProfile, 'n'>,
  feature: Pick<ReferenceFeature, 'counts' | 'missing' | 'categories'>,
  part: CountedFeature | undefined,
  inferences: number,
  told: number = part?.infinite === undefined ? 0 : inferences,
): Counter[] {
  const missing = feature.missing ?? Math.max(0, n - sumOf(feature.counts));
  const telling = (count: number | undefined): Counted | null => (part && told > 0 ? { count: count ?? 0, of: told } : null);
  const absent = missingCounter({ count: missing, of: n }, { count: Math.max(0, inferences - sumOf(part?.counts ?? [])), of: inferences });
  if (feature.categories) return [absent, { kind: 'new_category', reference: newIn(feature.counts, n), current: part ? newIn(part.counts, inferences) : null }];
  return [
    absent,
    { kind: 'infinite', reference: missing === 0 ? { count: 0, of: n } : null, current: telling(part?.infinite) },
    { kind: 'out_of_range', reference: { count: 0, of: n }, current: telling(part?.out_of_range) },
  ];
}

export const missingCounter = (reference: Counted, current: Counted): Counter => ({ kind: 'missing', reference, current });

/** The last bin of words is that of what the reference never had. */
const newIn = (counts: readonly number[], of: number): Counted => ({ count: counts.at(-1) ?? 0, of });

export const countedShare = (side: Counted | null): number | null => (side === null || side.of === 0 ? null : side.count / side.of);

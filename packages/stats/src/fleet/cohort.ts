// stats/fleet: where a drift is: which fact about devices is over-represented among the drifted ones ("31 of 33 drifted devices run firmware 2.3").
// Formula: were the drifted devices drawn from all that are watched without regard to the fact, those with it would be hypergeometric; p is the upper tail (Fisher's
// exact test), times the number of facts that differ between devices (C. E. Bonferroni). The lift is the share among the drifted over that among all.
// A fact that all devices have tells nothing. Fewer than three drifted devices, or none at or below 1 %: null. Of facts that go together exactly, the first by name.
// Devices are counted by whoever knows them. Complexity: O(facts).
import { fisherGreater } from '../tests/fisher.ts';

/** What is known of a device: `model version` -> `3`, `label firmware` -> `2.3`. */
export type DeviceFacts = Readonly<Record<string, string>>;

export interface Cohort {
  readonly fact: string;
  readonly value: string;
  readonly drifted_with: number;
  readonly drifted: number;
  readonly watched_with: number;
  readonly watched: number;
  readonly lift: number;
  /** Corrected for the facts that were looked at. */
  readonly p_value: number;
}

/** Of a fact that drifted devices have. */
export interface FactCount {
  readonly fact: string;
  readonly value: string;
  readonly drifted_with: number;
  readonly watched_with: number;
}

export interface CohortCounts {
  readonly drifted: number;
  readonly watched: number;
  /** Facts that some of the watched devices have, and not all. */
  readonly differing: number;
  readonly facts: readonly FactCount[];
}

const drifted_min = 3;
const p_max = 0.01;

/** The drifted devices are some of those that are watched. */
export function cohortOf({ drifted, watched, differing, facts }: CohortCounts): Cohort | null {
  if (drifted < drifted_min) return null;
  const found = facts
    .filter(({ drifted_with, watched_with }) => watched_with >= drifted_with && watched_with < watched)
    .map((one) => describe({ ...one, drifted, watched }, differing));
  const [first] = found.sort((a, b) => a.p_value - b.p_value || b.lift - a.lift || (nameOf(a) < nameOf(b) ? -1 : 1));
  return first && first.p_value <= p_max ? first : null;
}

const nameOf = ({ fact, value }: FactCount): string => `${fact}\n${value}`;

function describe({ fact, value, drifted_with, drifted, watched_with, watched }: Omit<Cohort, 'lift' | 'p_value'>, facts: number): Cohort {
  const others = { hits: watched_with - drifted_with, n: watched - drifted };
  const p_value = Math.min(1, facts * fisherGreater(others, { hits: drifted_with, n: drifted }));
  return { fact, value, drifted_with, drifted, watched_with, watched, lift: drifted_with / drifted / (watched_with / watched), p_value };
}

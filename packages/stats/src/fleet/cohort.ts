// stats/fleet: where a drift is: which fact about devices is over-represented among the drifted ones ("31 of 33 drifted devices run firmware 2.3").
// Formula: were the drifted devices drawn from all that are watched without regard to the fact, those with it would be hypergeometric; p is the upper tail (Fisher's
// exact test), times the number of facts that differ between devices (C. E. Bonferroni). The lift is the share among the drifted over that among all.
// A fact that all devices have tells nothing. Fewer than three drifted devices, or none at or below 1 %: null. Of facts that go together exactly, the first by name.
// Complexity: O(devices * facts).
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

const drifted_min = 3;
const p_max = 0.01;

/** `drifted` are some of `watched`. */
export function cohortOf(drifted: readonly DeviceFacts[], watched: readonly DeviceFacts[]): Cohort | null {
  if (drifted.length < drifted_min) return null;
  const all = countFacts(watched);
  const differing = [...all.values()].filter(({ devices }) => devices < watched.length);
  const among = countFacts(drifted);
  const found = [...among].flatMap(([key, { fact, value, devices }]) => {
    const watched_with = all.get(key)?.devices ?? 0;
    if (watched_with < devices || watched_with === watched.length) return [];
    return [describe({ fact, value, drifted_with: devices, drifted: drifted.length, watched_with, watched: watched.length }, differing.length)];
  });
  const [first] = found.sort((a, b) => a.p_value - b.p_value || b.lift - a.lift || (a.fact < b.fact ? -1 : 1));
  return first && first.p_value <= p_max ? first : null;
}

function describe(counts: Omit<Cohort, 'lift' | 'p_value'>, facts: number): Cohort {
  const { drifted_with, drifted, watched_with, watched } = counts;
  const others = { hits: watched_with - drifted_with, n: watched - drifted };
  const p_value = Math.min(1, facts * fisherGreater(others, { hits: drifted_with, n: drifted }));
  return { ...counts, lift: drifted_with / drifted / (watched_with / watched), p_value };
}

function countFacts(devices: readonly DeviceFacts[]): Map<string, { fact: string; value: string; devices: number }> {
  const counts = new Map<string, { fact: string; value: string; devices: number }>();
  for (const facts of devices)
    for (const [fact, value] of Object.entries(facts)) {
      const key = `${fact}\n${value}`;
      counts.set(key, { fact, value, devices: (counts.get(key)?.devices ?? 0) + 1 });
    }
  return counts;
}

// stats/fleet: the evidence that a feature has changed on devices of a cohort (those with firmware 2.3, or the whole fleet), from the e-values of its devices, and
// which cohorts have changed, by e-BH over cohorts x features. So a change that many devices show a little is found before any of them shows it alone.
// Formula: the mean, over shares p of 1/20 to 1, of the product over the devices of (1 - p + p e): a bet that about so many of them have changed. The strongest
// device is left out, which can only make it less: one device alone is no cohort. Where the devices do not depend on each other, factors have an expectation of
// at most 1, so the product has, at every time, and their mean as well. Fewer than three devices: no cohort. NaN is no evidence.
// What all devices share is told once, as the fleet. Complexity: O(devices * facts * features).
// Source: V. Vovk, R. Wang, "E-values: calibration, combination and applications", Annals of Statistics 49(3), 2021, section 4 (arXiv:1912.06116).
import type { DeviceFacts } from './cohort.ts';
import { discoveryThreshold } from './discoveries.ts';
import { logSum } from './log-numbers.ts';

/** log e of the streams of a device, beside their names. */
export interface WatchedDevice {
  readonly facts: DeviceFacts;
  readonly names: readonly string[];
  readonly log_e: ArrayLike<number>;
}

export interface CohortEvidence {
  readonly fact: string;
  readonly value: string;
  readonly feature: string;
  /** Devices of the cohort that have the feature. */
  readonly devices: number;
  readonly log_e: number;
  /** Of the shares that are bet on, the one that fits best. */
  readonly share: number;
}

/** Of so many, those that were taken: a limit is met where these are fewer. */
export interface Taken {
  readonly taken: number;
  readonly of: number;
}

/** Where features have changed; the largest cohorts are looked at, and the features that have changed with most evidence are located. */
export interface LocatedChanges {
  readonly found: readonly CohortEvidence[];
  readonly cohorts: Taken;
  readonly features: Taken;
}

/** The fact that every device has. */
export const whole_fleet = { fact: 'fleet', value: 'all devices' } as const;
const devices_min = 3;
/** Of more, the largest. */
const cohorts_max = 500;

const shares = [0.05, 0.1, 0.25, 0.5, 0.75, 1] as const;
const share_count = shares.length;
/** From here on e stands for itself: 1 - p beside it is lost in the last bit, and exp(log e) would not fit. */
const log_e_large = 600;

/** log(1 - p + p e) for each share p, written into `to` from `at` on. */
function writeFactors(log_e: number, to: Float64Array, at: number): void {
  const known = Number.isNaN(log_e) ? Number.NEGATIVE_INFINITY : log_e;
  const e = Math.exp(known);
  for (let i = 0; i < share_count; i++) {
    const p = shares[i]!;
    to[at + i] = p === 1 ? known : known > log_e_large ? Math.log(p) + known : Math.log1p(p * (e - 1));
  }
}

/** The sums of a cohort, in every feature of the fleet. */
class CohortSum {
  readonly fact: string;
  readonly value: string;
  readonly #devices: Uint32Array;
  /** Without the strongest device of each feature, whose factors are kept apart. */
  readonly #sums: Float64Array;
  readonly #strongest: Float64Array;
  readonly #left_out: Float64Array;

  constructor(fact: string, value: string, features: number) {
    [this.fact, this.value] = [fact, value];
    this.#devices = new Uint32Array(features);
    this.#sums = new Float64Array(features * share_count);
    this.#strongest = new Float64Array(features).fill(Number.NEGATIVE_INFINITY);
    this.#left_out = new Float64Array(features * share_count);
  }

  /** `factors` are those of the device's streams, one after the other; `at` says which feature each is. */
  add(log_e: ArrayLike<number>, factors: Float64Array, at: Uint32Array): void {
    for (let stream = 0; stream < at.length; stream++) {
      const feature = at[stream]!;
      const anew = this.#devices[feature]! < 1 || log_e[stream]! > this.#strongest[feature]!;
      if (anew) this.#strongest[feature] = Number.isNaN(log_e[stream]!) ? Number.NEGATIVE_INFINITY : log_e[stream]!;
      this.#devices[feature]! += 1;
      const [from, to] = [stream * share_count, feature * share_count];
      for (let i = 0; i < share_count; i++) {
        const added = anew ? this.#left_out[to + i]! : factors[from + i]!;
        if (anew) this.#left_out[to + i] = factors[from + i]!;
        this.#sums[to + i]! += added;
      }
    }
  }

  evidence(features: readonly string[]): CohortEvidence[] {
    return features.flatMap((feature, i) => {
      const devices = this.#devices[i]!;
      if (devices < devices_min) return [];
      const sums = this.#sums.subarray(i * share_count, (i + 1) * share_count);
      const share = shares[sums.indexOf(Math.max(...sums))] ?? 1;
      return [{ fact: this.fact, value: this.value, feature, devices, log_e: logSum(sums) - Math.log(share_count), share }];
    });
  }
}

/** log e of devices together. */
export function evidenceOfDevices(log_e: readonly number[]): number {
  const devices = log_e.map((one) => ({ facts: {}, names: ['feature'], log_e: [one] }));
  return evidenceByCohort(devices).all[0]?.log_e ?? 0;
}

/** The evidence of every cohort in every feature; the whole fleet comes first. */
function evidenceByCohort(devices: readonly WatchedDevice[]): { readonly all: CohortEvidence[]; readonly taken: Taken } {
  const [features, placesOf] = featuresOf(devices);
  const { cohorts, of } = cohortsOf(devices, features.length);
  const fleet = new CohortSum(whole_fleet.fact, whole_fleet.value, features.length);
  let factors = new Float64Array(features.length * share_count);
  for (const { facts, names, log_e } of devices) {
    const places = placesOf(names);
    if (factors.length < places.length * share_count) factors = new Float64Array(places.length * share_count);
    for (let stream = 0; stream < places.length; stream++) writeFactors(log_e[stream]!, factors, stream * share_count);
    fleet.add(log_e, factors, places);
    for (const [fact, value] of Object.entries(facts)) cohorts.get(`${fact}\n${value}`)?.add(log_e, factors, places);
  }
  return { all: [fleet, ...cohorts.values()].flatMap((cohort) => cohort.evidence(features)), taken: { taken: cohorts.size + 1, of: of + 1 } };
}

/** All names, and the places of a device's names among them; devices of one profile have the same. */
function featuresOf(devices: readonly WatchedDevice[]): [string[], (names: readonly string[]) => Uint32Array] {
  const place = new Map<string, number>();
  const known = new Map<readonly string[], Uint32Array>();
  for (const { names } of devices) {
    if (known.has(names)) continue;
    known.set(
      names,
      Uint32Array.from(names, (name) => place.get(name) ?? (place.set(name, place.size), place.size - 1)),
    );
  }
  return [[...place.keys()], (names) => known.get(names)!];
}

/** Of the facts that some devices have, and not all. */
function cohortsOf(devices: readonly WatchedDevice[], features: number): { readonly cohorts: ReadonlyMap<string, CohortSum>; readonly of: number } {
  const counts = new Map<string, { fact: string; value: string; devices: number }>();
  for (const { facts } of devices)
    for (const [fact, value] of Object.entries(facts)) {
      const key = `${fact}\n${value}`;
      const known = counts.get(key);
      if (known) known.devices += 1;
      else counts.set(key, { fact, value, devices: 1 });
    }
  const some = [...counts].filter(([, one]) => one.devices >= devices_min && one.devices < devices.length);
  some.sort(([, a], [, b]) => b.devices - a.devices);
  const largest = some.slice(0, cohorts_max - 1);
  return { cohorts: new Map(largest.map(([key, { fact, value }]) => [key, new CohortSum(fact, value, features)])), of: some.length };
}

/**
 * Where the changes are, by e-BH over cohorts and features: an expected share of at most alpha of those that it finds has not changed. Of each feature the strongest of these cohorts whose devices have mostly changed, or the strongest of all where none has; then
 * those that would be found without its devices, and so on. So sites are none where the firmware is.
 */
export function locateChanges(devices: readonly WatchedDevice[], alpha: number): LocatedChanges {
  const { all, taken: cohorts } = evidenceByCohort(devices);
  const needed = discoveryThreshold(
    all.map((one) => one.log_e),
    alpha,
  );
  const changed = all.filter((one) => one.log_e >= needed).sort((a, b) => b.log_e - a.log_e);
  const features = [...new Set(changed.map((one) => one.feature))];
  const located = features.slice(0, features_located_max);
  const found = located.flatMap((feature) => locate(devices, feature, needed)).sort((a, b) => b.log_e - a.log_e);
  return { found, cohorts, features: { taken: located.length, of: features.length } };
}

function locate(devices: readonly WatchedDevice[], feature: string, needed: number): CohortEvidence[] {
  const found: CohortEvidence[] = [];
  const names_of_one = [feature];
  let left = devices.flatMap(({ facts, names, log_e }) => {
    const at = names.indexOf(feature);
    return at < 0 ? [] : [{ facts, names: names_of_one, log_e: [log_e[at]!] }];
  });
  for (;;) {
    const cohorts = evidenceByCohort(left).all.slice(found.length === 0 ? 0 : 1); // what is left is not the whole fleet
    const changed = cohorts.filter((one) => one.log_e >= needed);
    const strongest = strongestOf(changed.filter((one) => one.share >= mostly)) ?? strongestOf(changed);
    if (!strongest) return found;
    found.push(strongest);
    left = strongest.fact === whole_fleet.fact ? [] : left.filter(({ facts }) => facts[strongest.fact] !== strongest.value);
  }
}

/** Each is looked at by itself. */
const features_located_max = 20;
const mostly = 0.75;
const strongestOf = (some: readonly CohortEvidence[]) =>
  some.reduce<CohortEvidence | null>((best, one) => (best && best.log_e >= one.log_e ? best : one), null);

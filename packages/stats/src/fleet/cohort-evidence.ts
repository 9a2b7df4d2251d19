// stats/fleet: the evidence that a feature has changed on devices of a cohort (those with firmware 2.3, or the whole fleet), from the e-values of its devices, and
// which cohorts have changed, by e-BH over cohorts x features. So a change that many devices show a little is found before any of them shows it alone.
// Formula: the mean, over shares p of 1/20 to 1, of the product over the devices of (1 - p + p e): a bet that about so many of them have changed. The strongest
// device is left out, which can only make it less: one device alone is no cohort. Where the devices do not depend on each other, factors have an expectation of
// at most 1, so the product has, at every time, and their mean as well. Fewer than three devices: no cohort. NaN is no evidence.
// What all devices share is told once, as the fleet. Complexity: O(devices * facts * features).
// Source: V. Vovk, R. Wang, "E-values: calibration, combination and applications", Annals of Statistics 49(3), 2021, section 4 (arXiv:1912.06116).
import type { DeviceFacts } from './cohort.ts';
import { discoveryThreshold } from './discoveries.ts';
import { logAdd, logSum } from './log-numbers.ts';

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

/** The fact that every device has. */
export const whole_fleet = { fact: 'fleet', value: 'all devices' } as const;
const devices_min = 3;
/** Of more, the largest. */
const cohorts_max = 500;

const shares = [0.05, 0.1, 0.25, 0.5, 0.75, 1] as const;
const log_shares = shares.map((share) => ({ changed: Math.log(share), as_it_was: Math.log1p(-share) }));

/** log of the factor of a device, for each share. */
const factorsOf = (log_e: number): number[] =>
  log_shares.map(({ changed, as_it_was }) => logAdd(as_it_was, changed + (Number.isNaN(log_e) ? Number.NEGATIVE_INFINITY : log_e)));

/** log e of a cohort, from log e of its devices. */
export function evidenceOfDevices(log_e: readonly number[]): number {
  const sum = new FeatureSum();
  for (const one of log_e) sum.add(one, factorsOf(one));
  return sum.logE();
}

class FeatureSum {
  devices = 0;
  #strongest = Number.NEGATIVE_INFINITY;
  #left_out: readonly number[] | null = null;
  /** Without the strongest device. */
  readonly #sums = new Float64Array(shares.length);

  add(log_e: number, factors: readonly number[]): void {
    this.devices += 1;
    const anew = this.#left_out === null || log_e > this.#strongest;
    const added = anew ? this.#left_out : factors;
    if (anew) [this.#strongest, this.#left_out] = [Number.isNaN(log_e) ? Number.NEGATIVE_INFINITY : log_e, factors];
    if (added) for (let i = 0; i < shares.length; i++) this.#sums[i]! += added[i]!;
  }
  logE(): number {
    return logSum(this.#sums) - Math.log(shares.length);
  }
  share(): number {
    return shares[this.#sums.indexOf(Math.max(...this.#sums))]!;
  }
}

/** The evidence of every cohort in every feature. */
export const evidenceByCohort = (devices: readonly WatchedDevice[]): CohortEvidence[] => membersOf(devices).flatMap(evidenceOfCohort);

function evidenceOfCohort({ fact, value, devices }: Members): CohortEvidence[] {
  const features = new Map<string, FeatureSum>();
  for (const { names, factors, log_e } of devices)
    for (const [i, name] of names.entries()) {
      const sum = features.get(name) ?? new FeatureSum();
      features.set(name, sum);
      sum.add(log_e[i]!, factors[i]!);
    }
  return [...features]
    .filter(([, sum]) => sum.devices >= devices_min)
    .map(([feature, sum]) => ({ fact, value, feature, devices: sum.devices, log_e: sum.logE(), share: sum.share() }));
}

type Counted = WatchedDevice & { readonly factors: readonly (readonly number[])[] };
interface Members {
  readonly fact: string;
  readonly value: string;
  readonly devices: Counted[];
}

function membersOf(devices: readonly WatchedDevice[]): Members[] {
  const all = devices.map((device) => ({ ...device, factors: Array.from(device.log_e, factorsOf) }));
  const cohorts = new Map<string, Members>();
  for (const device of all)
    for (const [fact, value] of Object.entries(device.facts)) {
      const key = `${fact}\n${value}`;
      const members = cohorts.get(key) ?? { fact, value, devices: [] };
      cohorts.set(key, members);
      members.devices.push(device);
    }
  const parts = [...cohorts.values()].filter((one) => one.devices.length >= devices_min && one.devices.length < all.length);
  return [{ ...whole_fleet, devices: all }, ...parts.sort((a, b) => b.devices.length - a.devices.length).slice(0, cohorts_max - 1)];
}

/** The cohorts and features that have changed: an expected share of at most alpha of them has not. */
export function changedCohorts(devices: readonly WatchedDevice[], alpha: number): CohortEvidence[] {
  const all = evidenceByCohort(devices);
  const needed = neededOf(all, alpha);
  return all.filter((one) => one.log_e >= needed);
}

/**
 * Where the changes are: of each feature the strongest of these cohorts whose devices have mostly changed, or the strongest of all where none has; then
 * those that would be found without its devices, and so on. So sites are none where the firmware is.
 */
export function locateChanges(devices: readonly WatchedDevice[], alpha: number): CohortEvidence[] {
  const all = evidenceByCohort(devices);
  const needed = neededOf(all, alpha);
  const features = new Set(all.filter((one) => one.log_e >= needed).map((one) => one.feature));
  return [...features].flatMap((feature) => locate(devices, feature, needed)).sort((a, b) => b.log_e - a.log_e);
}

const neededOf = (all: readonly CohortEvidence[], alpha: number): number =>
  discoveryThreshold(
    all.map((one) => one.log_e),
    alpha,
  );

function locate(devices: readonly WatchedDevice[], feature: string, needed: number): CohortEvidence[] {
  const found: CohortEvidence[] = [];
  let left = devices.flatMap(({ facts, names, log_e }) => {
    const at = names.indexOf(feature);
    return at < 0 ? [] : [{ facts, names: [feature], log_e: [log_e[at]!] }];
  });
  for (;;) {
    const changed = evidenceByCohort(left).filter((one) => one.log_e >= needed);
    const strongest = strongestOf(changed.filter((one) => one.share >= mostly)) ?? strongestOf(changed);
    if (!strongest) return found;
    found.push(strongest);
    left = strongest.fact === whole_fleet.fact ? [] : left.filter(({ facts }) => facts[strongest.fact] !== strongest.value);
  }
}

const mostly = 0.75;
const strongestOf = (some: readonly CohortEvidence[]) =>
  some.reduce<CohortEvidence | null>((best, one) => (best && best.log_e >= one.log_e ? best : one), null);

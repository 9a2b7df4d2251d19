// stats: the drift rule: a whole window against its profile. A drifted feature needs both: evidence (Holm's adjusted p at or below alpha, over all
// tests of the window) and an effect above a tolerance; with evidence alone, a large enough window would find everything drifted.
// Two things can be wrong with a feature: its values are distributed otherwise, or they are missing more often. A feature that the window lacks is
// missing in all its inferences. What cannot be compared, such as values of which the reference has none, is said to be so, never clean. Complexity:
// O(features * bins).
import type { ReferenceProfile } from './profile.ts';
import { type Reading, missingOf, readClasses, readFeature, readMissing, shareOf, sumOf } from './reading.ts';
import type { Share } from './tests/fisher.ts';
import { holm } from './tests/holm.ts';

export interface DriftRule {
  /** Chance of one or more false suspects in a window without drift (see alarmBudget). */
  readonly alpha: number;
  /** Smallest effect that matters: Kolmogorov-Smirnov distance of a feature, how much more often it is missing, total variation of the classes. */
  readonly distance_min: number;
}

/** What is wrong: other values, values that are missing, or counts on other bins than the profile's. */
export type Fault = 'distribution' | 'missing' | 'not_comparable';

export interface WindowReading extends Reading {
  /** Name of the feature; the class counts go by the name `classes`. */
  readonly name: string;
  readonly drifted: boolean;
  readonly fault: Fault | null;
  /** Share of the inferences without a value, where window or reference has some. */
  readonly missing?: { readonly share: number; readonly reference_share: number };
}

/** The counts of a closed window. */
export interface CountedWindow {
  readonly inferences: number;
  readonly features: readonly { readonly name: string; readonly counts: readonly number[] }[];
  readonly classes: readonly number[];
}

/** One feature held against its reference, before the correction. */
export interface Compared {
  readonly name: string;
  readonly values: Reading;
  readonly absent: Reading;
  readonly missing: Share;
  readonly reference_missing: Share;
}

export interface Judged {
  readonly reading: WindowReading;
  /** Holm's adjusted p of the values, and of what is missing. */
  readonly adjusted: readonly [number, number];
}

/** A window beside its reference, without a verdict. */
export type WindowComparison = Pick<WindowReading, 'name' | 'distance' | 'p_value' | 'missing'> & { readonly comparable: boolean };

/** Of each feature of the profile, then of what the profile does not know, then of the classes: the larger of what differs, its values or what is missing. */
export function describeWindow(profile: ReferenceProfile, window: CountedWindow): WindowComparison[] {
  return compareWindow(profile, window).map((each) => {
    if (!('values' in each)) return { name: each.name, distance: 0, p_value: 1, comparable: false };
    const { name, values, absent } = each;
    return { name, ...(absent.distance > values.distance ? absent : values), comparable: true, ...sharesOf(each) };
  });
}

/** One reading for each feature of the profile, then for what the profile does not know, then for the classes. */
export function readWindow(profile: ReferenceProfile, window: CountedWindow, rule: DriftRule): WindowReading[] {
  return judge(compareWindow(profile, window), rule).map(({ reading }) => reading);
}

/** The same before it is judged. */
export function compareWindow(profile: ReferenceProfile, window: CountedWindow): (Compared | { readonly name: string })[] {
  const counts = new Map(window.features.map((feature) => [feature.name, feature.counts]));
  const known = new Set(profile.features.map((feature) => feature.name));
  const strangers = window.features.filter((feature) => !known.has(feature.name)).map(({ name }) => ({ name }));
  return [
    ...profile.features.map((feature) => compareFeature(feature, counts.get(feature.name) ?? feature.counts.map(() => 0), window.inferences)),
    ...strangers,
    compareClasses(profile, window),
  ];
}

/** What is judged together, under one correction: tests of values and of what is missing. A p that is NaN was not tested. What has neither cannot be compared. */
export function judge(read: readonly (Compared | { readonly name: string })[], rule: DriftRule): Judged[] {
  const tested = read.filter((each) => 'values' in each);
  const adjusted = holm(tested.flatMap(({ values, absent }) => [values.p_value, absent.p_value]));
  return read.map((each) => {
    if (!('values' in each))
      return { reading: { name: each.name, distance: 0, p_value: 1, drifted: false, fault: 'not_comparable' }, adjusted: [Number.NaN, Number.NaN] };
    const at = 2 * tested.indexOf(each);
    const both = [adjusted[at]!, adjusted[at + 1]!] as const;
    return { reading: verdictOf(each, both, rule), adjusted: both };
  });
}

/** Names of the drifted ones, strongest effect first. */
export function suspects(readings: readonly WindowReading[]): string[] {
  return readings
    .filter((reading) => reading.drifted)
    .sort((a, b) => b.distance - a.distance)
    .map((reading) => reading.name);
}

/** An inference that is in no bin has no value; more counts than inferences are those of something else; values of which the reference has none are like nothing. */
function compareFeature(reference: ReferenceProfile['features'][number], counts: readonly number[], inferences: number): Compared | { name: string } {
  const { name } = reference;
  const missing = { hits: inferences - sumOf(counts), n: inferences };
  if (counts.length !== reference.counts.length || !(missing.hits >= 0)) return { name };
  if (isWithoutReference(reference.counts, counts)) return { name };
  const references = missingOf(reference);
  return { name, values: readFeature(reference, counts), absent: readMissing(references, missing), missing, reference_missing: references[0]! };
}

/** True where values were seen of something of which the reference has none. */
export const isWithoutReference = (reference: readonly number[], counts: readonly number[]): boolean => sumOf(reference) === 0 && sumOf(counts) > 0;

/** An app need not log a class: where it never does, there is nothing to compare. */
function compareClasses({ classes, n }: ReferenceProfile, window: CountedWindow): Compared | { name: string } {
  const name = 'classes';
  const seen = sumOf(window.classes);
  if (window.classes.length !== classes.counts.length || !(seen <= window.inferences)) return { name };
  if (seen === 0 && window.inferences > 0 && sumOf(classes.counts) > 0) return { name };
  if (isWithoutReference(classes.counts, window.classes)) return { name };
  const missing = { hits: window.inferences - seen, n: window.inferences };
  const reference_missing = { hits: Math.max(0, n - sumOf(classes.counts)), n };
  return { name, values: readClasses(classes, window.classes), absent: readMissing([reference_missing], missing), missing, reference_missing };
}

/** Of two things that are wrong, the one with the stronger effect is told. */
function verdictOf(compared: Compared, adjusted: readonly [number, number], rule: DriftRule): WindowReading {
  const { name, values, absent } = compared;
  const holds = ({ distance }: Reading, p_value: number) => p_value <= rule.alpha && distance > rule.distance_min;
  const [other_values, is_missing] = [holds(values, adjusted[0]), holds(absent, adjusted[1])];
  const told = is_missing && !(other_values && values.distance > absent.distance) ? absent : values;
  const drifted = other_values || is_missing;
  return { name, ...told, drifted, fault: drifted ? (told === absent ? 'missing' : 'distribution') : null, ...sharesOf(compared) };
}

const sharesOf = ({ missing, reference_missing }: Compared) =>
  missing.hits + reference_missing.hits > 0 ? { missing: { share: shareOf(missing), reference_share: shareOf(reference_missing) } } : {};

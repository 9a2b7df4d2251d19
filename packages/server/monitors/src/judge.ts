// Puts what is known of a device after a window in words and numbers for people: the window beside its reference, and what the evidence says. Pure.
import type { WindowSummary } from '@holdfast/protocol';
import {
  type Fault,
  type FaultSignature,
  type ReferenceProfile,
  type StreamReading,
  type WindowComparison,
  classSignature,
  describeWindow,
  featureSignature,
} from '@holdfast/stats';
import { discoveryLevel } from './budget.ts';

export interface MonitorRule {
  /** Expected false alarms for one device in 30 days, over all features and the classes. */
  readonly false_alarms_per_device_month: number;
  /** Effects below this distance do not matter, whatever the evidence. */
  readonly distance_min: number;
}

/** Distance, p-value and means are of the window alone; evidence, stage and effect are of all windows since the onset. */
export interface Reading extends Omit<WindowComparison, 'comparable'> {
  readonly drifted: boolean;
  readonly fault: Fault | null;
  /** Means of the window and of the reference; absent for `classes` and words, and where there is no value to take one of. */
  readonly mean?: number;
  readonly reference_mean?: number;
  /** Of words: how many the reference never had, here and in itself (none, but where a device learned it); absent where there is none. */
  readonly unseen?: { readonly share: number; readonly reference_share: number };
  /** log10 of the e-value: 3 is a thousand to one against "as in the reference". Absent where it cannot be compared, and in verdicts of before. */
  readonly evidence?: number;
  /** Only where it is drifted. */
  readonly stage?: 'suspect' | 'confirmed';
  readonly onset_ms?: number;
  readonly effect?: number;
  /** What the change looks like. */
  readonly signature?: FaultSignature;
}

export interface Judgement {
  /** The level of e-BH. */
  readonly alpha: number;
  readonly drifted: boolean;
  /** Readings that compare nothing, so that they say neither drifted nor clean. */
  readonly not_comparable: number;
  readonly readings: readonly Reading[];
}

export function judge(window: WindowSummary, profile: ReferenceProfile, rule: MonitorRule, streams: readonly StreamReading[]): Judgement {
  const by_name = new Map(streams.map((stream) => [stream.name, stream]));
  const beside = besideOf(window, profile);
  const readings = describeWindow(profile, window).map((compared) => readingOf(compared, by_name.get(compared.name), beside.get(compared.name), profile));
  const not_comparable = readings.filter((reading) => reading.fault === 'not_comparable').length;
  return { alpha: discoveryLevel(rule.false_alarms_per_device_month), drifted: readings.some((reading) => reading.drifted), not_comparable, readings };
}

type Beside = Pick<Reading, 'mean' | 'reference_mean' | 'unseen'>;

/** What cannot be compared now is neither drifted nor clean; what it is held for stays. */
function readingOf(
  { comparable, ...compared }: WindowComparison,
  stream: StreamReading | undefined,
  beside: Beside | undefined,
  profile: ReferenceProfile,
): Reading {
  const stage = stream?.held.stage ?? 'none';
  const held = stream && stage !== 'none' ? { stage, onset_ms: stream.held.since_ms, effect: stream.effect, ...signatureOf(stream, profile) } : {};
  if (!comparable || !stream) return { ...compared, drifted: false, fault: 'not_comparable', ...held };
  const fault = stage === 'none' ? null : stream.held.fault;
  return { ...compared, ...beside, drifted: fault !== null, fault, evidence: stream.evidence, ...held };
}

/** What is computed of an image, or by the model, tells that something is other, not which fault a sensor has. */
const isDerived = (name: string): boolean => /^(image|audio|text|embedding|output|pair)\./.test(name);

function signatureOf({ name, sample, held }: StreamReading, profile: ReferenceProfile): Pick<Reading, 'signature'> {
  if (!sample) return {};
  if (isDerived(name)) return { signature: held.fault === 'missing' ? 'missing' : 'shape' };
  const feature = profile.features.find((one) => one.name === name);
  const signature = feature ? featureSignature(feature, sample, held.fault) : classSignature(profile.classes.counts, sample.counts, held.fault);
  return { signature };
}

/** What is told of a feature beside its distance. */
function besideOf(window: WindowSummary, profile: ReferenceProfile): Map<string, Beside> {
  const reference = new Map(profile.features.map((feature) => [feature.name, feature]));
  return new Map(
    window.features.flatMap(({ name, moments, counts }): [string, Beside][] => {
      const known = reference.get(name);
      if (!known || moments.count === 0 || known.moments.count === 0) return [];
      if (!known.categories) return [[name, { mean: moments.mean, reference_mean: known.moments.mean }]];
      const unseen = { share: lastShare(counts), reference_share: lastShare(known.counts) };
      return unseen.share > 0 ? [[name, { unseen }]] : [];
    }),
  );
}

/** Of words the last bin is of those that the reference never had. */
const lastShare = (counts: readonly number[]): number => (counts.at(-1) ?? 0) / counts.reduce((sum, count) => sum + count, 0);

/** The rule in sentences, for people. */
export function ruleSentence(rule: MonitorRule): string {
  const { distance_min, false_alarms_per_device_month } = rule;
  return (
    `A feature is drifted where the evidence of all its windows, gathered for 30 days, is enough to keep ${false_alarms_per_device_month} false alarms expected for one device in a month ` +
    `and ${100 * discoveryLevel(false_alarms_per_device_month)} % false ones among those found in the fleet (e-BH over devices and features, or over the devices of a cohort in which the feature has changed), ` +
    `and its Kolmogorov-Smirnov distance ` +
    `to the reference since the onset, beyond what a reference of its size is itself off by, is above ${distance_min}, or it is missing more often than there by more than that share.`
  );
}

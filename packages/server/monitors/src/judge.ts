// Judges one closed window against the profile of its bundle. Pure: same window and rule, same verdict.
import type { WindowSummary } from '@holdfast/protocol';
import { type ReferenceProfile, type WindowReading, alphaOfWindow, readWindow } from '@holdfast/stats';

export interface MonitorRule {
  /** Expected false alarms for one device in 30 days, over all features and the classes. */
  readonly false_alarms_per_device_month: number;
  /** Effects below this distance do not matter, whatever the evidence. */
  readonly distance_min: number;
}

export interface Reading extends WindowReading {
  /** Means of the window and of the reference; absent for `classes`, and where there is no value to take one of. */
  readonly mean?: number;
  readonly reference_mean?: number;
}

export interface Judgement {
  /** The alpha of this window: the budget over the windows of a month. */
  readonly alpha: number;
  readonly drifted: boolean;
  /** Readings that compare nothing, so that they say neither drifted nor clean. */
  readonly not_comparable: number;
  readonly readings: readonly Reading[];
}

export function judge(window: WindowSummary, profile: ReferenceProfile, rule: MonitorRule): Judgement {
  const alpha = alphaOfWindow(rule.false_alarms_per_device_month, window);
  const means = meansOf(window, profile);
  const readings = readWindow(profile, window, { alpha, distance_min: rule.distance_min }).map((reading) => ({ ...reading, ...means.get(reading.name) }));
  const not_comparable = readings.filter((reading) => reading.fault === 'not_comparable').length;
  return { alpha, drifted: readings.some((reading) => reading.drifted), not_comparable, readings };
}

function meansOf(window: WindowSummary, profile: ReferenceProfile): Map<string, Pick<Reading, 'mean' | 'reference_mean'>> {
  const reference = new Map(profile.features.map((feature) => [feature.name, feature.moments]));
  return new Map(
    window.features.flatMap(({ name, moments }) => {
      const known = reference.get(name);
      return known && moments.count > 0 && known.count > 0 ? [[name, { mean: moments.mean, reference_mean: known.mean }]] : [];
    }),
  );
}

/** The rule in sentences, for people. */
export function ruleSentence(rule: MonitorRule): string {
  return (
    `A feature is drifted where its Kolmogorov-Smirnov distance to the reference is above ${rule.distance_min}, or where it is missing more often than there by more than that share, ` +
    `and the p-value, corrected by Holm for all tests of the window, is below the alpha of a window; ` +
    `alpha is set so that ${rule.false_alarms_per_device_month} false alarms are expected for one device in 30 days.`
  );
}

// Judges one closed window against the profile of its bundle. Pure: same window and rule, same verdict.
import type { WindowSummary } from '@holdfast/protocol';
import { type ReferenceProfile, alarmBudget, readClasses, readFeature, suspects } from '@holdfast/stats';

export interface MonitorRule {
  /** Expected false alarms for one device in 30 days, over all features and the classes. */
  readonly false_alarms_per_device_month: number;
  /** Effects below this distance do not matter, whatever the evidence. */
  readonly distance_min: number;
}

export interface Reading {
  readonly name: string;
  readonly distance: number;
  readonly p_value: number;
  readonly drifted: boolean;
  /** Means of the window and of the reference; absent for `classes`. */
  readonly mean?: number;
  readonly reference_mean?: number;
}

export interface Judgement {
  /** The alpha of this window: the budget over the windows of a month. */
  readonly alpha: number;
  readonly drifted: boolean;
  readonly readings: readonly Reading[];
}

const month_ms = 30 * 86_400_000;

/** Windows in 30 days, if all are as long as this one; a window shorter than a millisecond counts as one. */
const windowsPerMonth = (w: WindowSummary) => month_ms / Math.max(1, w.to_ms - w.from_ms);

export function judge(window: WindowSummary, profile: ReferenceProfile, rule: MonitorRule): Judgement {
  const alpha = alarmBudget({ false_alarms_per_device_month: rule.false_alarms_per_device_month, windows_per_month: windowsPerMonth(window) });
  const reference = new Map(profile.features.map((feature) => [feature.name, feature]));
  const features = window.features.flatMap((feature) => {
    const known = reference.get(feature.name);
    if (!known || known.counts.length !== feature.counts.length) return [];
    return [{ name: feature.name, ...readFeature(known, feature.counts), mean: feature.moments.mean, reference_mean: known.moments.mean }];
  });
  const comparable = profile.classes.counts.length === window.classes.length;
  const classes = comparable ? readClasses(profile.classes, window.classes) : { distance: 0, p_value: 1 };
  const names = new Set(suspects(features, classes, { alpha, distance_min: rule.distance_min }));
  const readings = [...features, { name: 'classes', ...classes }].map((reading) => ({ ...reading, drifted: names.has(reading.name) }));
  return { alpha, drifted: names.size > 0, readings };
}

/** The rule in one sentence, for people. */
export function ruleSentence(rule: MonitorRule): string {
  return (
    `A feature is drifted where its Kolmogorov-Smirnov distance to the reference is above ${rule.distance_min} and its p-value, corrected by Holm for all features, ` +
    `is below the alpha of a window; alpha is set so that ${rule.false_alarms_per_device_month} false alarms are expected for one device in 30 days.`
  );
}

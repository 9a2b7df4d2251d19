// stats: the drift rule. A suspect needs both: evidence (Holm's adjusted p at or below alpha, over all features and the classes)
// and an effect above a tolerance; with evidence alone, a large enough window would find everything drifted.
import type { Reading } from './reading.ts';
import { holm } from './tests/holm.ts';

export interface DriftRule {
  /** Chance of one or more false suspects in a window without drift (see alarmBudget). */
  readonly alpha: number;
  /** Smallest effect that matters: Kolmogorov-Smirnov distance of a feature, total variation of the classes. */
  readonly distance_min: number;
}

/** Names of the drifted features, strongest effect first; the class counts go by the name `classes`. */
export function suspects(features: readonly ({ readonly name: string } & Reading)[], classes: Reading, rule: DriftRule): string[] {
  const all = [...features, { name: 'classes', distance: classes.distance, p_value: classes.p_value }];
  const adjusted = holm(all.map((reading) => reading.p_value));
  return all
    .filter((reading, i) => adjusted[i]! <= rule.alpha && reading.distance > rule.distance_min)
    .sort((a, b) => b.distance - a.distance)
    .map((reading) => reading.name);
}

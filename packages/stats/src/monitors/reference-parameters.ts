// stats/monitors: the parameters that the monitors of TinyLCM have in common, and what is done with them: when a value joins what is usual.
// Differs from the original: there the factor 0.05 was the weight of the old reference, so that each update replaced 95 % of it by one sample (FeatureMonitor
// did the opposite); here it is the share of the reference that every `reference_update_interval` values renew, and it is never drifted ones that do.
import { flag, type Parameter, real, whole } from '../detectors/parameters.ts';
import { type LearnedLaw, learn, scoreOf } from './learned-law.ts';
import type { Phase } from './monitor.ts';

export const run_length = whole(
  10_000,
  0,
  1_000_000_000,
  'inferences between false alarms: limits that promise fewer are raised to it; 0 takes them as they are',
);

export const referenceParameters = (warm_up_samples: number) =>
  ({
    warm_up_samples: whole(warm_up_samples, 0, 100_000, 'first values, in which nothing is said'),
    reference_update_interval: whole(50, 1, 1_000_000, 'values in which the share below of the reference is renewed'),
    reference_update_factor: real(0.05, 0, 1, 'share of a full reference (1,000 values) that an interval renews; 0 keeps it as it is'),
    pause_reference_update_during_drift: flag(true, 'the values of a drift stay out of the reference'),
    run_length,
  }) as const satisfies Record<string, Parameter>;

interface Updating {
  readonly warm_up_samples: number;
  readonly reference_update_interval: number;
  readonly reference_update_factor: number;
  readonly pause_reference_update_during_drift: boolean;
}

/** How much of a full reference one value renews. */
const turnoverOf = (p: Updating): number => p.reference_update_factor / p.reference_update_interval;

/** The score of a value, or null in the warm-up, which the value then joins. */
export function usualScore(law: LearnedLaw, value: number, parameters: Updating): number | null {
  if (law.sorted.length > 0 && law.sorted.length >= Math.min(parameters.warm_up_samples, 1000)) return scoreOf(law, value);
  learn(law, value, 1);
  return null;
}

/** Takes the value in where nothing is suspected. A level from the warning on holds it back: what is about to be called a drift must not become usual. */
export function learnWhereCalm(
  law: LearnedLaw,
  value: number,
  parameters: Updating,
  now: { readonly phase: Phase; readonly level: number; readonly warning: number },
): void {
  const is_paused = now.phase === 'drift' ? parameters.pause_reference_update_during_drift : now.level >= now.warning;
  if (!is_paused) learn(law, value, turnoverOf(parameters));
}

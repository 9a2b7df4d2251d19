// stats/monitors: KNNDistanceMonitor: the sums of how far the mean distance to the k nearest neighbours is above and below what is usual.
// Distances are those that the inference brings (`distances`), or else to the first inferences of the stream. A mean and a spread that were measured before
// (`initial_reference_*`, or the file of `reference_stats_path`) are taken for distances that the inference brings, and with the error of their sample.
// Differs from the original: delta and lambda are in standard deviations of the distance, not in units of distance; lambda is never one that promises fewer than
// `run_length` inferences between false alarms; no inference is left out because the model was sure of it: a model that is confidently wrong would never be seen.
import { flag, type ParametersOf, real, whole } from '../detectors/parameters.ts';
import { type Exemplars, exemplarParameters, neighboursOf, noExemplars } from './exemplars.ts';
import { meanOf } from './inference.ts';
import { referenceParameters } from './reference-parameters.ts';
import { sumMonitor } from './score-monitor.ts';

/** As far as a value may be from a mean that was given: what is beyond counts as it, as it does against what was learned. */
const score_max = 3.3;

const own = {
  k: whole(5, 1, 100, 'neighbours whose distances count'),
  delta: real(0.5, 0, 2.5, 'standard deviations of a distance that are tolerated'),
  lambda_threshold: real(8.5, 0, 1e6, 'sum of standard deviations that is a drift'),
  exit_threshold_factor: real(0.7, 0, 0.99, 'share of lambda at which a drift is over'),
  drift_cooldown_period: whole(10, 0, 1e6, 'inferences after a drift in which no other one is said'),
  initial_reference_mean: real(0, 0, 1e100, 'mean distance of the time when all was well'),
  initial_reference_std: real(0, 0, 1e100, 'its standard deviation; 0 where none is known'),
  initial_reference_count: whole(100, 2, 1e9, 'distances that both are of'),
  use_adaptive_thresholds: flag(false, 'delta and lambda are the two multipliers below'),
  adaptive_delta_std_multiplier: real(1.5, 0, 2.5, 'delta, in standard deviations'),
  adaptive_lambda_std_multiplier: real(5, 0, 1e6, 'lambda, in standard deviations'),
  ...exemplarParameters,
  ...referenceParameters(5),
} as const;

interface Stage {
  readonly exemplars: Exemplars;
  /** Whether the last distance came with the inference. */
  brought: boolean;
}

function givenScore(value: number, p: ParametersOf<typeof own>, { brought }: Stage): { score: number; error: number } | null {
  if (!brought || p.initial_reference_std <= 0) return null;
  const error = 1 / Math.sqrt(p.initial_reference_count);
  const z = (value - p.initial_reference_mean) / p.initial_reference_std;
  return { score: Math.max(-score_max, Math.min(score_max, z)), error };
}

export const knnDistanceMonitor = sumMonitor(
  {
    name: 'KNNDistanceMonitor',
    says: 'the distance to the nearest neighbours moved away from what is usual',
    needs: 'features, as many as before, or distances',
    what: 'the distance to the nearest neighbours',
    not_used: {
      high_confidence_threshold: 'no inference is left out because the model was sure',
      stable_known_classes: 'no inference is left out because the model was sure',
      allow_runtime_threshold_adaptation: 'what is usual is learned all the time',
      reference_stats_path: 'the reader of the configuration takes the file in',
    },
    parameters: own,
    stage: (): Stage => ({ exemplars: noExemplars(), brought: false }),
    number: (inference, p, stage) => {
      const brought = meanOf(inference.distances);
      stage.brought = brought !== null;
      if (brought !== null) return brought;
      const found = neighboursOf(stage.exemplars, inference, p.k, p);
      return found ? meanOf(found.distances) : found;
    },
    exit_level: (p) => p.exit_threshold_factor,
    cooldown: (p) => p.drift_cooldown_period,
  },
  (p) =>
    p.use_adaptive_thresholds
      ? { allowance: p.adaptive_delta_std_multiplier, limit: p.adaptive_lambda_std_multiplier }
      : { allowance: p.delta, limit: p.lambda_threshold },
  givenScore,
);

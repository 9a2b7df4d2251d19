// stats/monitors: EWMAConfidenceMonitor: the weighted mean of the confidence, against what is usual.
// Differs from the original: there the warm-up never set mean and limits, so that every stream alarmed after it; here a value counts by its place among the calm
// ones. The limit is `threshold_factor`, but never one that promises fewer than `run_length` inferences between false alarms (3 would promise 800, 3.8 keeps
// 10,000). The floor `min_confidence` stays: what is below it counts as it. No list grows.
import { real, whole } from '../detectors/parameters.ts';
import { confidenceAbove, min_confidence } from './inference.ts';
import { referenceParameters } from './reference-parameters.ts';
import { meanMonitor } from './score-monitor.ts';

const not_used = { use_numpy: 'there is one way to compute' };

export const ewmaConfidenceMonitor = meanMonitor(
  {
    name: 'EWMAConfidenceMonitor',
    says: 'the weighted mean of the confidence left what is usual',
    needs: 'a confidence',
    what: 'the confidence',
    feature: 'output.confidence',
    not_used: { ...not_used, training_size: 'it is warm_up_samples' },
    parameters: {
      lambda_param: real(0.1, 0.001, 1, 'weight of the newest confidence'),
      threshold_factor: real(3, 0, 100, 'standard deviations of the weighted mean that are far'),
      drift_window: whole(5, 1, 10_000, 'far values in a row that are a drift'),
      min_confidence,
      ...referenceParameters(30),
    },
    stage: () => ({}),
    number: confidenceAbove,
  },
  (p) => ({ weight: p.lambda_param, width: p.threshold_factor, in_a_row: p.drift_window }),
);

// stats/monitors: EWMAFeatureMonitor: the weighted mean of one number of the features, against what is usual.
// Differs from the original: there the limit was 3 spreads of one value, not of the weighted mean, so that a shift below 3 was never found; and each update
// scaled the spread by its ratio to a mean that may be 0. Here the limit is `threshold_multiplier` standard deviations of the weighted mean, and never one that
// promises fewer than `run_length` inferences between false alarms (3.8 at alpha 0.1).
import { real } from '../detectors/parameters.ts';
import { featureParameters, featureStatistic } from './feature-statistic.ts';
import { referenceParameters } from './reference-parameters.ts';
import { meanMonitor } from './score-monitor.ts';

export const ewmaFeatureMonitor = meanMonitor(
  {
    name: 'EWMAFeatureMonitor',
    says: 'the weighted mean of a number of the features left what is usual',
    needs: 'features',
    what: 'the number of the features',
    not_used: {},
    parameters: {
      ...featureParameters,
      alpha: real(0.1, 0.001, 1, 'weight of the newest value'),
      threshold_multiplier: real(3, 0, 100, 'standard deviations of the weighted mean that are a drift'),
      ...referenceParameters(100),
    },
    stage: () => ({}),
    number: (inference, p) => featureStatistic(inference, p),
  },
  (p) => ({ weight: p.alpha, width: p.threshold_multiplier, in_a_row: 1 }),
);

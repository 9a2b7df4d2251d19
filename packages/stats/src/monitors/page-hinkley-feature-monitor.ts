// stats/monitors: PageHinkleyFeatureMonitor: the sums of how far one number of the features is above and below what is usual.
// Differs from the original: there delta and lambda were in units of the number, whatever they were, and only a rise was seen; here both are in standard
// deviations (0.25 and 16 in place of 0.005 and 50), both sides count, and lambda is never one that promises fewer than `run_length` inferences between false alarms.
import { real } from '../detectors/parameters.ts';
import { featureParameters, featureStatistic } from './feature-statistic.ts';
import { referenceParameters } from './reference-parameters.ts';
import { sumMonitor } from './score-monitor.ts';

export const pageHinkleyFeatureMonitor = sumMonitor(
  {
    name: 'PageHinkleyFeatureMonitor',
    says: 'a number of the features moved away from what is usual',
    needs: 'features',
    what: 'the number of the features',
    not_used: { alpha: 'the sums start at 0 again by themselves' },
    parameters: {
      ...featureParameters,
      delta: real(0.25, 0, 2.5, 'standard deviations of a value that are tolerated'),
      lambda_threshold: real(16, 0, 1e6, 'sum of standard deviations that is a drift'),
      ...referenceParameters(100),
    },
    stage: () => ({}),
    number: (inference, p) => featureStatistic(inference, p),
  },
  (p) => ({ allowance: p.delta, limit: p.lambda_threshold }),
);

// stats/monitors: PageHinkleyConfidenceMonitor: the sums of how far the confidence is above and below what is usual.
// Differs from the original: there the reference was never set, and lambda 10 was out of reach for a number in [0, 1]; here delta and lambda are in standard
// deviations of what is usual, delta 0.5 in place of 0.05 (a half of a spread of 0.1, as was meant). lambda is never one that promises fewer than `run_length`
// inferences between false alarms. alpha was read nowhere; here the sums forget nothing either: they start at 0 again by themselves.
import { real } from '../detectors/parameters.ts';
import { confidenceAbove, min_confidence } from './inference.ts';
import { referenceParameters } from './reference-parameters.ts';
import { sumMonitor } from './score-monitor.ts';

export const pageHinkleyConfidenceMonitor = sumMonitor(
  {
    name: 'PageHinkleyConfidenceMonitor',
    says: 'the confidence moved away from what is usual',
    needs: 'a confidence',
    what: 'the confidence',
    feature: 'output.confidence',
    not_used: { use_numpy: 'there is one way to compute', alpha: 'the sums start at 0 again by themselves' },
    parameters: {
      delta: real(0.5, 0, 2.5, 'standard deviations of a value that are tolerated'),
      lambda_param: real(10, 0, 1e6, 'sum of standard deviations that is a drift'),
      min_confidence,
      ...referenceParameters(30),
    },
    stage: () => ({}),
    number: confidenceAbove,
  },
  (p) => ({ allowance: p.delta, limit: p.lambda_param }),
);

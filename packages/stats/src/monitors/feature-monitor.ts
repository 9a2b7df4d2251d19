// stats/monitors: FeatureMonitor: the weighted mean (weight 0.2) of the distance of the features from their mean, against what is usual.
// Differs from the original: the mean is that of the first `reference_size` lists of features, and stays; the distances that are judged are of later ones, so that
// none is measured from a mean that it is part of. Of many features `max_features` are watched, spread evenly and not drawn at random; of a `sampling_rate`
// below 1 every so many-th inference is. A distance that falls counts too: a sensor that hangs. The limit is `threshold`, and never one that promises fewer than
// `run_length` inferences between false alarms (3.9).
import { real, whole } from '../detectors/parameters.ts';
import { distanceOf, distance_metric } from './vector.ts';
import { isWhole, thinned } from './inference.ts';
import { referenceParameters } from './reference-parameters.ts';
import { meanMonitor } from './score-monitor.ts';

const weight = 0.2;

interface Middle {
  /** How many lists the mean is of. */
  n: number;
  mean: number[];
  /** What is due of the sampling rate; an inference is read where it reaches 1. */
  due: number;
}

/** Takes the features into the mean. */
function addToMiddle(middle: Middle, features: readonly number[]): void {
  middle.n++;
  if (middle.n === 1) middle.mean = [...features];
  else features.forEach((value, i) => (middle.mean[i]! += (value - middle.mean[i]!) / middle.n));
}

export const featureMonitor = meanMonitor(
  {
    name: 'FeatureMonitor',
    says: 'the distance of the features from their mean left what is usual',
    needs: 'features, as many as before',
    what: 'the distance of the features from their mean',
    not_used: { use_numpy: 'there is one way to compute', window_size: 'no window of features is kept' },
    parameters: {
      threshold: real(3, 0, 100, 'standard deviations of the weighted mean that are a drift'),
      reference_size: whole(300, 2, 100_000, 'lists of features that make their mean'),
      max_features: whole(256, 1, 4096, 'features that are watched'),
      sampling_rate: real(1, 0.0001, 1, 'share of the inferences that are read'),
      distance_metric,
      ...referenceParameters(300),
    },
    stage: (): Middle => ({ n: 0, mean: [], due: 0 }),
    number: ({ features }, p, middle) => {
      if (!isWhole(features)) return null;
      middle.due += p.sampling_rate;
      if (middle.due < 1 - 1e-9) return undefined;
      middle.due -= 1;
      const watched = thinned(features, p.max_features);
      if (middle.n > 0 && watched.length !== middle.mean.length) return null;
      if (middle.n >= p.reference_size) return distanceOf(watched, middle.mean, p.distance_metric);
      addToMiddle(middle, watched);
      return undefined;
    },
  },
  (p) => ({ weight, width: p.threshold, in_a_row: 1 }),
);

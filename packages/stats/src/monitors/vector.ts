// stats/monitors: lists of features of a memory, which is plain data, as vectors whose distances are taken (knn/distance.ts). A list that is measured must not change.
import { choice } from '../detectors/parameters.ts';
import { type DistanceMetric, type Measured, distanceBy, distance_metrics, measured } from '../knn/distance.ts';

export const distance_metric = choice('euclidean', distance_metrics, 'how the distance of two lists of features is measured');

/** Made once a list, since the lists of a reference are measured with every inference. */
const known = new WeakMap<readonly number[], Measured>();

export function vectorOf(values: readonly number[]): Measured {
  let vector = known.get(values);
  if (!vector) {
    vector = measured(Float32Array.from(values));
    known.set(values, vector);
  }
  return vector;
}

export const distanceOf = (x: readonly number[], y: readonly number[], metric: string): number =>
  distanceBy[metric as DistanceMetric](vectorOf(x), vectorOf(y));

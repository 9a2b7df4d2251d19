// stats/knn: the settings of a k-nearest-neighbour head, checked once; and what a vector and a label may be. Nothing is changed by what is refused.
import { failure } from '@holdfast/base';
import { type DistanceMetric, distance_metrics } from './distance.ts';

export interface KnnSettings {
  /** Neighbours that are asked. */
  readonly k: number;
  readonly distance_metric: DistanceMetric;
  /** Samples that are kept; beyond them the one that matters least goes. */
  readonly max_samples: number;
  /** A neighbour counts by 1 / distance; else all count alike. */
  readonly weight_by_distance: boolean;
  /** A prediction with less confidence is suspect. */
  readonly confidence_threshold: number;
  /** A prediction with more novelty is suspect: so many times the usual distance to the nearest sample. */
  readonly outlier_threshold: number;
}

export const knn_defaults: KnnSettings = {
  k: 5,
  distance_metric: 'euclidean',
  max_samples: 100,
  weight_by_distance: true,
  confidence_threshold: 0.6,
  outlier_threshold: 3,
};

/** `feature_max` keeps every distance within a float32, by which neighbours are ordered. */
export const knn_limits = { k_max: 100, samples_max: 500, features_max: 4_096, feature_max: 1e30, classes_max: 1_000 } as const;

export function readKnnSettings(given: Partial<KnnSettings>): KnnSettings {
  const settings: KnnSettings = {
    k: given.k ?? knn_defaults.k,
    distance_metric: given.distance_metric ?? knn_defaults.distance_metric,
    max_samples: given.max_samples ?? knn_defaults.max_samples,
    weight_by_distance: given.weight_by_distance ?? knn_defaults.weight_by_distance,
    confidence_threshold: given.confidence_threshold ?? knn_defaults.confidence_threshold,
    outlier_threshold: given.outlier_threshold ?? knn_defaults.outlier_threshold,
  };
  checkWhole('k', settings.k, 1, knn_limits.k_max);
  checkWhole('max_samples', settings.max_samples, 2, knn_limits.samples_max);
  checkBetween('confidence_threshold', settings.confidence_threshold, 0, 1);
  checkBetween('outlier_threshold', settings.outlier_threshold, 0, 1e6);
  if (!distance_metrics.includes(settings.distance_metric)) refuse('distance_metric', settings.distance_metric, distance_metrics.join(', '));
  if (typeof settings.weight_by_distance !== 'boolean') refuse('weight_by_distance', settings.weight_by_distance, 'true or false');
  return settings;
}

function refuse(name: string, saw: unknown, expected: string): never {
  throw failure('HF-HEAD-001', { saw: `${name} ${String(saw)}`, expected });
}

export function checkWhole(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) refuse(name, value, `a whole number from ${least} to ${most}`);
}

export function checkBetween(name: string, value: number, least: number, most: number): void {
  if (!(typeof value === 'number' && value >= least && value <= most)) refuse(name, value, `a number from ${least} to ${most}`);
}

/** The vector as float32, of `length` numbers (any number of them where `length` is 0). Fails with HF-HEAD-002. */
export function readFeatures(given: ArrayLike<number>, length: number): Float32Array {
  const saw = typeof given === 'object' && given !== null ? given.length : -1;
  const wanted = length > 0 ? saw === length : saw > 0 && saw <= knn_limits.features_max;
  const expected = length > 0 ? `${length} numbers` : `1 to ${knn_limits.features_max} numbers`;
  if (!wanted) throw failure('HF-HEAD-002', { saw: saw < 0 ? String(given) : `${saw} numbers`, expected });
  for (let i = 0; i < saw; i++) {
    const value: unknown = given[i];
    if (!(typeof value === 'number' && Math.abs(value) <= knn_limits.feature_max))
      throw failure('HF-HEAD-002', {
        saw: `${String(value)} at place ${i}`,
        expected: `numbers between -${knn_limits.feature_max} and ${knn_limits.feature_max}`,
      });
  }
  return new Float32Array(given);
}

export const isLabel = (value: unknown, classes: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < Math.min(classes, knn_limits.classes_max);

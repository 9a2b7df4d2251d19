// stats/monitors: one number of the features of an inference: one of them, by `feature_index`, or what `feature_statistic_fn` names. The original takes a function there,
// which no file can hold; its scenarios have the index.
// Complexity: O(features). Where a feature is missing or no number there is none.
import { type ParametersOf, choice, whole } from '../detectors/parameters.ts';
import { type MonitoredInference, isWhole } from './inference.ts';

const sumOf = (values: ArrayLike<number>, of: (value: number) => number): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += of(values[i]!);
  return sum;
};
const mean = (values: ArrayLike<number>): number => sumOf(values, (value) => value) / values.length;
const variance = (values: ArrayLike<number>): number => {
  const middle = mean(values);
  return sumOf(values, (value) => (value - middle) ** 2) / values.length;
};

const extreme = (values: ArrayLike<number>, of: (a: number, b: number) => number): number => {
  let found = values[0]!;
  for (let i = 1; i < values.length; i++) found = of(found, values[i]!);
  return found;
};

const statistics: Readonly<Record<string, (values: ArrayLike<number>) => number>> = {
  mean,
  norm: (values) => Math.sqrt(sumOf(values, (value) => value * value)),
  variance,
  std: (values) => Math.sqrt(variance(values)),
  min: (values) => extreme(values, Math.min),
  max: (values) => extreme(values, Math.max),
};

export const featureParameters = {
  feature_statistic_fn: choice('mean', Object.keys(statistics), 'the number that stands for the features'),
  feature_index: whole(-1, -1, 1_000_000, 'the feature that stands for them all, from 0 on; -1: the number of feature_statistic_fn does'),
} as const;

type Chosen = ParametersOf<typeof featureParameters>;

export function featureStatistic({ features }: MonitoredInference, { feature_statistic_fn, feature_index }: Chosen): number | null {
  if (feature_index >= 0) return finite(features?.[feature_index]);
  return isWhole(features) ? finite(statistics[feature_statistic_fn]!(features)) : null;
}

const finite = (value: number | null | undefined): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);

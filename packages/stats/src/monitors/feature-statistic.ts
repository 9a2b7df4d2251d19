// stats/monitors: one number of the features of an inference, by the name of `feature_statistic_fn`. The original takes a function there, which no file can hold.
// Complexity: O(features). Where a feature is missing or no number there is none.
import { choice } from '../detectors/parameters.ts';
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

export const feature_statistic_fn = choice('mean', Object.keys(statistics), 'the number that stands for the features');

export function featureStatistic({ features }: MonitoredInference, name: string): number | null {
  if (!isWhole(features)) return null;
  const value = statistics[name]!(features);
  return Number.isFinite(value) ? value : null;
}

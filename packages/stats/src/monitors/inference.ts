// stats/monitors: what a monitor is shown of one inference. Whatever is absent is absent: a monitor that needs it does not count the inference, and says so.
import { real } from '../detectors/parameters.ts';

export interface MonitoredInference {
  /** How sure the model was, 0 to 1. */
  readonly confidence?: number | null | undefined;
  /** The class that the model gave, by number or by name. */
  readonly predicted?: number | string | null | undefined;
  /** What the model was given, or an embedding of it. */
  readonly features?: ArrayLike<number> | null | undefined;
  /** What the model gave, by name. */
  readonly outputs?: Readonly<Record<string, number>> | null | undefined;
  /** The true class, where it is known by now. */
  readonly label?: number | string | null | undefined;
  /** Distances to the nearest neighbours, where the program has a classifier of neighbours of its own. */
  readonly distances?: ArrayLike<number> | null | undefined;
  /** The classes of those neighbours. */
  readonly neighbor_labels?: ArrayLike<number | string> | null | undefined;
}

/** A confidence that counts. */
const confidenceIn = ({ confidence }: MonitoredInference): number | null => (typeof confidence === 'number' && Number.isFinite(confidence) ? confidence : null);

/** The same with a floor: what is below it counts as it. */
export function confidenceAbove(inference: MonitoredInference, { min_confidence }: { readonly min_confidence: number }): number | null {
  const confidence = confidenceIn(inference);
  return confidence === null ? null : Math.max(confidence, min_confidence);
}
export const min_confidence = real(0.2, 0, 1, 'lower confidences count as this one');

const isFinite = Number.isFinite as (value: unknown) => value is number;

/** Whether every number is one: a vector with a hole is at no distance. */
export function isWhole(values: ArrayLike<number> | null | undefined): values is ArrayLike<number> {
  if (!values || values.length === 0) return false;
  for (let i = 0; i < values.length; i++) if (!isFinite(values[i])) return false;
  return true;
}

/** The mean of some numbers, or null where there is none, or one is no number. */
export function meanOf(values: ArrayLike<number> | null | undefined): number | null {
  if (!isWhole(values)) return null;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** So many of the features, evenly over all of them: the same ones every time. As an app logs them, in 32 bits; what is huge counts as 1e30, so that no square overflows. */
export function thinned(values: ArrayLike<number>, count_max: number): number[] {
  const count = Math.min(values.length, count_max);
  return Array.from({ length: count }, (_, i) => Math.fround(Math.max(-1e30, Math.min(1e30, values[Math.floor((i * values.length) / count)]!))));
}

/** A class by its name, so that 1 and "1" are one class. */
export const classIn = (value: number | string | null | undefined): string | null =>
  value === null || value === undefined || value === '' || value === -1 ? null : String(value);

// stats/monitors: the nearest neighbours of an inference among the first ones: bounded, and they stay, so that the distances of later ones are of one law.
// Memory: `max_samples` x `max_features` numbers; an inference costs as many steps. Ties of distance go to the older exemplar.
import { whole } from '../detectors/parameters.ts';
import { distanceOf, distance_metric } from './vector.ts';
import { type MonitoredInference, classIn, isWhole, thinned } from './inference.ts';

export const exemplarParameters = {
  distance_metric,
  max_samples: whole(100, 2, 1000, 'first inferences that are the neighbours of all others'),
  max_features: whole(64, 1, 1024, 'features that are compared, evenly of all'),
} as const;

interface Choices {
  readonly distance_metric: string;
  readonly max_samples: number;
  readonly max_features: number;
}
export interface Exemplars {
  readonly features: number[][];
  readonly classes: (string | null)[];
}
interface Neighbours {
  readonly distances: readonly number[];
  readonly classes: readonly (string | null)[];
}

export const noExemplars = (): Exemplars => ({ features: [], classes: [] });

/** null where the features are missing or of another number; undefined while the exemplars are gathered. */
export function neighboursOf(exemplars: Exemplars, inference: MonitoredInference, k: number, choices: Choices): Neighbours | null | undefined {
  if (!isWhole(inference.features)) return null;
  const features = thinned(inference.features, choices.max_features);
  const known = exemplars.features;
  if (known.length > 0 && known[0]!.length !== features.length) return null;
  if (known.length < Math.max(choices.max_samples, k)) {
    known.push(features);
    exemplars.classes.push(classIn(inference.label) ?? classIn(inference.predicted));
    return undefined;
  }
  const distances = known.map((one) => distanceOf(features, one, choices.distance_metric));
  const chosen = smallest(distances, k);
  return { distances: chosen.map((i) => distances[i]!), classes: chosen.map((i) => exemplars.classes[i]!) };
}

/** The places of the k smallest, in one pass. */
function smallest(values: readonly number[], k: number): number[] {
  const chosen: number[] = [];
  values.forEach((value, i) => {
    if (chosen.length === k && value >= values[chosen[k - 1]!]!) return;
    let at = chosen.length;
    while (at > 0 && values[chosen[at - 1]!]! > value) at--;
    chosen.splice(at, 0, i);
    if (chosen.length > k) chosen.pop();
  });
  return chosen;
}

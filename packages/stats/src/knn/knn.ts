// stats/knn: a small classifier that learns by keeping samples: the k nearest vote. What is kept is bounded; `condense.ts` says which sample goes.
// Formulas: the share of class c is the sum over the k nearest with label c of 1 / distance (1 where all count alike), over the sum of all; neighbours at
// distance 0 count alone. Novelty is the distance to the nearest over the median, over the samples, of the distance to their nearest.
// Rules: neighbours are ordered by distance as float32, so that what is equal but for rounding is equal, and among equals the newest comes first; of classes with
// equal shares (within 1e-12) the lowest wins. No sample: label -1, confidence 0. Novelty of fewer than two samples: NaN, which is not suspect.
// Complexity: O(samples x features) a prediction. Held to scikit-learn's KNeighborsClassifier by packages/stats/golden/knn.json.
// Source: E. Fix, J. L. Hodges, 1951; weights: S. A. Dudani, "The distance-weighted k-nearest-neighbor rule", IEEE Trans. SMC 6(4), 1976.
import { leastOf } from './condense.ts';
import { type Measured, distanceBy, measured } from './distance.ts';
import { Gaps } from './gaps.ts';
import { nearestOf } from './nearest.ts';
import type { KnnSettings } from './settings.ts';

export interface KnnSample extends Measured {
  readonly label: number;
  /** Of the inference that was labelled; null where the app gave the sample itself. */
  readonly reference: number | null;
  readonly at_ms: number;
}

export interface Prediction {
  /** The class; -1 while there is no sample. */
  readonly label: number;
  readonly confidence: number;
  /** By class; they add up to 1. */
  readonly probabilities: number[];
  readonly novelty: number;
  readonly suspect: boolean;
}

const equal_shares = 1e-12;

export const sampleOf = (features: Float32Array, label: number, reference: number | null, at_ms: number): KnnSample => ({
  ...measured(features),
  label,
  reference,
  at_ms,
});

export class Knn {
  readonly settings: KnnSettings;
  /** In the order in which they came. */
  readonly samples: readonly KnnSample[];
  /** Made when it is first asked for: a head that only votes needs none. */
  #gaps: Gaps | null = null;

  constructor(settings: KnnSettings, samples: readonly KnnSample[] = []) {
    this.settings = settings;
    this.samples = samples;
  }

  get gaps(): Gaps {
    return (this.#gaps ??= Gaps.of(this.samples, distanceBy[this.settings.distance_metric]));
  }

  /** Another head with the sample; of the same inference the sample before is replaced. This one stays as it was. */
  with(sample: KnnSample, replaces = -1): { knn: Knn; condensed: number } {
    const samples = [...this.samples.filter((_, i) => i !== replaces), sample];
    const gaps = this.gaps.without(replaces);
    gaps.add(samples, distanceBy[this.settings.distance_metric]);
    return fitted(this.settings, samples, gaps);
  }

  /** The same samples under these settings, and no more of them than these allow. */
  under(settings: KnnSettings): { knn: Knn; condensed: number } {
    const other = new Knn(settings, this.samples);
    return this.samples.length <= settings.max_samples ? { knn: other, condensed: 0 } : fitted(settings, [...this.samples], other.gaps);
  }

  static made(settings: KnnSettings, samples: readonly KnnSample[], gaps: Gaps): Knn {
    const knn = new Knn(settings, samples);
    knn.#gaps = gaps;
    return knn;
  }

  predict(features: Float32Array, classes: number): Prediction {
    const { label, confidence, probabilities, nearest } = this.#vote(features, classes);
    const novelty = this.#novelty(nearest);
    const { confidence_threshold, outlier_threshold } = this.settings;
    return { label, confidence, probabilities, novelty, suspect: confidence < confidence_threshold || novelty > outlier_threshold };
  }

  /** The label alone: novelty asks for the distances between all samples, which a snapshot need not have. */
  labelOf(features: Float32Array, classes: number): number {
    return this.#vote(features, classes).label;
  }

  #vote(features: Float32Array, classes: number) {
    const query = measured(features);
    const distance = distanceBy[this.settings.distance_metric];
    const distances = this.samples.map((sample) => distance(query, sample));
    const places = nearestOf(distances, this.settings.k);
    const probabilities = this.#shares(places, distances, classes);
    const confidence = Math.max(0, ...probabilities);
    const label = confidence === 0 ? -1 : probabilities.findIndex((share) => share >= confidence - equal_shares);
    return { label, confidence, probabilities, nearest: distances[places[0] ?? -1] };
  }

  #shares(nearest: readonly number[], distances: readonly number[], classes: number): number[] {
    const shares = Array.from({ length: classes }, () => 0);
    const same = this.settings.weight_by_distance && distances[nearest[0] ?? -1] === 0;
    let total = 0;
    for (const i of nearest) {
      const weight = same ? Number(distances[i] === 0) : this.settings.weight_by_distance ? 1 / distances[i]! : 1;
      shares[this.samples[i]!.label]! += weight;
      total += weight;
    }
    return total === 0 ? shares : shares.map((share) => share / total);
  }

  #novelty(nearest: number | undefined): number {
    if (nearest === undefined || this.samples.length < 2) return Number.NaN;
    const typical = this.gaps.typical();
    if (typical > 0) return nearest / typical;
    return nearest === 0 ? 0 : Number.POSITIVE_INFINITY;
  }
}

function fitted(settings: KnnSettings, samples: KnnSample[], gaps: Gaps): { knn: Knn; condensed: number } {
  let [kept, rest, condensed] = [samples, gaps, 0];
  for (; kept.length > settings.max_samples; condensed++) {
    const least = leastOf(kept, rest, settings.k);
    [kept, rest] = [kept.filter((_, i) => i !== least), rest.without(least)];
  }
  return { knn: Knn.made(settings, kept, rest), condensed };
}

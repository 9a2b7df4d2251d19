// stats: the reference profile of a model version: what its inputs and outputs look like where it is known to work.
// It travels inside the bundle as profile.json; its digest is the key under which counts may be merged.
// Conditions: where a model version is made for several conditions of its devices (clear and fogged lenses), the profile keeps the counts of each,
// on the same edges. A device meets one condition, not the mixture; its window is compared with each and the nearest counts.
// JSON keeps every number as it is (shortest round-trip), so a profile that was read back gives the same bins.
import type { CalibrationTable } from './calibration.ts';
import type { ReferenceCategories } from './categories.ts';
import type { Moments } from './sketches/moments.ts';

export interface ReferenceFeature {
  readonly name: string;
  /** Strictly ascending. */
  readonly edges: readonly number[];
  /** edges.length + 1 counts. */
  readonly counts: readonly number[];
  readonly moments: Readonly<Moments>;
  /** Inferences without a value, which are in no bin. Absent is 0: profiles that were made before this was counted. */
  readonly missing?: number;
  /** Counts of each condition, on the same edges; their sum is `counts`. */
  readonly conditions?: readonly (readonly number[])[];
  /** Inferences without a value of each condition; absent is 0. */
  readonly conditions_missing?: readonly number[];
  /** So many values of it count as one (detectors/dependence.ts); absent where the rows came in no order, and then nothing is promised of a dependent stream. */
  readonly autocorrelation_time?: number;
  /** Where its values are words: what its bins are. */
  readonly categories?: ReferenceCategories;
}

export interface ReferenceProfile {
  readonly v: 1;
  /** Inferences that the profile was made from. */
  readonly n: number;
  readonly features: readonly ReferenceFeature[];
  readonly classes: ReferenceClasses;
  /** Names of the conditions, in the order of every `conditions` list; absent where there is one. */
  readonly conditions?: readonly string[];
  /** How often the model was right at each confidence; absent without labels, and from profiles of before. */
  readonly calibration?: CalibrationTable;
  /** How far from the reference is no drift, for evidence on the device: a shift of the mean of about so many standard deviations. Absent is 0.05. */
  readonly tolerance?: number;
  /** Made by a device of its own first inferences (warm-up.ts): they were taken to be well, and nobody looked. */
  readonly warm_up?: true;
  /** The most correlated features, and how they move together; absent where none do, and from profiles of before. */
  readonly pairs?: readonly ReferencePair[];
  /** What the embeddings of the reference were like: for each feature `embedding.NAME.novelty` the exemplars that it is the distance from. */
  readonly embeddings?: readonly ReferenceEmbedding[];
}

/** Two features that move together: see pairs.ts. */
export interface ReferencePair {
  /** Names of the two features. */
  readonly features: readonly [string, string];
  /** Inferences that have both. */
  readonly count: number;
  readonly products: number;
  /** What the products are the distances from, where that is not the means of the two features: a warm-up chooses its pairs before it counts. */
  readonly means?: readonly [number, number];
}

export interface ReferenceEmbedding {
  readonly name: string;
  /** Projections of length 1. */
  readonly exemplars: readonly (readonly number[])[];
}

export interface ReferenceClasses {
  readonly names: readonly string[];
  readonly counts: readonly number[];
  readonly conditions?: readonly (readonly number[])[];
}

/** What a profile may hold at most: no more than a window can carry back, and a text that a small device can read whole. */
export const profile_limits = {
  text_chars_max: 8_388_608,
  features_max: 1_000,
  edges_max: 1_023,
  classes_max: 65_536,
  conditions_max: 64,
  embeddings_max: 16,
  name_chars_max: 200,
} as const;

// stats: the reference profile of a model version: what its inputs and outputs look like where it is known to work.
// It travels inside the bundle as profile.json; its digest is the key under which counts may be merged.
// JSON keeps every number as it is (shortest round-trip), so a profile that was read back gives the same bins.
import { failure } from '@holdfast/base';
import { type Moments, momentsOf } from './sketches/moments.ts';
import { countOnEdges, quantileEdges } from './sketches/quantile-edges.ts';

export interface ReferenceFeature {
  readonly name: string;
  /** Strictly ascending. */
  readonly edges: readonly number[];
  /** edges.length + 1 counts. */
  readonly counts: readonly number[];
  readonly moments: Readonly<Moments>;
}

export interface ReferenceProfile {
  readonly v: 1;
  /** Inferences that the profile was made from. */
  readonly n: number;
  readonly features: readonly ReferenceFeature[];
  readonly classes: { readonly names: readonly string[]; readonly counts: readonly number[] };
}

export interface ProfileOptions {
  readonly names: readonly string[];
  /** One an inference, each in the order of `names`. */
  readonly values: readonly Float64Array[];
  /** The predicted class an inference, -1 where there is none. */
  readonly predicted: ArrayLike<number>;
  readonly class_names: readonly string[];
  /** Bins a feature; 32 keeps a window of eight features near 1 KB and the distance within 1/32 of the exact one. */
  readonly bins?: number;
}

export function buildProfile(options: ProfileOptions): ReferenceProfile {
  const { names, values, predicted, class_names, bins = 32 } = options;
  for (const row of values) if (row.length !== names.length) throw failure('HF-STAT-001', { saw: row.length, expected: names.length });
  const counts = class_names.map(() => 0);
  for (let i = 0; i < predicted.length; i++) if (predicted[i]! >= 0 && predicted[i]! < counts.length) counts[predicted[i]!]! += 1;
  const features = names.map((name, at) => profileFeature(name, values.map((row) => row[at]!), bins));
  return { v: 1, n: values.length, features, classes: { names: [...class_names], counts } };
}

function profileFeature(name: string, values: readonly number[], bins: number): ReferenceFeature {
  const edges = quantileEdges(values, bins);
  return { name, edges, counts: countOnEdges(edges, values), moments: momentsOf(values) };
}

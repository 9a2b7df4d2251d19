// agent/watch: what is watched of a bundle: its model and its reference profile. The profile's digest is the key under which counts merge.

import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { BundleManifest, Inference } from '@holdfast/protocol';
import {
  type ObservationShape,
  type ReferenceProfile,
  categoryRanks,
  image_descriptors,
  novelty,
  noveltyName,
  pairName,
  observedNames,
  projectionPlaces,
  parseProfile,
  profile_limits,
} from '@holdfast/stats';
import type { Names } from '../sdk/names-file.ts';

export interface WatchedProfile {
  readonly digest: string;
  readonly profile: ReferenceProfile;
}

export interface WatchedBundle {
  readonly bundle: string;
  readonly model: string;
  readonly model_version: number;
  readonly watched: WatchedProfile | null;
  /** It has no profile at all: the device may make one of its own first inferences. */
  readonly warms_up: boolean;
}

/** A bundle without a profile that can be used is still run; `problem` says why it is not watched. */
export function watchedBundle(digest: string, manifest: BundleManifest, folder: string): { bundle: WatchedBundle; problem: string | null } {
  const file = manifest.files.find((one) => one.path === 'profile.json');
  const bundle = { bundle: digest, model: manifest.model.name, model_version: manifest.model.version, warms_up: file === undefined };
  if (!file) return { bundle: { ...bundle, watched: null }, problem: 'the bundle has no profile.json; one is made of the first inferences' };
  try {
    return { bundle: { ...bundle, watched: readProfile(join(folder, file.path)) }, problem: null };
  } catch (error) {
    return { bundle: { ...bundle, watched: null }, problem: `profile.json: ${error instanceof Error ? error.message : String(error)}` };
  }
}

export function readProfile(path: string): WatchedProfile {
  const size = statSync(path).size;
  if (size > profile_limits.text_chars_max) throw new RangeError(`it has ${size} bytes, expected at most ${profile_limits.text_chars_max}`);
  const bytes = readFileSync(path);
  return { digest: createHash('sha256').update(bytes).digest('hex'), profile: parseProfile(bytes.toString('utf8')) };
}

/** From what an app logs to the features of a profile: which observed value goes where. */
export interface FeatureMap {
  readonly shape: ObservationShape;
  /** For each feature of the profile the place among the observed values; -1 where the app does not log it. */
  readonly places: readonly number[];
  /** Features that are not observed as they are: words by their rank, embeddings by their novelty, pairs by their product. */
  readonly derived: readonly { readonly at: number; readonly of: (observed: Float64Array) => number }[];
}

/** What is observed of an app without a profile: all that its first inference brings. */
export function shapeOf(inference: Inference, names: Names | null): ObservationShape {
  const inputs = names && names.inputs.length > 0 ? names.inputs : Array.from({ length: inference.inputs.length }, (_, i) => String(i));
  return { inputs, image: inference.image !== undefined, outputs: inference.outputs.length > 0 ? ['output'] : [] };
}

/** Without names from the app, its inputs are taken to be the profile's inputs, in the profile's order. */
export function mapFeatures(profile: ReferenceProfile, names: Names | null): FeatureMap {
  const features = profile.features.map((feature) => feature.name);
  const own = features.filter((name) => name.startsWith('input.')).map((name) => name.slice('input.'.length));
  const inputs = names && names.inputs.length > 0 ? names.inputs : own;
  const outputs = features.some((name) => name.startsWith('output.')) ? ['output'] : [];
  const shape = { inputs, image: image_descriptors.filter((name) => features.includes(`image.${name}`)), outputs };
  const observed = observedNames(shape);
  return { shape, places: features.map((name) => observed.indexOf(name)), derived: derivedOf(profile, observed) };
}

function derivedOf({ features, embeddings = [], pairs = [] }: ReferenceProfile, observed: readonly string[]): FeatureMap['derived'] {
  const words = features.flatMap(({ name, categories }, at) => {
    const place = observed.indexOf(name);
    if (!categories || place < 0) return [];
    const rank = categoryRanks(categories);
    return { at, of: (values: Float64Array) => rank(values[place]!) };
  });
  const distances = embeddings.map(({ name, exemplars }) => {
    const places = projectionPlaces(name, observed);
    const at = features.findIndex((feature) => feature.name === noveltyName(name));
    return {
      at,
      of: (values: Float64Array) =>
        novelty(
          places.map((place) => values[place] ?? Number.NaN),
          exemplars,
        ),
    };
  });
  const products = pairs.map(({ features: pair, means }) => {
    const at = features.findIndex((feature) => feature.name === pairName(pair));
    const meanOf = (name: string) => features.find((feature) => feature.name === name)!.moments.mean;
    const [a, b] = pair.map((name, i) => ({ place: observed.indexOf(name), mean: means?.[i] ?? meanOf(name) }));
    return { at, of: (values: Float64Array) => ((values[a!.place] ?? Number.NaN) - a!.mean) * ((values[b!.place] ?? Number.NaN) - b!.mean) };
  });
  return [...words, ...[...distances, ...products].filter(({ at }) => at >= 0)]; // profiles of before name pairs that are no features
}

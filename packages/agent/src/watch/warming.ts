// agent/watch: the time before a device has a profile: its first inferences are observed, and become one. A kill begins anew.
import type { Inference } from '@holdfast/protocol';
import { type ObservationShape, type ReferenceProfile, WarmUp, observe, observedCount, observedNames, profile_limits } from '@holdfast/stats';
import type { Names } from '../sdk/names-file.ts';
import { type WatchedBundle, shapeOf } from './watched-bundle.ts';

interface Begun {
  readonly shape: ObservationShape;
  readonly values: Float64Array;
  readonly warm_up: WarmUp;
}

export class Warming {
  readonly bundle: WatchedBundle;
  readonly #names: Names | null;
  readonly #rows: number;
  #begun: Begun | null = null;

  constructor(bundle: WatchedBundle, names: Names | null, rows: number) {
    this.bundle = bundle;
    this.#names = names;
    this.#rows = rows;
  }

  /** The first inference says what there is to observe; the last gives the profile. More features than a profile may have are never watched. */
  take(inference: Inference): ReferenceProfile | null {
    this.#begun ??= begin(inference, this.#names, this.#rows);
    if (this.#begun.values.length > profile_limits.features_max) return null;
    const { shape, values, warm_up } = this.#begun;
    return warm_up.take(observe(inference, shape, values), inference.predicted);
  }
}

function begin(inference: Inference, names: Names | null, rows: number): Begun {
  const shape = shapeOf(inference, names);
  const named = names && names.outputs.length > 0 ? names.outputs : Array.from({ length: inference.outputs.length }, (_, i) => String(i));
  const warm_up = new WarmUp({ names: observedNames(shape).slice(0, profile_limits.features_max), class_names: named, rows });
  return { shape, values: new Float64Array(observedCount(shape)), warm_up };
}

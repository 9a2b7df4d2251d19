// agent/watch: the time before a device has a profile: its first inferences are observed, and become one. How far it has come is written every ten minutes and at
// the end, so that a kill costs what came since then; an inference that the agent after it reads again may then be in the reference twice, which it does not feel.
import type { Inference } from '@holdfast/protocol';
import { type ObservationShape, type ReferenceProfile, WarmUp, type WarmUpState, observe, observedCount, observedNames, profile_limits } from '@holdfast/stats';
import type { Names } from '../sdk/names-file.ts';
import { type WatchedBundle, shapeOf } from './watched-bundle.ts';
import type { WarmingFile, WarmingKey } from './warming-file.ts';

const save_interval_ms = 600_000;

interface Begun {
  readonly shape: ObservationShape;
  readonly columns: readonly string[];
  readonly values: Float64Array;
  readonly warm_up: WarmUp;
}
export interface WarmingOptions {
  readonly file: WarmingFile;
  readonly now_ms: () => number;
  readonly on_line: (text: string) => void;
}

export class Warming {
  readonly bundle: WatchedBundle;
  readonly #names: Names | null;
  readonly #rows: number;
  readonly #options: WarmingOptions;
  #begun: Begun | null = null;
  #saved_ms: number;
  #has_news = false;

  constructor(bundle: WatchedBundle, names: Names | null, rows: number, options: WarmingOptions) {
    this.bundle = bundle;
    this.#names = names;
    this.#rows = rows;
    this.#options = options;
    this.#saved_ms = options.now_ms();
  }

  get #key(): WarmingKey {
    return { bundle: this.bundle.bundle, names: this.#names, rows: this.#rows };
  }

  /** The same warm-up goes on when the app starts again. */
  is(bundle: WatchedBundle, names: Names | null, rows: number): boolean {
    return JSON.stringify(this.#key) === JSON.stringify({ bundle: bundle.bundle, names, rows });
  }

  /** The first inference says what there is to observe; the last gives the profile. More features than a profile may have are never watched. */
  take(inference: Inference): ReferenceProfile | null {
    this.#begun ??= this.#begin(inference);
    if (this.#begun.values.length > profile_limits.features_max) return null;
    const { shape, values, warm_up } = this.#begun;
    const profile = warm_up.take(observe(inference, shape, values), inference.predicted);
    this.#has_news = profile === null;
    const since_ms = this.#options.now_ms() - this.#saved_ms;
    if (since_ms < 0 || since_ms >= save_interval_ms) this.save();
    return profile;
  }

  /** Keeps how far it has come, where something came in since. */
  save(): void {
    if (!this.#begun || !this.#has_news) return;
    this.#saved_ms = this.#options.now_ms();
    this.#has_news = !this.#options.file.save(this.#key, { columns: this.#begun.columns, state: this.#begun.warm_up.state });
  }

  #begin(inference: Inference): Begun {
    const shape = shapeOf(inference, this.#names);
    const columns = observedNames(shape).slice(0, profile_limits.features_max);
    return { shape, columns, values: new Float64Array(observedCount(shape)), warm_up: this.#open(inference, columns) };
  }

  /** From where it was, if that was of the same columns. */
  #open(inference: Inference, columns: readonly string[]): WarmUp {
    const named = this.#names && this.#names.outputs.length > 0 ? this.#names.outputs : Array.from({ length: inference.outputs.length }, (_, i) => String(i));
    const words = (this.#names?.categories ?? []).map((name) => `input.${name}`);
    const of = { names: columns, words, class_names: named, rows: this.#rows };
    const { stored, problem } = this.#options.file.load(this.#key);
    if (problem !== null) this.#options.on_line(problem);
    const state = stored && stored.columns.join('\n') === columns.join('\n') ? stored.state : null;
    return state ? this.#resumed(of, state) : new WarmUp(of);
  }

  #resumed(of: ConstructorParameters<typeof WarmUp>[0], state: WarmUpState): WarmUp {
    try {
      return new WarmUp(of, state);
    } catch (error) {
      this.#options.on_line(this.#options.file.setAside(error instanceof Error ? error.message : String(error)));
      return new WarmUp(of);
    }
  }
}

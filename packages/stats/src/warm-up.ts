// stats: a reference profile from a stream that is well, where nobody made one at packaging: a device's own first inferences.
// The first half of the values only finds the edges, by a quantile sketch of fixed memory; the second half is counted on them. So the counts have no sketch
// error, and edges that lie a little off only make bins of unequal size, which every comparison takes as they are.
// Some rows are kept in their order (250,000 numbers at most) to know how far neighbours depend. Memory: 5 KB a feature while it lasts.
import { failure } from '@holdfast/base';
import { autocorrelationTime } from './detectors/dependence.ts';
import { type ReferenceFeature, type ReferenceProfile, profile_limits } from './profile.ts';
import { KllSketch } from './sketches/kll.ts';
import { emptyMoments } from './sketches/moments.ts';
import { quantileEdges } from './sketches/quantile-edges.ts';
import { WindowCounts } from './sketches/window-counts.ts';

export interface WarmUpOptions {
  readonly names: readonly string[];
  readonly class_names: readonly string[];
  /** Rows of both halves together. */
  readonly rows: number;
}

const kept_numbers_max = 250_000;
const kept_rows = { min: 200, max: 1_000 } as const;
/** A profile of more features has fewer bins, so that it stays below the size of one record. */
const many_features = 400;

export class WarmUp {
  readonly #options: WarmUpOptions;
  readonly #half: number;
  #sketches: KllSketch[];
  #counts: WindowCounts | null = null;
  #draft: ReferenceProfile | null = null;
  readonly #kept: Float32Array[] = [];
  #seen = 0;

  /** Fails with HF-REQ-008 where a profile may not have as many features. */
  constructor(options: WarmUpOptions) {
    const { features_max } = profile_limits;
    if (options.names.length > features_max) throw failure('HF-REQ-008', { what: 'a reference profile, of features,', limit: features_max });
    this.#options = options;
    this.#half = Math.ceil(options.rows / 2);
    this.#sketches = options.names.map((_, i) => new KllSketch(200, i + 1));
  }

  /** Takes one row in the order of the names; gives the profile with the last one, else null. */
  take(values: Float64Array, predicted: number): ReferenceProfile | null {
    if (this.#seen < this.#half) this.#sketches.forEach((sketch, i) => (Number.isFinite(values[i]) ? sketch.add(values[i]!) : undefined));
    else this.#count(values, predicted);
    this.#seen++;
    return this.#seen === 2 * this.#half ? this.#profile() : null;
  }

  #count(values: Float64Array, predicted: number): void {
    if (this.#counts === null) {
      this.#draft = draftOf(this.#options, this.#sketches);
      this.#counts = new WindowCounts(this.#draft);
      this.#sketches = [];
    }
    this.#counts.add(values, predicted);
    const room = Math.min(kept_rows.max, Math.floor(kept_numbers_max / Math.max(1, values.length)));
    if (this.#kept.length < room) this.#kept.push(Float32Array.from(values));
  }

  #profile(): ReferenceProfile {
    const [counts, draft] = [this.#counts!, this.#draft!];
    const features = counts.features().map(({ name, counts: bins, moments, missing }, i): ReferenceFeature => {
      const time = this.#timeOf(i);
      return { name, edges: draft.features[i]!.edges, counts: bins, moments, missing, ...(time > 1 ? { autocorrelation_time: time } : {}) };
    });
    return { v: 1, n: counts.inferences, features, classes: { names: [...this.#options.class_names], counts: counts.classes() }, warm_up: true };
  }

  #timeOf(feature: number): number {
    const values = this.#kept.map((row) => row[feature]!).filter(Number.isFinite);
    return values.length < kept_rows.min ? 1 : autocorrelationTime(values);
  }
}

/** A profile with edges and nothing counted yet. */
function draftOf({ names, class_names }: WarmUpOptions, sketches: readonly KllSketch[]): ReferenceProfile {
  const bins = names.length > many_features ? 16 : 32;
  const features = names.map((name, i) => {
    const edges = quantileEdges(heldOf(sketches[i]!), bins);
    return { name, edges, counts: Array.from({ length: edges.length + 1 }, () => 0), moments: emptyMoments() };
  });
  return { v: 1, n: 0, features, classes: { names: class_names, counts: class_names.map(() => 0) } };
}

/** Each held value as often as it stands for. */
function heldOf(sketch: KllSketch): number[] {
  return sketch.weighted().flatMap(({ value, weight }) => Array.from({ length: weight }, () => value));
}

// stats/sketches: what a window counts of every feature, in a few flat arrays: bins, moments, what is missing. A device keeps a thousand features in them, so
// an update makes no garbage and a feature takes some 0.6 KB with 32 bins, its edges among them.
// Rules: NaN and infinity are missing and in no bin; a value outside of what the reference ever had is in its outer bin and counted beside it (words, whose
// values are ranks, have no range). Complexity: O(log bins) a value. Moments: Welford's update, as in moments.ts.
import type { ReferenceFeature } from '../profile.ts';
import { type Moments, mergeMoments } from './moments.ts';
import { addCounts } from './quantile-edges.ts';

export interface Tally {
  readonly missing: number;
  /** Of the missing, those that were infinite. */
  readonly infinite: number;
  /** Values outside of what the reference ever had. */
  readonly out_of_range: number;
}

/** Where the numbers of a feature stand: count, mean, squares, min, max; then missing, infinite, out of range. */
const stride = 8;

export class FlatColumns {
  readonly #edges: Float64Array;
  /** Where the edges of a feature begin; those of the last end at one number more. Its counts begin as many places later as features came before. */
  readonly #first: Uint32Array;
  readonly #counts: Float64Array;
  readonly #numbers: Float64Array;
  /** The range of the reference, two numbers a feature. */
  readonly #range: Float64Array;

  constructor(features: readonly ReferenceFeature[]) {
    let edges = 0;
    this.#first = Uint32Array.of(0, ...features.map((feature) => (edges += feature.edges.length)));
    this.#edges = Float64Array.from(features.flatMap((feature) => feature.edges));
    this.#counts = new Float64Array(edges + features.length);
    this.#numbers = new Float64Array(stride * features.length);
    const no_range = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    this.#range = Float64Array.from(features.flatMap(({ categories, moments }) => (categories ? no_range : [moments.min, moments.max])));
  }

  get length(): number {
    return this.#first.length - 1;
  }

  reset(): void {
    this.#counts.fill(0);
    this.#numbers.fill(0);
  }

  /** Adds a value of one feature. */
  add(feature: number, value: number): void {
    const at = feature * stride;
    const numbers = this.#numbers;
    if (!Number.isFinite(value)) {
      numbers[at + 5]! += 1;
      if (!Number.isNaN(value)) numbers[at + 6]! += 1;
      return;
    }
    if (value < this.#range[2 * feature]! || value > this.#range[2 * feature + 1]!) numbers[at + 7]! += 1;
    this.#counts[this.#edgesBelow(feature, value) + feature]! += 1;
    const count = (numbers[at]! += 1);
    const before = value - numbers[at + 1]!;
    numbers[at + 1]! += before / count;
    numbers[at + 2]! += before * (value - numbers[at + 1]!);
    if (count === 1 || value < numbers[at + 3]!) numbers[at + 3] = value;
    if (count === 1 || value > numbers[at + 4]!) numbers[at + 4] = value;
  }

  /** The first of the feature's edges that is not below the value, counted among the edges of all features. */
  #edgesBelow(feature: number, value: number): number {
    const edges = this.#edges;
    let low = this.#first[feature]!;
    let high = this.#first[feature + 1]!;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (edges[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  counts(feature: number): number[] {
    return Array.from(this.#counts.subarray(this.#first[feature]! + feature, this.#first[feature + 1]! + feature + 1));
  }

  moments(feature: number): Moments {
    const [count, mean, m2, min, max] = this.#numbers.subarray(feature * stride, feature * stride + 5) as unknown as [number, number, number, number, number];
    return { count, mean, m2, min, max };
  }

  tally(feature: number): Tally {
    const [missing, infinite, out_of_range] = this.#numbers.subarray(feature * stride + 5, feature * stride + stride) as unknown as [number, number, number];
    return { missing, infinite, out_of_range };
  }

  /** Adds what another window counted of one feature. Fails with HF-STAT-001 where it has other bins. */
  merge(feature: number, counts: readonly number[], moments: Readonly<Moments>, tally: Tally): void {
    this.#counts.set(addCounts(this.counts(feature), counts), this.#first[feature]! + feature);
    const { count, mean, m2, min, max } = mergeMoments(this.moments(feature), moments);
    const { missing, infinite, out_of_range } = this.tally(feature);
    const sums = [missing + tally.missing, infinite + tally.infinite, out_of_range + tally.out_of_range];
    this.#numbers.set([count, mean, m2, min, max, ...sums], feature * stride);
  }
}

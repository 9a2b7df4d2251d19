// stats/warm-up: the second half of a warm-up: everything is counted on the bins of the draft, words by their rank and pairs by their products, and some rows are
// kept in their order to know how far neighbours depend. It ends in the profile.
import { categoryRanks } from '../categories.ts';
import { autocorrelationTime } from '../detectors/dependence.ts';
import { tolerance_default } from '../detectors/profile-evidence.ts';
import { pairName } from '../pairs.ts';
import type { ReferenceFeature, ReferencePair, ReferenceProfile } from '../profile.ts';
import { WindowCounts } from '../sketches/window-counts.ts';
import { kept_limits, roomOf } from './finding.ts';
import { type CountingHead, NumberReader, joined } from './state.ts';

export class Counting {
  readonly #draft: ReferenceProfile;
  readonly #counts: WindowCounts;
  readonly #derive: ((observed: Float64Array) => number)[];
  readonly #values: Float64Array;
  readonly #kept: Float32Array[];

  constructor(draft: ReferenceProfile, state: { readonly head: CountingHead; readonly numbers: Float64Array } | null = null) {
    this.#draft = draft;
    this.#counts = new WindowCounts(draft);
    this.#values = new Float64Array(draft.features.length);
    this.#derive = draft.features.map((feature, i) => deriveOf(draft, feature, i));
    if (state) this.#counts.addWindow(state.head.part);
    this.#kept = state ? new NumberReader(state.numbers).rows(state.head.kept, draft.features.length) : [];
  }

  add(observed: Float64Array, predicted: number): void {
    this.#derive.forEach((of, i) => (this.#values[i] = of(observed)));
    this.#counts.add(this.#values, predicted);
    if (this.#kept.length < roomOf(this.#values.length)) this.#kept.push(Float32Array.from(this.#values));
  }

  /** Below the default of a reference of 1,600 rows nobody could tell a drift from the reference's own error: two of its standard errors are no drift. */
  profile(): ReferenceProfile {
    const { classes, pairs } = this.#draft;
    const n = this.#counts.inferences;
    const features = this.#counts.features().map(({ name, counts, moments, missing }, i): ReferenceFeature => {
      const { edges, categories } = this.#draft.features[i]!;
      const time = this.#timeOf(i);
      return { name, edges, counts, moments, missing, ...(time > 1 ? { autocorrelation_time: time } : {}), ...(categories ? { categories } : {}) };
    });
    return {
      ...{ v: 1, n, features, classes: { names: classes.names, counts: this.#counts.classes() } },
      ...(pairs ? { pairs: pairs.map((pair) => counted(pair, features)) } : {}),
      ...{ tolerance: Math.max(tolerance_default, 2 / Math.sqrt(Math.max(1, n))), warm_up: true },
    };
  }

  #timeOf(feature: number): number {
    const values = this.#kept.map((row) => row[feature]!).filter(Number.isFinite);
    return values.length < kept_limits.rows_min ? 1 : autocorrelationTime(values);
  }

  get state(): { readonly head: CountingHead; readonly numbers: Float64Array } {
    const features = this.#counts
      .features()
      .map(({ name, counts, moments, missing, infinite, out_of_range }) => ({ name, counts, moments, missing, infinite, out_of_range }));
    const part = { inferences: this.#counts.inferences, features, classes: this.#counts.classes() };
    return { head: { draft: this.#draft, part, kept: this.#kept.length }, numbers: joined(this.#kept) };
  }
}

/** From what is observed, in the order of the names, to the value of a feature: pairs stand behind the names. */
function deriveOf({ features, pairs = [] }: ReferenceProfile, { name, categories }: ReferenceFeature, at: number): (observed: Float64Array) => number {
  if (categories) {
    const rank = categoryRanks(categories);
    return (observed) => rank(observed[at]!);
  }
  const pair = pairs.find((one) => pairName(one.features) === name);
  if (!pair) return (observed) => observed[at]!;
  const [a, b] = pair.features.map((of) => features.findIndex((feature) => feature.name === of)) as [number, number];
  const [mean_a, mean_b] = pair.means!;
  return (observed) => (observed[a]! - mean_a) * (observed[b]! - mean_b);
}

function counted(pair: ReferencePair, features: readonly ReferenceFeature[]): ReferencePair {
  const { count, mean } = features.find(({ name }) => name === pairName(pair.features))!.moments;
  return { ...pair, count, products: count * mean };
}

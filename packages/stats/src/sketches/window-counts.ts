// stats/sketches: the current window of one model version: counts on the bins of its reference profile, and moments.
// Memory is fixed by the profile. Merging is addition, so any order of devices gives the same bins (the order moves only the last bits of moments).
// NaN and infinity are counted as missing and are in no bin; a predicted class outside of the profile's classes is in no class count.
import { failure } from '@holdfast/base';
import type { ReferenceProfile } from '../profile.ts';
import { effectOf, readClasses, readFeature } from '../reading.ts';
import { type DriftRule, type WindowReading, readWindow } from '../rule.ts';
import { FlatColumns, type Tally } from './flat-columns.ts';
import type { Moments } from './moments.ts';
import { addCounts } from './quantile-edges.ts';

/** One feature of the window, with its reading against the reference. */
export interface FeatureReading extends Tally {
  readonly name: string;
  readonly counts: number[];
  readonly moments: Moments;
  /** Of a feature that is a word: values that the reference never had. */
  readonly new_category?: number;
  /** Kolmogorov-Smirnov distance on the bins, 0 to 1; of words, total variation. */
  readonly distance: number;
  readonly p_value: number;
}

export interface FeaturePart {
  readonly name: string;
  readonly counts: readonly number[];
  readonly moments: Readonly<Moments>;
  readonly missing: number;
  readonly infinite?: number;
  readonly out_of_range?: number;
}

/** What of a closed window is needed to add it to another: the fields of the wire's window summary. */
export interface WindowPart {
  readonly inferences: number;
  readonly features: readonly FeaturePart[];
  readonly classes: readonly number[];
}

export class WindowCounts {
  readonly #profile: ReferenceProfile;
  #inferences = 0;
  readonly #columns: FlatColumns;
  #classes: number[] = [];

  constructor(profile: ReferenceProfile) {
    this.#profile = profile;
    this.#columns = new FlatColumns(profile.features);
    this.reset();
  }

  get inferences(): number {
    return this.#inferences;
  }

  reset(): void {
    this.#inferences = 0;
    this.#columns.reset();
    this.#classes = this.#profile.classes.names.map(() => 0);
  }

  /** Adds one inference; `values` in the order of the profile's features, `predicted` -1 where there is no class. */
  add(values: Float64Array, predicted: number): void {
    if (values.length !== this.#columns.length) throw failure('HF-STAT-001', { saw: values.length, expected: this.#columns.length });
    this.#inferences += 1;
    for (let i = 0; i < values.length; i++) this.#columns.add(i, values[i]!);
    if (predicted >= 0 && predicted < this.#classes.length) this.#classes[predicted]! += 1;
  }

  /** Adds a window that was counted elsewhere on the same profile. A feature that it does not name stays as it is. */
  addWindow(part: WindowPart): void {
    const places = part.features.map((feature) => this.#profile.features.findIndex(({ name }) => name === feature.name));
    const classes = addCounts(this.#classes, part.classes);
    for (const [i, { name, counts, moments, missing, infinite = 0, out_of_range = 0 }] of part.features.entries()) {
      if (places[i]! < 0) throw failure('HF-STAT-002', { saw: name });
      this.#columns.merge(places[i]!, counts, moments, { missing, infinite, out_of_range });
    }
    this.#classes = classes;
    this.#inferences += part.inferences;
  }

  features(): FeatureReading[] {
    return this.#profile.features.map((reference, i) => {
      const counts = this.#columns.counts(i);
      const news = reference.categories ? { new_category: counts.at(-1)! } : {};
      return { name: reference.name, counts, moments: this.#columns.moments(i), ...this.#columns.tally(i), ...news, ...readFeature(reference, counts) };
    });
  }

  /** The counts of each feature, as they stand. */
  counts(): number[][] {
    return this.#profile.features.map((_, i) => this.#columns.counts(i));
  }

  /** How much each feature differs from the nearest reference, whichever way (reading.ts). */
  effects(): { name: string; effect: number }[] {
    return this.#profile.features.map((reference, i) => ({ name: reference.name, effect: effectOf(reference, this.#columns.counts(i)) }));
  }

  classes(): number[] {
    return [...this.#classes];
  }

  classesPValue(): number {
    return readClasses(this.#profile.classes, this.#classes).p_value;
  }

  /** The window as it stands, under a rule. */
  read(rule: DriftRule): WindowReading[] {
    const features = this.#profile.features.map(({ name }, i) => ({ name, counts: this.#columns.counts(i) }));
    return readWindow(this.#profile, { inferences: this.#inferences, features, classes: this.#classes }, rule);
  }

  /** Both windows together, as a new one; they must share the profile. */
  static merge(a: WindowCounts, b: WindowCounts): WindowCounts {
    const both = new WindowCounts(a.#profile);
    for (const part of [a, b]) both.addWindow({ inferences: part.inferences, features: part.features(), classes: part.classes() });
    return both;
  }
}

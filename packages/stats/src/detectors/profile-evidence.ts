// stats/detectors: the binned e-detector of every feature of a reference profile at once, a closed window at a time: what a device watches a thousand
// features with. It reads the window's counts, so that an inference costs nothing beyond its counting.
// Formula: tilt t keeps M = (M + 1) L over windows, L the product of its ratios over the window's values (e-reference.ts), to the power 1/block where
// neighbours depend: the geometric mean of `block` interleaved streams, each nearly independent, which is at most their arithmetic mean, an e-value.
// So E[M] <= the number of windows, and the mean number of windows until the weighted mean of M is 1/alpha is at least 1/alpha.
// Where the profile has conditions, a feature has one stream a reference (the whole, and each condition) and its evidence is the smallest of them: under
// each condition the smallest is at most that condition's own. What crossed goes on from a twentieth of the threshold: what stays drifted crosses again
// soon, what is well again does so in one case of 20 at most (Ville's inequality).
// Of words a tenth of the evidence is for those that the reference never had: six greater shares of them against the greatest that is no drift (unseen.ts).
// Complexity: O(references * tilts * bins) a window; 26 x 8 bytes and one byte a bin for each reference. Kept in logarithms: nothing overflows.
// Not watched: a reference below 30 values or of one bin, and features past `references_max`.
// Source: J. Shin, A. Ramdas, A. Rinaldo, "E-detectors", arXiv:2203.03532; decisions 21 and 23.
import { errorsOfOrder, foldNews } from '../categories.ts';
import { greaterShares, greater_count } from '../greater-shares.ts';
import type { ReferenceFeature, ReferenceProfile } from '../profile.ts';
import { unseenLimit } from '../reading.ts';
import { blockOf } from './dependence.ts';
import { eBins, reference_limits } from './e-reference.ts';
import { endStep, firstStep } from './tilted-bins.ts';
import { columns, steps, weights } from './tilts.ts';

const references_max = 8_000;
/** A device's law may differ by so much from the reference and is still well: a shift of the mean of about so many standard deviations. */
export const tolerance_default = 0.05;
const log_restart = Math.log(0.05);
const [log_known, log_unseen] = [Math.log(0.9), Math.log(0.1)];
/** The logarithm of no evidence; and the smallest ratio of a tilt on a bin that it gives no probability. */
const nothing = -700;
const ratio_min = 1e-12;
const tilts = weights.length;
const rise = new Float64Array(tilts);

interface Watched {
  /** First reference of the feature, and one behind its last. */
  readonly from: number;
  readonly to: number;
  readonly block: number;
  readonly is_words: boolean;
  /** Where the evidence of new words is kept, and the greatest share of them that is no drift; null where there is none. */
  readonly unseen: { readonly at: number; readonly share: number } | null;
}

export class ProfileEvidence {
  readonly #watched: readonly (Watched | null)[];
  /** The cuts of every reference, one after the other, and where those of each begin. */
  readonly #cuts: Uint8Array;
  readonly #first: Uint32Array;
  readonly #scale: Float32Array;
  /** Logarithm of M of each tilt, times its weight; behind them, the same of each greater share of new words. */
  readonly #log: Float32Array;

  constructor(profile: ReferenceProfile) {
    const cuts: (readonly number[])[] = [];
    const scales: (readonly number[])[] = [];
    const watched = profile.features.map((feature) => {
      const from = cuts.length;
      const time = feature.autocorrelation_time ?? 1;
      for (const counts of from < references_max ? usable(feature) : []) {
        const bins = eBins(counts, { tolerance: profile.tolerance ?? tolerance_default, time: time * errorsOfOrder(feature) });
        cuts.push(bins.cuts);
        scales.push(bins.scale);
      }
      const share = unseenLimit(feature);
      return cuts.length === from ? null : { from, to: cuts.length, block: blockOf(time), is_words: feature.categories !== undefined, share };
    });
    let states = cuts.length * tilts;
    this.#watched = watched.map(
      (one) => one && { ...one, unseen: one.share === null ? null : { at: (states += greater_count) - greater_count, share: one.share } },
    );
    this.#cuts = Uint8Array.from(cuts.flat());
    let end = 0;
    this.#first = Uint32Array.from(cuts, (each) => (end += each.length) - each.length);
    this.#scale = Float32Array.from(scales.flat());
    this.#log = new Float32Array(states).fill(nothing);
  }

  /** Features whose evidence is gathered: among them a budget is shared. */
  get watched(): number {
    return this.#watched.filter((one) => one !== null).length;
  }

  /** Takes the counts of a closed window, one list a feature; gives the logarithm of each feature's evidence. A drift is where it is at least -log(alpha). */
  close(counts: readonly (readonly number[])[], alpha: number): Float64Array {
    return Float64Array.from(this.#watched, (watched, feature) => (watched ? this.#closeOne(watched, counts[feature]!, alpha) : Number.NEGATIVE_INFINITY));
  }

  #closeOne({ from, to, block, is_words, unseen }: Watched, given: readonly number[], alpha: number): number {
    const counts = is_words ? foldNews(given) : given;
    let known = Number.POSITIVE_INFINITY;
    for (let reference = from; reference < to; reference++) known = Math.min(known, this.#weigh(reference, counts, block));
    const all = unseen ? logSum(log_known + known, log_unseen + this.#weighUnseen(unseen, given, block)) : known;
    if (all < -Math.log(alpha)) return all;
    for (let reference = from; reference < to; reference++) this.#lower(reference * tilts, tilts, log_restart - Math.log(alpha));
    if (unseen) this.#lower(unseen.at, greater_count, log_restart - Math.log(alpha));
    return all;
  }

  #weighUnseen({ at, share }: NonNullable<Watched['unseen']>, counts: readonly number[], block: number): number {
    const hits = counts.at(-1)!;
    const others = counts.reduce((sum, count) => sum + count, 0) - hits;
    for (const [i, log] of greaterShares(share, hits / block, others / block).entries())
      this.#log[at + i] = Math.max(nothing, logSum(this.#log[at + i]!, -Math.log(greater_count)) + log);
    return this.#total(at, greater_count);
  }

  /** Takes the counts into the evidence of every tilt against one reference; gives the logarithm of the sum. */
  #weigh(reference: number, counts: readonly number[], block: number): number {
    rise.fill(0);
    counts.forEach((count, bin) => (count > 0 ? this.#addRise(reference, bin, count / block) : undefined));
    for (let tilt = 0; tilt < tilts; tilt++) {
      const at = reference * tilts + tilt;
      this.#log[at] = Math.max(nothing, logSum(this.#log[at]!, Math.log(weights[tilt]!)) + rise[tilt]!);
    }
    return this.#total(reference * tilts, tilts);
  }

  #addRise(reference: number, bin: number, count: number): void {
    const at = this.#first[reference]! + bin;
    const [from, to] = [firstStep(this.#cuts, at), endStep(this.#cuts, at)];
    const [below, above] = [columns[from]!, columns[to]!];
    const per_step = steps / (to - from);
    for (let tilt = 0; tilt < tilts; tilt++) {
      const ratio = (above[tilt]! - below[tilt]!) * per_step * this.#scale[reference * tilts + tilt]!;
      rise[tilt]! += count * Math.log(Math.max(ratio_min, ratio));
    }
  }

  #total(from: number, states: number): number {
    return this.#log.subarray(from, from + states).reduce(logSum, Number.NEGATIVE_INFINITY);
  }

  #lower(from: number, states: number, to: number): void {
    const by = this.#total(from, states) - to;
    if (by > 0) for (let at = from; at < from + states; at++) this.#log[at] = Math.max(nothing, this.#log[at]! - by);
  }

  /** What must be kept to go on from a closed window. */
  state(): Float32Array {
    return this.#log.slice();
  }

  /** Goes on from a state; false, and from nothing, where it is not one of this profile. */
  resume(state: Float32Array | null): boolean {
    const fits = state !== null && state.length === this.#log.length && state.every(Number.isFinite);
    if (fits) this.#log.set(state);
    else this.#log.fill(nothing);
    return fits;
  }
}

/** log(e^a + e^b). */
function logSum(a: number, b: number): number {
  const [high, low] = a > b ? [a, b] : [b, a];
  return high === Number.NEGATIVE_INFINITY ? high : high + Math.log1p(Math.exp(low - high));
}

/** The counts that a feature is compared with: all, and those of each condition that are enough. */
function usable({ counts, conditions = [] }: ReferenceFeature): (readonly number[])[] {
  const enough = (some: readonly number[]) => some.length > 1 && some.reduce((sum, count) => sum + count, 0) >= reference_limits.values_min;
  return enough(counts) ? [counts, ...conditions.filter(enough)] : [];
}

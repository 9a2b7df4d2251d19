// stats/warm-up: a reference profile from a stream that is well, where nobody made one at packaging: a device's own first inferences.
// The first half of the values only finds the bins, by sketches of fixed memory (finding.ts); the second half is counted on them (counting.ts). So the counts have
// no sketch error, and edges that lie a little off only make bins of unequal size, which every comparison takes as they are. A word that came in the second half
// alone is counted as one that the reference did not have, as often as it came: so often new words are no drift.
// Memory while it lasts: 5 KB a number, 3 MB for words, 1 MB for rows. Its state goes through plain data, so that a restart goes on.
import { failure } from '@holdfast/base';
import { type ReferenceProfile, profile_limits } from '../profile.ts';
import { Counting } from './counting.ts';
import { Finding, type Observed } from './finding.ts';
import type { WarmUpState } from './state.ts';

export interface WarmUpOptions {
  readonly names: readonly string[];
  /** Those of the names whose values are codes of words. */
  readonly words?: readonly string[];
  readonly class_names: readonly string[];
  /** Rows of both halves together. */
  readonly rows: number;
}

export class WarmUp {
  readonly #of: Observed;
  #finding: Finding | null;
  #counting: Counting | null;
  #seen: number;

  /** `state`: to go on from, with the same options. Fails with HF-REQ-008 where a profile may not have as many features, with RangeError for a state that does not fit. */
  constructor({ names, words = [], class_names, rows }: WarmUpOptions, state: WarmUpState | null = null) {
    const { features_max } = profile_limits;
    if (names.length > features_max) throw failure('HF-REQ-008', { what: 'a reference profile, of features,', limit: features_max });
    this.#of = { names, words: new Set(words), class_names, rows: Math.ceil(rows / 2) };
    const { seen, finding, counting } = this.#opened(state);
    [this.#seen, this.#finding, this.#counting] = [seen, finding, counting];
  }

  #opened(state: WarmUpState | null): { seen: number; finding: Finding | null; counting: Counting | null } {
    if (state === null) return { seen: 0, finding: new Finding(this.#of), counting: null };
    const { head, numbers } = state;
    const seen_max = this.#of.rows * ('finding' in head ? 1 : 2);
    if ((head.v as number) !== 1 || !(head.seen < seen_max)) throw new RangeError(`version ${String(head.v)} after ${String(head.seen)} rows`);
    if ('finding' in head) return { seen: head.seen, finding: new Finding(this.#of, { head: head.finding, numbers, seen: head.seen }), counting: null };
    return { seen: head.seen, finding: null, counting: new Counting(head.counting.draft, { head: head.counting, numbers }) };
  }

  /** Takes one row in the order of the names; gives the profile with the last one, else null. */
  take(values: Float64Array, predicted: number): ReferenceProfile | null {
    if (this.#finding) this.#finding.take(values);
    else this.#counting!.add(values, predicted);
    if (++this.#seen === this.#of.rows) {
      this.#counting = new Counting(this.#finding!.draft());
      this.#finding = null;
    }
    return this.#seen === 2 * this.#of.rows ? this.#counting!.profile() : null;
  }

  /** What it has seen, to go on from. */
  get state(): WarmUpState {
    const [seen, v] = [this.#seen, 1 as const];
    if (this.#finding) {
      const { head, numbers } = this.#finding.state;
      return { head: { v, seen, finding: head }, numbers };
    }
    const { head, numbers } = this.#counting!.state;
    return { head: { v, seen, counting: head }, numbers };
  }
}

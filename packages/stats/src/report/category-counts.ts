// stats/report: counts of the words of a column. At most 1,000 words have a count of their own, in the order in which the reference shows them first; the
// words beyond are counted together. The current side counts on the words of the reference: what is not among them is counted together as well.
// Complexity: O(1) a word; memory is that of the words kept, each cut at 200 characters (two that agree so far are then one).

const words_max = 1_000;
const chars_max = 200;

export interface CategorySide {
  readonly missing: number;
  /** One a word of the reference, then those of all other words. */
  readonly counts: readonly number[];
}

export interface CategoryReference extends CategorySide {
  readonly words: readonly string[];
}

class WordCounts {
  readonly #at: Map<string, number>;
  readonly #grows: boolean;
  readonly #counts: number[];
  #other = 0;
  #missing = 0;

  constructor(words: readonly string[], grows: boolean) {
    this.#at = new Map(words.map((word, i) => [word, i]));
    this.#counts = words.map(() => 0);
    this.#grows = grows;
  }

  /** Null is a missing value. */
  add(word: string | null): void {
    if (word === null) {
      this.#missing += 1;
      return;
    }
    const kept = word.length > chars_max ? word.slice(0, chars_max) : word;
    const at = this.#at.get(kept);
    if (at !== undefined) this.#counts[at]! += 1;
    else if (this.#grows && this.#counts.length < words_max) this.#at.set(kept, this.#counts.push(1) - 1);
    else this.#other += 1;
  }

  freeze(): CategoryReference {
    return { words: [...this.#at.keys()], missing: this.#missing, counts: [...this.#counts, this.#other] };
  }
}

export const referenceWords = (): WordCounts => new WordCounts([], true);
export const currentWords = ({ words }: Pick<CategoryReference, 'words'>): WordCounts => new WordCounts(words, false);

// stats/warm-up: how often each word was seen, by its code, in fixed memory: exact while there is room, and from then on the frequent ones only.
// Formula: a code for which there is no room takes one off every count, and those at 0 go (J. Misra, D. Gries, "Finding repeated elements", 1982): what makes up
// more than 1/room of the values is kept, whenever it came. Complexity: O(1) a value on average. What is no code (a fraction, a negative number) is none.
import { type ReferenceCategories, categoriesOfCodes } from '../categories.ts';

export interface CodeCounterState {
  readonly is_over: boolean;
  /** Codes and counts, in turn. */
  readonly counts: readonly number[];
}

export class CodeCounter {
  readonly #room: number;
  readonly #counts = new Map<number, number>();
  #is_over: boolean;

  constructor(room: number, state: CodeCounterState = { is_over: false, counts: [] }) {
    this.#room = room;
    this.#is_over = state.is_over;
    for (let i = 0; i + 1 < state.counts.length; i += 2) this.#counts.set(state.counts[i]!, state.counts[i + 1]!);
  }

  add(code: number): void {
    if (!Number.isSafeInteger(code) || code < 0) return;
    const count = this.#counts.get(code);
    if (count !== undefined || this.#counts.size < this.#room) this.#counts.set(code, (count ?? 0) + 1);
    else this.#takeOne();
  }

  #takeOne(): void {
    this.#is_over = true;
    for (const [code, count] of this.#counts)
      if (count === 1) this.#counts.delete(code);
      else this.#counts.set(code, count - 1);
  }

  categories(): ReferenceCategories {
    return categoriesOfCodes([...this.#counts], !this.#is_over);
  }

  get state(): CodeCounterState {
    return { is_over: this.#is_over, counts: [...this.#counts].flat() };
  }
}

// stats/warm-up: what a warm-up has seen, to go on later: a head of plain data, and its numbers in one array, as a file takes them. A state fits the same names.
import type { ReferenceProfile } from '../profile.ts';
import type { KllState } from '../sketches/kll.ts';
import type { WindowPart } from '../sketches/window-counts.ts';
import type { CodeCounterState } from './code-counter.ts';

/** How many numbers there are of each part, in their order. */
export interface FindingHead {
  readonly sketches: readonly (Omit<KllState, 'levels'> & { readonly levels: readonly number[] })[];
  readonly codes: readonly { readonly is_over: boolean; readonly counts: number }[];
  readonly kept: number;
}
export interface CountingHead {
  readonly draft: ReferenceProfile;
  readonly part: WindowPart;
  readonly kept: number;
}
export interface WarmUpState {
  readonly head: { readonly v: 1; readonly seen: number } & ({ readonly finding: FindingHead } | { readonly counting: CountingHead });
  readonly numbers: Float64Array;
}

/** Takes parts of an array one after the other. Fails with RangeError where it ends too early. */
export class NumberReader {
  readonly #numbers: Float64Array;
  #at = 0;

  constructor(numbers: Float64Array) {
    this.#numbers = numbers;
  }

  take(count: number): number[] {
    if (!Number.isSafeInteger(count) || count < 0 || this.#at + count > this.#numbers.length)
      throw new RangeError(`${count} numbers are asked for, ${this.#numbers.length - this.#at} are left`);
    this.#at += count;
    return Array.from(this.#numbers.subarray(this.#at - count, this.#at));
  }

  /** Rows of so many numbers each. */
  rows(count: number, width: number): Float32Array[] {
    return Array.from({ length: count }, () => Float32Array.from(this.take(width)));
  }
}

export const joined = (parts: Iterable<ArrayLike<number>>): Float64Array => {
  const all = [...parts];
  const numbers = new Float64Array(all.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of all) {
    numbers.set(part, at);
    at += part.length;
  }
  return numbers;
};

/** A sketch as its head and its values. */
export function splitSketch({ levels, ...rest }: KllState): { head: FindingHead['sketches'][number]; values: readonly (readonly number[])[] } {
  return { head: { ...rest, levels: levels.map((values) => values.length) }, values: levels };
}
export const readSketch = ({ levels, ...rest }: FindingHead['sketches'][number], numbers: NumberReader): KllState => ({
  ...rest,
  levels: levels.map((count) => numbers.take(count)),
});
export const readCodes = ({ is_over, counts }: FindingHead['codes'][number], numbers: NumberReader): CodeCounterState => ({
  is_over,
  counts: numbers.take(counts),
});

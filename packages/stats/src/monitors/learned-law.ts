// stats/monitors: what is usual for one number, learned from the stream itself: a sorted sample of its calm values, bounded, and where a new value stands in it.
// Score: with n values kept, `below` of them under the new one and `equal` the same, z = normalScore((below + equal / 2 + 1/2) / (n + 1)). While every value joins,
// the ranks of a stream without a change are independent and uniform, whatever its law and however few values there are: limits on scores hold from the first value
// on, where those on an estimated mean and spread do not. Of a full sample each calm value replaces one at random, with the chance that the caller gives.
// Memory: `size_max` numbers; a value costs O(log n) to place and O(n) moves to keep. Ties take the middle: the spread of scores is then below 1, limits are wider.
// Source: W. J. Conover, V. G. Tercero-Gomez, A. E. Cordero-Franco, "The sequential normal scores transformation", Sequential Analysis 36(3), 2017.
import { next } from '../detectors/random.ts';
import { normalScore } from './normal-score.ts';

/** Calm values that are kept: their mean is then uncertain by 0.03 standard deviations. */
export const law_size_max = 1000;

export interface LearnedLaw {
  readonly sorted: number[];
  random: number;
}

export const emptyLaw = (): LearnedLaw => ({ sorted: [], random: 1 });

/** How many kept values are below. */
function placeOf(sorted: readonly number[], value: number, or_equal: boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = sorted[middle]!;
    if (at < value || (or_equal && at === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Standard deviations of a normal law: 0 in the middle of what is usual. */
export function scoreOf({ sorted }: LearnedLaw, value: number): number {
  const below = placeOf(sorted, value, false);
  const equal = placeOf(sorted, value, true) - below;
  return normalScore((below + equal / 2 + 0.5) / (sorted.length + 1));
}

/** Takes a calm value in. `turnover`: the share of a full sample that each calm value renews. */
export function learn(law: LearnedLaw, value: number, turnover: number): void {
  const { sorted } = law;
  if (sorted.length >= law_size_max) {
    if (next(law) >= turnover * law_size_max) return;
    sorted.splice(Math.floor(next(law) * sorted.length), 1);
  }
  sorted.splice(placeOf(sorted, value, true), 0, value);
}

// stats: what a reference adds to the words that it chooses to give a bin: the most frequent ones, by counts that chance has a part in, so that they come less often
// the next time. With many words of like frequency a fourth of all values may seem to move.
// Formula: of N words within three standard errors of the least that is chosen, r are; the sum of the r largest of N normal errors is N phi(z) on average, with z
// the normal quantile of 1 - r / N, and each is raised by N phi(z) / r. Of the words below, no more can be so near than what is left could hold.
// Complexity: O(bins). None is chosen, or none is left: 0. Source: H. A. David, H. N. Nagaraja, "Order Statistics", 3rd edition 2003, section 4.5 (selection differential).
import { normalQuantile } from './detectors/normal.ts';

const errors = 3;

/** Words that come more often than this are chosen whatever chance does. `time`: so many values count as one. */
export function nearMax(chosen: readonly number[], time = 1): number {
  const least = Math.min(...chosen);
  return least + errors * Math.sqrt(least * time);
}

/** Added to the counts of the chosen together, and the square of what is added to each in its standard errors, summed; `others` is how many words are left at most. */
export function choiceOf(chosen: readonly number[], n: number, others: number, time = 1): { readonly sum: number; readonly square: number } {
  const left = n - chosen.reduce((total, count) => total + count, 0);
  if (chosen.length === 0 || left <= 0 || others === 0) return { sum: 0, square: 0 };
  const least = Math.min(...chosen);
  const error = Math.sqrt(least * time);
  const above = chosen.filter((count) => count <= nearMax(chosen, time)).length;
  const below = Math.min(others, Math.ceil(left / Math.max(1, least - errors * error)));
  const all = above + below;
  const z = normalQuantile(1 - above / all);
  const sum = (all * Math.exp(-0.5 * z * z)) / Math.sqrt(2 * Math.PI);
  return { sum: sum * error, square: (sum * sum) / above };
}

// stats: evidence that something comes more often than its greatest share that is no drift: values that are missing, words that are new.
// Formula: the likelihood ratio of each of six greater shares to the greatest that is no drift. Each has an expectation of at most 1 under that share and, since
// hits speak for it alone, under all smaller ones. In logarithms; counts may be divided by a block before. Complexity: O(1).

/** What each alternative leaves of the share of what is no hit. */
const left = [0.98, 0.95, 0.85, 0.65, 0.35, 0.05] as const;

export const greater_count = left.length;

/** log of the ratio of each greater share; none where no share is known. */
export function greaterShares(share: number | null, hits: number, others: number): number[] {
  if (share === null) return [];
  return left.map((part) => hits * Math.log((1 - (1 - share) * part) / share) + others * Math.log(part));
}

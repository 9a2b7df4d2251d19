// stats: words that a reference never had: how large a share of them is no drift.
// Formula: of n words of which f1 kinds were seen once and f2 twice, about f1 / n of what is to come was never seen (I. J. Good, Biometrika 40, 1953), with a
// variance of (f1 + 2 f2) / n^2 (W. W. Esty, Annals of Statistics 11, 1983). The share that is no drift is the upper end at three standard errors, formed as
// E. B. Wilson's interval is, so that it holds for f1 = 0 as well: a reference of 500 words that has each of its kinds often may still lack 1.8 %.
// Complexity: O(1). An empty reference has seen nothing: all may be new.

/** Kinds of words that a reference has once, twice, and in no bin of their own. */
export interface SeldomSeen {
  readonly once: number;
  readonly twice: number;
  readonly rare: number;
}

/** Up to this autocorrelation time words come nearly each by itself; beyond it a reference cannot say how many kinds it never saw. */
export const independent_max = 1.5;

const z = 3;
const share_max = 0.999;

/** The largest share of words that n words never had, and that is no drift. */
export function unseenShare({ once, twice }: Pick<SeldomSeen, 'once' | 'twice'>, n: number): number {
  if (n === 0) return share_max;
  return Math.min(share_max, (once + (z * z) / 2 + z * Math.sqrt(once + 2 * twice + (z * z) / 4)) / n);
}

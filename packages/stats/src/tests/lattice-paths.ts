// stats/tests: the exact law of the two-sample Kolmogorov-Smirnov distance: the share of all orders of n and m values whose distance reaches a bound.
// Formula: an order is a lattice path to (n, m); the last step to (i, j) came from (i - 1, j) with chance i / (i + j). The chance of having left the band
// is 1 outside of it, and inside the mean of its two neighbours: sums of positive numbers, exact to some 1e-13 at the smallest p.
// Equal sizes have a closed form by reflection. Complexity: O(n m) time, O(m) memory; equal sizes O(n).
// Source: J. L. Hodges, Arkiv foer Matematik 3(43), 1958; B. V. Gnedenko, V. S. Korolyuk, Doklady Akademii Nauk SSSR 80, 1951 (equal sizes).

export interface Paths {
  readonly n: number;
  readonly m: number;
  /** Greatest common divisor of n and m. */
  readonly divisor: number;
  /** A path is outside where i m - j n, divided by the divisor, reaches this (two-sided: either way). */
  readonly bound: number;
  readonly two_sided: boolean;
}

export function pathsOutside(paths: Paths): number {
  if (paths.bound <= 0) return 1;
  if (paths.n !== paths.m) return Math.min(1, byLattice(paths));
  return Math.min(1, paths.two_sided ? reflected(paths.n, paths.bound) : shareBeyond(paths.n, paths.bound));
}

/** C(2n, n - h) / C(2n, n): the share of paths that reach the line h above the diagonal. */
function shareBeyond(n: number, h: number): number {
  let share = 1;
  for (let i = 0; i < h; i++) share *= (n - i) / (n + i + 1);
  return share;
}

/** 2 (S(h) - S(2h) + S(3h) - ...), summed from its smallest term as nested products of the steps from one to the next. */
function reflected(n: number, h: number): number {
  let sum = 0;
  for (let k = Math.floor(n / h); k >= 1; k--) {
    let step = 1;
    for (let i = (k - 1) * h; i < k * h; i++) step *= (n - i) / (n + i + 1);
    sum = step * (1 - sum);
  }
  return 2 * sum;
}

function byLattice({ n, m, divisor, bound, two_sided }: Paths): number {
  const [row_step, column_step] = [m / divisor, n / divisor];
  const left = new Float64Array(m + 1);
  for (let i = 0; i <= n; i++)
    for (let j = 0; j <= m; j++) {
      const gap = i * row_step - j * column_step;
      if (gap >= bound || (two_sided && -gap >= bound)) left[j] = 1;
      else if (i === 0) left[j] = j === 0 ? 0 : left[j - 1]!;
      else left[j] = j === 0 ? left[0]! : (i * left[j]! + j * left[j - 1]!) / (i + j);
    }
  return left[m]!;
}

// stats/tests: the exact law of Mann and Whitney's U without ties: P(U >= u) over all orders of n and m values.
// Formula: the orders with U = k are the coefficients of the Gaussian binomial, the product over i <= n of (1 - q^(m + i)) / (1 - q^i); each factor is one
// pass down and one up, in place, as chances (times i / (m + i)), so that nothing overflows. The law is symmetric: the shorter tail is summed.
// Complexity: O(min(n, m) * k) time and O(k) memory, with k the length of the shorter tail, at most n m / 2.
// Source: H. B. Mann, D. R. Whitney, Annals of Mathematical Statistics 18(1), 1947; G. E. Andrews, The Theory of Partitions, 3.

export function rankSumTail(u: number, n: number, m: number): number {
  if (u <= 0) return 1;
  const pairs = n * m;
  if (u > pairs) return 0;
  const upper = pairs - u; // P(U >= u) = P(U <= n m - u)
  return upper < u ? sumOf(law(Math.min(n, m), Math.max(n, m), upper)) : 1 - sumOf(law(Math.min(n, m), Math.max(n, m), u - 1));
}

/** P(U = k) for k from 0 to `last`. */
function law(n: number, m: number, last: number): Float64Array {
  const chance = new Float64Array(last + 1);
  chance[0] = 1;
  for (let i = 1; i <= n; i++) {
    const scale = i / (m + i);
    for (let k = last; k >= m + i; k--) chance[k]! -= chance[k - m - i]!;
    for (let k = i; k <= last; k++) chance[k]! += chance[k - i]!;
    for (let k = 0; k <= last; k++) chance[k]! *= scale;
  }
  return chance;
}

const sumOf = (chances: Float64Array): number => chances.reduce((sum, chance) => sum + chance, 0);

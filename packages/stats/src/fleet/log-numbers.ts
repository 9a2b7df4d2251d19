// stats/fleet: sums of numbers that are kept as logarithms, so that no product of likelihood ratios overflows. The logarithm of 0 is -Infinity.

/** log(exp(a) + exp(b)). */
export function logAdd(a: number, b: number): number {
  const [high, low] = a > b ? [a, b] : [b, a];
  return low === Number.NEGATIVE_INFINITY ? high : high + Math.log1p(Math.exp(low - high));
}

/** log of the sum of exp(values[i]), i from `from` to `to` - 1. */
export function logSum(values: ArrayLike<number>, from = 0, to = values.length): number {
  let high = Number.NEGATIVE_INFINITY;
  for (let i = from; i < to; i++) high = Math.max(high, values[i]!);
  if (high === Number.NEGATIVE_INFINITY) return high;
  let sum = 0;
  for (let i = from; i < to; i++) sum += Math.exp(values[i]! - high);
  return high + Math.log(sum);
}

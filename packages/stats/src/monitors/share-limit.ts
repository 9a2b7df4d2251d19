// stats/monitors: how far the weighted mean of yes and no may be from its rate, whatever the rate: a bound that needs no normal law, so that rare classes raise no alarm.
// Chernoff: P(E >= u) <= min over t of exp(sum ln(1 + p (e^(t w_i) - 1)) - t u), w_i the weights of the mean. The limit is the u where that is `chance`.
// A rate of 0 or 1 has no spread: the limit is the rate. Complexity: O(weights), some hundred steps, done where the rate has changed.
// Source: H. Chernoff, Annals of Mathematical Statistics 23(4), 1952.

/** The upper limit; the lower one is that of the other answer. */
export function shareLimit(rate: number, weight: number, chance: number): number {
  if (rate <= 0 || rate >= 1) return rate <= 0 ? 0 : 1;
  const weights = weightsOf(weight);
  const bound = (t: number): number => (weights.reduce((sum, w) => sum + Math.log1p(rate * Math.expm1(t * w)), 0) - Math.log(chance)) / t;
  // the bound falls to its least value, then rises: golden section in the logarithm of t
  let [low, high] = [Math.log(0.01 / weight), Math.log(200 / weight)];
  for (let i = 0; i < 40; i++) {
    const [a, b] = [low + 0.382 * (high - low), low + 0.618 * (high - low)];
    if (bound(Math.exp(a)) < bound(Math.exp(b))) high = b;
    else low = a;
  }
  return Math.min(1, bound(Math.exp((low + high) / 2)));
}

/** Down to a ten-thousandth of the mean, at most 500; what is left of the mean is a constant that changes nothing. */
function weightsOf(weight: number): number[] {
  const count = weight >= 1 ? 1 : Math.min(500, Math.ceil(Math.log(1e-4) / Math.log(1 - weight)));
  return Array.from({ length: count }, (_, i) => weight * (1 - weight) ** i);
}

// stats/distances: the integral of a weight of F - G over the line, F and G the distribution functions of two samples.
// Finite values only, one at least on either side (HF-STAT-030). The sum is compensated: heavy tails do not swallow the middle. O(n log n).
import { eachValue } from '../tests/pooled.ts';
import { sortedSample } from '../tests/samples.ts';

export function distributionGap(test: string, x: ArrayLike<number>, y: ArrayLike<number>, weigh: (gap: number) => number): number {
  const rule = { test, count_min: 1, finite: true };
  const [a, b] = [sortedSample(x, 'x', rule), sortedSample(y, 'y', rule)];
  let [below_x, below_y, last, sum, lost] = [0, 0, Number.NaN, 0, 0];
  eachValue(a, b, (value, in_x, in_y) => {
    if (below_x + below_y > 0) {
      const term = weigh(below_x / a.length - below_y / b.length) * (value - last);
      const next = sum + term;
      lost += Math.max(sum, term) - next + Math.min(sum, term); // all terms are positive
      sum = next;
    }
    below_x += in_x;
    below_y += in_y;
    last = value;
  });
  return sum + lost;
}

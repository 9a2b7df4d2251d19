// stats/detectors: the alternatives of the e-detector: laws that differ from the reference in location, scale, shape or a tail, as likelihood ratios on
// equal steps of the reference's distribution function. They are the same for every feature: one table a process, whatever the number of features.
// Formula: in normal scores a tilt is a law of Z (N(m, 1), N(0, s^2), two humps of the same mean and variance, more mass beyond a quantile); its ratio on
// a step is its probability there over 1/steps. Bins of a feature span one or several steps; the ratio of a bin is the mean over its steps.
import { normalBelow, normalQuantile } from './normal.ts';

/** Equal steps of the distribution function: bins of the e-detector are unions of these. */
export const steps = 128;
/** Steps of each bin from either end to the middle: fine in the tails, where a change of scale is seen first. 32 bins do as well as 64 equal ones. */
const widths = [1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 7];
/** The quantiles k/steps at which a bin ends, the last one left out. */
export const quantiles: readonly number[] = [...widths, ...[...widths].reverse()].map((_, i, all) => all.slice(0, i + 1).reduce((a, b) => a + b)).slice(0, -1);

/** Distribution function of the alternative at the reference's quantile `z`, which has the share `u` of the reference at or below it. */
type Law = (z: number, u: number) => number;

const location =
  (shift: number): Law =>
  (z) =>
    normalBelow(z - shift);
const eitherWay = (shift: number): Law[] => [location(shift), location(-shift)];
const scale =
  (factor: number): Law =>
  (z) =>
    normalBelow(z / factor);
/** Two humps at plus and minus `distance`, as wide as keeps the variance at 1. */
const humps =
  (distance: number): Law =>
  (z) => {
    const width = Math.sqrt(1 - distance * distance);
    return (normalBelow((z - distance) / width) + normalBelow((z + distance) / width)) / 2;
  };
/** `times` as much mass in the lowest `share`; the rest keeps its shape. */
const lowTail =
  (share: number, times: number): Law =>
  (_z, u) =>
    u <= share ? times * u : times * share + ((1 - times * share) * (u - share)) / (1 - share);
const highTail =
  (share: number, times: number): Law =>
  (z, u) =>
    1 - lowTail(share, times)(z, 1 - u);

const tilts = (weight: number, laws: readonly Law[]) => laws.map((law) => ({ law, weight }));
// The weights spend the false alarms: most on shifts of the mean, which are found last; they were chosen at a mean run length of 10,000 (bench/drift.ts).
const family = [
  ...tilts(1.2, [0.1, 0.17].flatMap(eitherWay)),
  ...tilts(3.4, [0.3, 0.5].flatMap(eitherWay)),
  ...tilts(1.4, [0.85, 1.5].flatMap(eitherWay)),
  ...tilts(1.1, [0.4, 0.6, 0.75, 0.87, 1.15, 1.3, 1.7, 3].map(scale)),
  ...tilts(0.2, [0.7, 0.95].map(humps)),
  ...tilts(
    0.3,
    [lowTail, highTail].flatMap((tail) => [tail(1 / 16, 2), tail(1 / 32, 6)]),
  ),
];
const weight_sum = family.reduce((sum, { weight }) => sum + weight, 0);

/** How much each alternative counts; the sum is 1. */
export const weights: Float64Array = Float64Array.from(family, ({ weight }) => weight / weight_sum);

/** Column k: the probability of the steps 0 to k - 1 under each alternative, k from 0 to `steps`. */
export const columns: readonly Float64Array[] = Array.from({ length: steps + 1 }, (_, k) => {
  const z = normalQuantile(k / steps);
  return Float64Array.from(family, ({ law }) => (k === 0 ? 0 : k === steps ? 1 : law(z, k / steps)));
});

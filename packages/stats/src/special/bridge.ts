// stats/special: the law of the largest distance of two distribution functions where it is looked at on a few points alone: bins, or values that are tied. It
// is that of a Brownian bridge on those points; Kolmogorov's, of all points, is far above it there (2.4 x at five values).
// Formula: P(some |B(t_j)| > x) is the sum over j of the probability to be beyond x at t_j for the first time. The bridge is a Markov chain: from b at s it is at
// t normal about b (1 - t)/(1 - s), with variance (t - s)(1 - t)/(1 - s). Its density within [-x, x] is kept on the nodes of a Gauss-Legendre rule, fine
// enough for the narrowest step. Where 128 nodes are not, and past 9 points, it is Kolmogorov's law at x and 0.5826 sqrt(least step) more, by which a path that is
// looked at on points overshoots on average: within 1 % of the law above 1e-4 and 5 % above 1e-8 where steps are even, and careful where they are not.
// Nothing is taken from 1, so that small tails keep their digits. Complexity: O(points * nodes^2), up to 1 ms on a desktop. x <= 0 gives 1; no points: 0.
// Source: C. L. Wood, M. M. Altavela, Biometrika 65(1), 1978; D. Siegmund, "Sequential Analysis", Springer 1985, section 10.4; the rule: G. H. Golub, J. H. Welsch, Mathematics of Computation 23, 1969, by Newton's method.
import { normalTail } from './gamma.ts';
import { kolmogorovTail } from './kolmogorov.ts';

const points_max = 9;
/** -zeta(1/2) / sqrt(2 pi): how far a random walk is beyond a bound on average, in standard deviations of a step. */
const overshoot = 0.5826;
const node_counts = [16, 32, 64, 128] as const;
/** So many nodes for each standard deviation of a step that x is long. */
const nodes_per_sd = 5;
/** A step of so many standard deviations has a density of 1e-31 of its middle's: nobody takes it. */
const sds_max = 12;

/** P(some |B(t)| > x) over points 0 < t < 1, ascending. */
export function bridgeTail(points: readonly number[], x: number): number {
  if (points.length === 0) return 0;
  if (x <= 0) return 1;
  const steps = points.map((t, j) => stepTo(t, j === 0 ? 0 : points[j - 1]!));
  const needed = nodes_per_sd * (x / Math.min(...steps.map(({ sd }) => sd)));
  const nodes = points.length > points_max ? undefined : node_counts.find((count) => count >= needed);
  return nodes === undefined ? kolmogorovTail(x + overshoot * Math.sqrt(leastStep(points))) : Math.min(1, firstBeyond(steps, x, rule(nodes)));
}

const leastStep = (points: readonly number[]): number => points.reduce((least, t, j) => Math.min(least, t - (points[j - 1] ?? 0)), 1 - points.at(-1)!);

interface Step {
  readonly shrink: number;
  readonly sd: number;
}

const stepTo = (t: number, from: number): Step => ({ shrink: (1 - t) / (1 - from), sd: Math.sqrt(((t - from) * (1 - t)) / (1 - from)) });

/** The density is even: masses are those of a place and its mirror image together. */
interface Inside {
  readonly places: Float64Array;
  readonly masses: Float64Array;
}

function firstBeyond(steps: readonly Step[], x: number, { at, weight }: Rule): number {
  const places = Float64Array.from(at, (node) => node * x);
  // Before the first step all paths are at 0; then those that were within up to here, on the nodes.
  let from: Inside = { places: Float64Array.of(0), masses: Float64Array.of(1) };
  let beyond = 0;
  for (const step of steps) {
    beyond += leaving(from, step, x);
    const scale = x / (step.sd * Math.sqrt(2 * Math.PI));
    from = { places, masses: Float64Array.from(places, (to, i) => weight[i]! * scale * arriving(from, step, to)) };
  }
  return beyond;
}

function leaving({ places, masses }: Inside, { shrink, sd }: Step, x: number): number {
  let sum = 0;
  for (let i = 0; i < places.length; i++) sum += masses[i]! * (normalTail((x - shrink * places[i]!) / sd) + normalTail((x + shrink * places[i]!) / sd));
  return sum;
}

/** Twice the density at a place, but for the scale of the step. */
function arriving({ places, masses }: Inside, { shrink, sd }: Step, to: number): number {
  let sum = 0;
  for (let i = 0; i < places.length; i++) {
    const [near, far] = [(to - shrink * places[i]!) / sd, (to + shrink * places[i]!) / sd];
    if (Math.abs(near) < sds_max) sum += masses[i]! * Math.exp(-0.5 * near * near);
    if (far < sds_max) sum += masses[i]! * Math.exp(-0.5 * far * far);
  }
  return sum;
}

interface Rule {
  readonly at: readonly number[];
  readonly weight: readonly number[];
}
const rules = new Map<number, Rule>();

/** Nodes above 0 and weights of Gauss-Legendre on [-1, 1], which is even; of four sizes, each made once. */
function rule(count: number): Rule {
  const known = rules.get(count);
  if (known) return known;
  const nodes = Array.from({ length: count / 2 }, (_, i) => legendreNode(count, i));
  const made = { at: nodes.map(({ at }) => at), weight: nodes.map(({ weight }) => weight) };
  rules.set(count, made);
  return made;
}

function legendreNode(count: number, i: number): { at: number; weight: number } {
  let at = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
  let slope = 0;
  for (let round = 0; round < 8; round++) {
    let [before, value] = [0, 1];
    for (let k = 1; k <= count; k++) [before, value] = [value, ((2 * k - 1) * at * value - (k - 1) * before) / k];
    slope = (count * (at * value - before)) / (at * at - 1);
    at -= value / slope;
  }
  return { at, weight: 2 / ((1 - at * at) * slope * slope) };
}

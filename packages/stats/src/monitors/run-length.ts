// stats/monitors: the limit of a chart that keeps a promised mean number of values between false alarms, on standard normal scores.
// Cumulative sum with allowance k: Siegmund's approximation, one side: (e^(2kb) - 1 - 2kb) / (2 k^2) with b = limit + 1.166; each side gets twice the promise.
// Weighted mean: the chain of Brook and Evans on 61 states of the band. Sum of errors of a rate p: Wald's root t of p e^(up t) + (1-p) e^(-down t) = 1, the
// overshoot left out, so that the true run is longer. Cost: some milliseconds, once, where a monitor starts.
// Source: D. Siegmund, Sequential Analysis, 1985, section 10.16; D. Brook, D. A. Evans, Biometrika 59(3), 1972; A. Wald, Sequential Analysis, 1947.
import { normalTail } from '../special/gamma.ts';

/** The promise is kept with so much to spare: scores of a sample are nearly, not quite, independent of each other. */
const to_spare = 1.3;

/** The least x in [low, high] for which `enough`; it is true from some x on. */
function leastThat(enough: (x: number) => boolean, low: number, high: number): number {
  let [no, yes] = [low, high];
  for (let i = 0; i < 40 && yes - no > 1e-4; i++) {
    const middle = (no + yes) / 2;
    if (enough(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}

function sumRun(allowance: number, limit: number): number {
  const b = limit + 1.166;
  const x = 2 * allowance * b;
  return x < 1e-4 ? b * b : (Math.expm1(x) - x) / (2 * allowance * allowance);
}

/** The limit of a two-sided cumulative sum of scores. */
export const sumLimit = (allowance: number, run_length: number): number => leastThat((limit) => sumRun(allowance, limit) >= 2 * to_spare * run_length, 0, 2000);

const states = 61;

function meanRun(weight: number, width: number): number {
  const limit = width * Math.sqrt(weight / (2 - weight));
  const cell = (2 * limit) / states;
  const at = (i: number) => -limit + (i + 0.5) * cell;
  const rows = Array.from({ length: states }, (_, i) => {
    const edges = Array.from({ length: states + 1 }, (_e, j) => normalTail((at(j) - cell / 2 - (1 - weight) * at(i)) / weight));
    return Float64Array.from({ length: states + 1 }, (_r, j) => (j === states ? 1 : (i === j ? 1 : 0) - (edges[j]! - edges[j + 1]!)));
  });
  return solved(rows, (states - 1) / 2);
}

/** One unknown of a system of equations whose right side is the last column, by elimination from both ends of the rest towards it. */
function solved(rows: Float64Array[], wanted: number): number {
  const order = rows.map((_, i) => i).filter((i) => i !== wanted);
  for (const [step, pivot] of order.entries())
    for (const target of [...order.slice(step + 1), wanted]) {
      const factor = rows[target]![pivot]! / rows[pivot]![pivot]!;
      if (factor !== 0) for (let j = 0; j < rows[target]!.length; j++) rows[target]![j]! -= factor * rows[pivot]![j]!;
    }
  return rows[wanted]![states]! / rows[wanted]![wanted]!;
}

/** How many of its own standard deviations a weighted mean of scores may be away. */
export const meanLimit = (weight: number, run_length: number): number => leastThat((width) => meanRun(weight, width) >= to_spare * run_length, 0.5, 8);

/** The limit of a sum of steps: `up` at an error, `down` otherwise, errors at the rate `p`. Without a fall on average no limit keeps a promise. */
export function errorLimit(p: number, up: number, down: number, run_length: number): number {
  const fall = (1 - p) * down - p * up;
  if (fall <= 0) return Number.POSITIVE_INFINITY;
  if (p <= 0) return 0;
  const root = leastThat((t) => p * Math.exp(up * t) + (1 - p) * Math.exp(-down * t) >= 1, 1e-3, 200);
  return leastThat((limit) => (Math.expm1(root * limit) - root * limit) / (root * fall) >= to_spare * run_length, 0, 1e4);
}

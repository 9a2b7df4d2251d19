// stats/detectors: KSWIN: the newest `stat_size` values of a window against as many drawn from its older part, by the Kolmogorov-Smirnov test.
// Formula: the largest distance D of two empirical distribution functions of n values each; a drift where D > 0.1 and the exact two-sided
// p = 2 sum over i >= 1 of (-1)^(i-1) C(2n, n - i h) / C(2n, n), h = D n, is at most alpha; it starts anew, as in river. Ties lower D: the test is
// then conservative. Chance: the draw is Python's, as river has it, from `seed` on, also after a drift; a state carries it on over a break. Without a seed
// river draws otherwise each time; here the seed is then 0. A reference is the window to start with (river's `window`).
// Complexity: O(n log n) a value, window_size + 626 numbers.
// Source: C. Raab, M. Heusinger, F.-M. Schleif, Neurocomputing 416, 2020; B. V. Gnedenko, V. S. Korolyuk, 1951 (the law of D); names as in river.
import { defineDetector } from './detector.ts';
import { type MersenneTwister, sample, seededTwister } from './mersenne-twister.ts';
import { real, whole } from './parameters.ts';

interface Memory {
  window: number[];
  random: MersenneTwister;
  /** The smallest h = D n that is a drift. */
  critical: number;
}

const distance_min = 0.1;

export const kswin = defineDetector({
  name: 'kswin',
  says: 'the newest values against a draw of older ones, by Kolmogorov-Smirnov',
  layout: 2,
  parameters: {
    alpha: real(0.005, 0, 1, 'p-value at and below which there is a drift'),
    window_size: whole(100, 2, 10_000, 'values in the window'),
    stat_size: whole(30, 1, 5_000, 'values on each side of a test'),
    seed: whole(0, 0, Number.MAX_SAFE_INTEGER, 'where the draws begin, as Python seeds'),
  },
  refuses: ({ window_size, stat_size }) => (window_size >= 2 * stat_size ? null : 'a window_size of at least twice the stat_size'),
  start: ({ alpha, window_size, stat_size, seed }, reference): Memory => ({
    window: reference.filter(Number.isFinite).slice(-window_size),
    critical: criticalSteps(stat_size, alpha),
    random: seededTwister(seed),
  }),
  step(memory, value, { window_size, stat_size }) {
    const { window } = memory;
    window.push(value);
    if (window.length > window_size) window.shift();
    if (window.length < window_size) return null;
    const older = sample(memory.random, window, window_size - stat_size, stat_size);
    return largestSteps(older, window.slice(-stat_size)) >= memory.critical ? 'drift' : null;
  },
});

/** The smallest h for which p is at most alpha and the distance above 0.1; n + 1 where there is none. */
function criticalSteps(n: number, alpha: number): number {
  let h = 1;
  while (h <= n && (h / n <= distance_min || pValue(n, h) > alpha)) h++;
  return h;
}

/** P(D >= h/n) for two samples of n values each. */
function pValue(n: number, h: number): number {
  let sum = 0;
  for (let i = 1; i * h <= n; i++) sum += (i % 2 === 1 ? 2 : -2) * centralRatio(n, i * h);
  return Math.min(1, Math.max(0, sum));
}

/** C(2n, n - k) / C(2n, n). */
function centralRatio(n: number, k: number): number {
  let ratio = 1;
  for (let j = 0; j < k; j++) ratio *= (n - j) / (n + k - j);
  return ratio;
}

/** n times the largest distance of the distribution functions of two samples of n values. */
function largestSteps(older: readonly number[], newest: readonly number[]): number {
  const [one, two] = [Float64Array.from(older).sort(), Float64Array.from(newest).sort()];
  let largest = 0;
  for (let i = 0, j = 0; i < one.length && j < two.length;) {
    const at = Math.min(one[i]!, two[j]!);
    while (i < one.length && one[i]! <= at) i++;
    while (j < two.length && two[j]! <= at) j++;
    largest = Math.max(largest, Math.abs(i - j));
  }
  return largest;
}

// stats/detectors: Page-Hinkley, a cumulative sum of the distance from the running mean, with forgetting.
// Formula: U = alpha U + (x - mean - delta) and its smallest value so far; D = alpha D + (x - mean + delta) and its largest; a drift where U rose by more
// than `threshold` above its smallest (mode up), or D fell by more below its largest (mode down). Nothing is said before `min_instances` values.
// Complexity: O(1) a value, six numbers. A constant stream never fires while delta is above 0 or the threshold is.
// Source: E. S. Page, "Continuous inspection schemes", Biometrika 41, 1954; D. V. Hinkley, Biometrika 58, 1971; names and defaults as in river.
import { defineDetector } from './detector.ts';
import { choice, real, whole } from './parameters.ts';

interface Memory {
  n: number;
  mean: number;
  rise: number;
  fall: number;
  /** null before the first value. */
  lowest: number | null;
  highest: number | null;
}

export const pageHinkley = defineDetector({
  name: 'page-hinkley',
  says: 'a mean that leaves its running value, up or down',
  layout: 1,
  parameters: {
    min_instances: whole(30, 1, 1e9, 'values before anything is said'),
    delta: real(0.005, 0, 1e100, 'change of the mean that is tolerated'),
    threshold: real(50, 0, 1e100, 'sum of distances that is a drift'),
    alpha: real(0.9999, 0, 1, 'share of the sums that each value keeps'),
    mode: choice('both', ['up', 'down', 'both'], 'which changes count'),
  },
  start: (): Memory => ({ n: 0, mean: 0, rise: 0, fall: 0, lowest: null, highest: null }),
  step(memory, value, { min_instances, delta, threshold, alpha, mode }) {
    memory.n++;
    memory.mean += (value - memory.mean) / memory.n;
    const distance = value - memory.mean;
    memory.rise = alpha * memory.rise + distance - delta;
    memory.fall = alpha * memory.fall + distance + delta;
    memory.lowest = Math.min(memory.lowest ?? memory.rise, memory.rise);
    memory.highest = Math.max(memory.highest ?? memory.fall, memory.fall);
    if (memory.n < min_instances) return null;
    const rose = mode !== 'down' && memory.rise - memory.lowest > threshold;
    const fell = mode !== 'up' && memory.highest - memory.fall > threshold;
    return rose || fell ? 'drift' : null;
  },
});

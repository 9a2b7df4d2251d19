// stats/detectors: CUSUM, the tabular cumulative sum of standardised values.
// Formula: with z = (x - mean) / sd of the baseline, U = max(0, U + z - slack) and D = max(0, D - z - slack); a drift where one passes `threshold`.
// The baseline is the reference, or the first `warm_start` values, in which nothing is said. Best for a shift of twice the slack; a slack of 0.5
// and a threshold of 5 give one false alarm in about 465 normal values (two-sided), a threshold of 8 one in about 171,000.
// Complexity: O(1) a value, five numbers. Constant baseline: see baseline.ts.
// Source: E. S. Page, "Continuous inspection schemes", Biometrika 41, 1954; D. C. Montgomery, Introduction to Statistical Quality Control, chapter 9.
import { addToBaseline, type Baseline, baselineOf, standardised } from './baseline.ts';
import { defineDetector } from './detector.ts';
import { choice, real, whole } from './parameters.ts';

interface Memory {
  baseline: Baseline;
  up: number;
  down: number;
}

export const cusum = defineDetector({
  name: 'cusum',
  says: 'a mean that left its baseline, by the sum of its distances',
  layout: 1,
  parameters: {
    warm_start: whole(100, 2, 1e9, 'values that make the baseline where no reference is given'),
    slack: real(0.5, 0, 1e6, 'distance that is tolerated, in standard deviations'),
    threshold: real(5, 0, 1e12, 'sum that is a drift, in standard deviations'),
    mode: choice('both', ['up', 'down', 'both'], 'which changes count'),
  },
  start: (_parameters, reference): Memory => ({ baseline: baselineOf(reference), up: 0, down: 0 }),
  step(memory, value, { warm_start, slack, threshold, mode }) {
    const { baseline } = memory;
    if (baseline.n < warm_start) {
      addToBaseline(baseline, value);
      return null;
    }
    const z = standardised(baseline, value);
    memory.up = Math.max(0, memory.up + z - slack);
    memory.down = Math.max(0, memory.down - z - slack);
    const rose = mode !== 'down' && memory.up > threshold;
    const fell = mode !== 'up' && memory.down > threshold;
    return rose || fell ? 'drift' : null;
  },
});

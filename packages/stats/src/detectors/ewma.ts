// stats/detectors: EWMA, the control chart of an exponentially weighted mean.
// Formula: with z = (x - mean) / sd of the baseline, E = lambda z + (1 - lambda) E; a drift where |E| passes `width` times its standard deviation
// sqrt(lambda / (2 - lambda) (1 - (1 - lambda)^(2t))), t the values since the baseline; a warning at `warning_width`.
// The baseline is the reference, or the first `warm_start` values, in which nothing is said. Complexity: O(1) a value, five numbers.
// Source: S. W. Roberts, "Control chart tests based on geometric moving averages", Technometrics 1(3), 1959; J. M. Lucas, M. S. Saccucci, 1990.
import { addToBaseline, type Baseline, baselineOf, standardised } from './baseline.ts';
import { defineDetector } from './detector.ts';
import { real, whole } from './parameters.ts';

interface Memory {
  baseline: Baseline;
  level: number;
  /** (1 - lambda)^(2t) */
  forgotten: number;
}

export const ewma = defineDetector({
  name: 'ewma',
  says: 'a weighted mean that left its baseline',
  layout: 1,
  parameters: {
    warm_start: whole(100, 2, 1e9, 'values that make the baseline where no reference is given'),
    lambda: real(0.2, 1e-9, 1, 'weight of the newest value'),
    width: real(3, 0, 1e6, 'standard deviations of the weighted mean that are a drift'),
    warning_width: real(2.5, 0, 1e6, 'standard deviations of the weighted mean that are a warning'),
  },
  start: (_parameters, reference): Memory => ({ baseline: baselineOf(reference), level: 0, forgotten: 1 }),
  step(memory, value, { warm_start, lambda, width, warning_width }) {
    const { baseline } = memory;
    if (baseline.n < warm_start) {
      addToBaseline(baseline, value);
      return null;
    }
    memory.level = lambda * standardised(baseline, value) + (1 - lambda) * memory.level;
    memory.forgotten *= (1 - lambda) * (1 - lambda);
    const distance = Math.abs(memory.level);
    const spread = Math.sqrt((lambda / (2 - lambda)) * (1 - memory.forgotten));
    if (distance > width * spread) return 'drift';
    return distance > warning_width * spread ? 'warning' : null;
  },
});

// stats/detectors: DDM, the drift detection method, on a stream of errors (0 right, any other number an error).
// Formula: with error rate p over n values and s = sqrt(p (1 - p) / n), the smallest p + s since the start is kept; a warning where p + s passes
// p_min + 2 s_min, a drift where it passes p_min + 3 s_min. Nothing is said, and no minimum kept, in the first `warm_start` values.
// Complexity: O(1) a value, four numbers. A stream that never errs has p = s = 0 and never fires.
// Source: J. Gama, P. Medas, G. Castillo, P. Rodrigues, "Learning with drift detection", SBIA 2004; names and defaults as in river.
import { defineDetector } from './detector.ts';
import { real, whole } from './parameters.ts';

interface Memory {
  n: number;
  rate: number;
  /** null before the first minimum. */
  lowest: { rate: number; spread: number } | null;
}

export const ddm = defineDetector({
  name: 'ddm',
  says: 'an error rate above its lowest, in standard deviations of a proportion',
  layout: 1,
  parameters: {
    warm_start: whole(30, 1, 1e9, 'values before anything is said'),
    warning_threshold: real(2, 0, 1e6, 'standard deviations above the lowest rate that are a warning'),
    drift_threshold: real(3, 0, 1e6, 'standard deviations above the lowest rate that are a drift'),
  },
  start: (): Memory => ({ n: 0, rate: 0, lowest: null }),
  step(memory, value, { warm_start, warning_threshold, drift_threshold }) {
    memory.n++;
    memory.rate += ((value === 0 ? 0 : 1) - memory.rate) / memory.n;
    if (memory.n <= warm_start) return null;
    const spread = Math.sqrt((memory.rate * (1 - memory.rate)) / memory.n);
    const level = memory.rate + spread;
    if (memory.lowest === null || level <= memory.lowest.rate + memory.lowest.spread) memory.lowest = { rate: memory.rate, spread };
    const { lowest } = memory;
    if (level > lowest.rate + drift_threshold * lowest.spread) return 'drift';
    return level > lowest.rate + warning_threshold * lowest.spread ? 'warning' : null;
  },
});

// stats/detectors: STEPD, the test of equal proportions, on a stream of errors (0 right, any other number an error).
// Formula: accuracy of the newest `window_size` values against that of all older ones, T = (|a_old - a_new| - (1/n_old + 1/n_new)/2) /
// sqrt(p (1 - p) (1/n_old + 1/n_new)), p the pooled accuracy, two-sided p-value of the normal law; it fires where the newest are less accurate and the
// p-value is below alpha. Nothing is said before there are as many older values as new ones. p of 0 or 1 never fires.
// Complexity: O(1) a value, window_size + 4 numbers.
// Source: K. Nishida, K. Yamauchi, "Detecting concept drift using statistical testing", Discovery Science 2007.
import { chiSquareTail } from '../special/gamma.ts';
import { defineDetector } from './detector.ts';
import { real, whole } from './parameters.ts';

interface Memory {
  /** The newest answers, 1 where right, as a ring. */
  ring: number[];
  at: number;
  right_new: number;
  n_old: number;
  right_old: number;
}

export const stepd = defineDetector({
  name: 'stepd',
  says: 'newest answers less accurate than all before, by the test of equal proportions',
  layout: 1,
  parameters: {
    window_size: whole(30, 2, 10_000, 'newest answers'),
    alpha_drift: real(0.003, 1e-12, 1, 'p-value below which there is a drift'),
    alpha_warning: real(0.05, 1e-12, 1, 'p-value below which there is a warning'),
  },
  start: (): Memory => ({ ring: [], at: 0, right_new: 0, n_old: 0, right_old: 0 }),
  step(memory, value, { window_size, alpha_drift, alpha_warning }) {
    push(memory, value === 0 ? 1 : 0, window_size);
    if (memory.n_old < window_size) return null;
    const p = pValue(memory, window_size);
    if (p < alpha_drift) return 'drift';
    return p < alpha_warning ? 'warning' : null;
  },
});

function push(memory: Memory, right: number, size: number): void {
  if (memory.ring.length === size) {
    const oldest = memory.ring[memory.at]!;
    memory.n_old++;
    memory.right_old += oldest;
    memory.right_new -= oldest;
  }
  memory.ring[memory.at] = right;
  memory.at = (memory.at + 1) % size;
  memory.right_new += right;
}

/** 1 where the newest answers are not the worse ones. */
function pValue({ n_old, right_old, right_new }: Memory, size: number): number {
  const fall = right_old / n_old - right_new / size;
  const pooled = (right_old + right_new) / (n_old + size);
  const weight = 1 / n_old + 1 / size;
  if (fall <= weight / 2 || pooled <= 0 || pooled >= 1) return 1;
  return chiSquareTail((fall - weight / 2) ** 2 / (pooled * (1 - pooled) * weight), 1); // the square of a normal value
}

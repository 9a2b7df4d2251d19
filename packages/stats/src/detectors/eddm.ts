// stats/detectors: EDDM, the early drift detection method, on a stream of errors (0 right, any other number an error).
// Formula: the distances between errors have mean m and standard deviation s; the largest m + 2 s is kept; a warning where m + 2 s falls below
// alpha of it, a drift where it falls below beta. The largest is kept from `warm_start` values on; nothing is said in the first `warm_start` errors. It is judged
// at errors that are not the largest: a warning lasts until one of them ends it.
// Complexity: O(1) a value, six numbers. A stream without errors never fires.
// Source: M. Baena-Garcia et al., "Early drift detection method", 4th workshop on knowledge discovery from data streams, 2006; names and defaults as in river.
import { defineDetector } from './detector.ts';
import { real, whole } from './parameters.ts';

interface Memory {
  n: number;
  last: number;
  errors: number;
  mean: number;
  /** Sum of squares around the mean. */
  squares: number;
  /** null before the first one. */
  largest: number | null;
  warning: boolean;
}

export const eddm = defineDetector({
  name: 'eddm',
  says: 'errors that come closer together than they used to',
  layout: 1,
  parameters: {
    warm_start: whole(30, 1, 1e9, 'errors before anything is said'),
    alpha: real(0.95, 0, 1, 'share of the largest distance below which there is a warning'),
    beta: real(0.9, 0, 1, 'share of the largest distance below which there is a drift'),
  },
  refuses: ({ alpha, beta }) => (alpha >= beta ? null : 'an alpha of at least beta'),
  start: (): Memory => ({ n: 0, last: 0, errors: 0, mean: 0, squares: 0, largest: null, warning: false }),
  step(memory, value, parameters) {
    memory.n++;
    if (value !== 0 && judge(memory, parameters)) return 'drift';
    return memory.warning ? 'warning' : null;
  },
});

/** Takes in the distance to an error; true where it is a drift. */
function judge(memory: Memory, { warm_start, alpha, beta }: { warm_start: number; alpha: number; beta: number }): boolean {
  addDistance(memory, memory.n - memory.last);
  memory.last = memory.n;
  if (memory.n <= warm_start) return false;
  const level = memory.mean + 2 * Math.sqrt(memory.errors > 1 ? memory.squares / (memory.errors - 1) : 0);
  if (memory.largest === null || level > memory.largest) {
    memory.largest = level;
    return false;
  }
  if (memory.errors <= warm_start) return false;
  memory.warning = level < alpha * memory.largest;
  return level < beta * memory.largest;
}

/** Welford's update. */
function addDistance(memory: Memory, distance: number): void {
  memory.errors++;
  const before = distance - memory.mean;
  memory.mean += before / memory.errors;
  memory.squares += before * (distance - memory.mean);
}

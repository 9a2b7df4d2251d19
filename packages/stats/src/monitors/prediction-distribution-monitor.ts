// stats/monitors: PredictionDistributionMonitor: the mix of predicted classes, against that of the first `min_samples` and of calm ones after them (up to 10,000).
// Method block: every `window_size` predictions, both of: a Jensen-Shannon divergence (in bits) above `threshold`, and a G test that says chance brings that less
// often than `alpha`. Method ewma: the weighted share of each class, within limits that the chance of a yes at that rate gives, shared among classes and sides.
// Differs from the original: its windows overlapped, so that each was judged fifty times, by a threshold of 0.2 alone, which a shift by one standard deviation
// does not reach (0.05 here); alpha was read nowhere (0.001 here, and never more than `run_length` allows); its ewma took the error of the baseline for the spread of the
// mean, so that every stream alarmed. A class that the baseline has not is a change like another. No list grows.
import { jensenShannon } from '../distances/jensen-shannon.ts';
import { gTest } from '../tests/g-test.ts';
import { choice, type ParametersOf, real, whole } from '../detectors/parameters.ts';
import { type ClassCounts, baseline_size_max, mostChanged, noCounts, placeOfClass, totalOf } from './class-counts.ts';
import { classIn } from './inference.ts';
import { type Look, type Phase, defineMonitor, warning_level } from './monitor.ts';
import { run_length } from './reference-parameters.ts';
import { shareLimit } from './share-limit.ts';

const parameters = {
  method: choice('block', ['block', 'ewma'], 'windows one after another, or the weighted share of each class'),
  window_size: whole(50, 10, 10_000, 'predictions of a window'),
  threshold: real(0.05, 0, 1, 'method block: the least divergence, in bits, that counts'),
  alpha: real(0.001, 1e-9, 0.5, 'method block: chance of a false alarm a window'),
  smoothing: real(0.1, 0.001, 1, 'method ewma: weight of the newest prediction'),
  min_samples: whole(100, 10, 10_000, 'first predictions, in which nothing is said'),
  run_length,
} as const;
type P = ParametersOf<typeof parameters>;

interface Memory extends ClassCounts {
  /** Weighted share of each class, the rest last. */
  shares: number[];
  /** From which size of the baseline the limits are, and the limits: [lower, upper] of each class. */
  limits_at: number;
  limits: number[][];
}

/** The limits allow for the error of the baseline by so many standard deviations of it. */
const error_width = 2;
const far_apart = 1.1;

function addToBaseline(memory: Memory, at: number): void {
  if (totalOf(memory.baseline) < baseline_size_max) memory.baseline[at]! += 1;
}

/** Judged at the end of a window; its predictions join the baseline where nothing is suspected. */
function takeBlock(memory: Memory, at: number, p: P, phase: Phase): Look {
  if (totalOf(memory.window) >= p.window_size) memory.window = memory.window.map(() => 0);
  memory.window[at]! += 1;
  if (totalOf(memory.window) < p.window_size) return null;
  const level = blockLevel(memory, p);
  if (level < warning_level && phase !== 'drift')
    memory.window.forEach((count, i) => count > 0 && totalOf(memory.baseline) < baseline_size_max && (memory.baseline[i]! += count));
  return level;
}

function blockLevel({ baseline, window }: Memory, { alpha, threshold, window_size, run_length: promise }: P): number {
  const chance = promise > 0 ? Math.min(alpha, window_size / (1.3 * promise)) : alpha;
  const { p_value } = gTest(baseline, window);
  const divergence = jensenShannon(baseline, window, 2) ** 2;
  if (divergence <= threshold) return Math.min(0.4, divergence);
  return p_value <= chance ? far_apart : p_value <= 3 * chance ? 0.8 : 0.4;
}

function takeWeighted(memory: Memory, at: number, p: P, phase: Phase): Look {
  const n = totalOf(memory.baseline);
  if (memory.shares.length === 0) memory.shares = memory.baseline.map((count) => count / n);
  while (memory.shares.length < memory.baseline.length) memory.shares.splice(memory.shares.length - 1, 0, 0);
  memory.shares = memory.shares.map((share, i) => (1 - p.smoothing) * share + (i === at ? p.smoothing : 0));
  if (memory.limits.length !== memory.shares.length || n >= 1.2 * memory.limits_at) limit(memory, p, n);
  const level = Math.max(...memory.shares.map((share, i) => levelOf(share, memory.baseline[i]! / n, memory.limits[i]!)));
  if (level < warning_level && phase !== 'drift') addToBaseline(memory, at);
  return level;
}

/** 1 at either limit, 0 at the rate. */
function levelOf(share: number, rate: number, [lower, upper]: readonly number[]): number {
  const gap = share > rate ? (share - rate) / Math.max(1e-9, upper! - rate) : (rate - share) / Math.max(1e-9, rate - lower!);
  return Math.min(10, gap);
}

function limit(memory: Memory, p: P, n: number): void {
  const chance = 1 / ((p.run_length || 1000) * 2 * memory.baseline.length);
  memory.limits_at = n;
  memory.limits = memory.baseline.map((count) => {
    const rate = (count + 0.5) / (n + 1);
    const error = error_width * Math.sqrt((rate * (1 - rate)) / n);
    return [1 - shareLimit(Math.min(1, 1 - rate + error), p.smoothing, chance), shareLimit(Math.min(1, rate + error), p.smoothing, chance)];
  });
}

export const predictionDistributionMonitor = defineMonitor({
  name: 'PredictionDistributionMonitor',
  says: 'the mix of predicted classes left what is usual',
  needs: 'a predicted class',
  layout: 1,
  parameters,
  not_used: { use_numpy: 'there is one way to compute' },
  feature: () => 'classes',
  start: (): Memory => ({ ...noCounts(), shares: [], limits_at: 0, limits: [] }),
  take(memory, { predicted }, p, { phase }) {
    const name = classIn(predicted);
    if (name === null) return 'missing';
    const at = placeOfClass(memory, name);
    if (totalOf(memory.baseline) < p.min_samples) {
      memory.baseline[at]! += 1;
      return null;
    }
    return p.method === 'block' ? takeBlock(memory, at, p, phase) : takeWeighted(memory, at, p, phase);
  },
  reason: (memory, { method }) => mostChanged(method === 'block' ? memory : { ...memory, window: memory.shares }),
});

// stats/monitors: NeighborDiversityDriftDetector: how often more than a few of the k nearest neighbours are of another class than most of them.
// Neighbours are those that the inference brings (`neighbor_labels`), or else among the first inferences, by their label or what the model said of them.
// Formula: rate = share of calm inferences with mixed neighbours (up to 10,000 of them); rise = max(0, rise + mixed - rate - a), fall alike, the allowance a being 0.1
// and two standard errors of the rate; limits by Wald's bound at that rate, so that the promise holds for rare and for common mixes.
// Differs from the original: there one inference with mixed neighbours was a drift, and the next one its end; here it is their share that left what is usual.
import { flag, type ParametersOf, whole } from '../detectors/parameters.ts';
import { type Exemplars, exemplarParameters, neighboursOf, noExemplars } from './exemplars.ts';
import { type MonitoredInference, classIn } from './inference.ts';
import { defineMonitor, warning_level } from './monitor.ts';
import { run_length } from './reference-parameters.ts';
import { errorLimit } from './run-length.ts';

const tolerated = 0.1;
const rate_size_max = 10_000;

const parameters = {
  k_neighbors: whole(5, 2, 100, 'neighbours'),
  max_mismatched_neighbors_threshold: whole(1, 0, 99, 'neighbours of other classes than most that are still usual'),
  warm_up_samples: whole(10, 2, 10_000, 'first inferences with neighbours, in which nothing is said'),
  pause_reference_update_during_drift: flag(true, 'the inferences of a drift stay out of the usual share'),
  drift_cooldown_period: whole(20, 0, 1e6, 'inferences after a drift in which no other one is said'),
  ...exemplarParameters,
  run_length,
} as const;
type P = ParametersOf<typeof parameters>;

interface Memory {
  readonly exemplars: Exemplars;
  n: number;
  mixed: number;
  rise: number;
  fall: number;
  /** Of how many inferences the rate is that the limits are for. */
  limits_at: number;
  allowance: number;
  limits: number[];
}

/** How many are of another class than the largest group. */
function mismatched(classes: readonly (string | null)[]): number {
  const counts = new Map<string | null, number>();
  for (const one of classes) counts.set(one, (counts.get(one) ?? 0) + 1);
  return classes.length - Math.max(...counts.values());
}

/** 1 where the neighbours are mixed; null without them, undefined while the first inferences are gathered. */
function mixedOf({ exemplars }: Memory, inference: MonitoredInference, p: P): 0 | 1 | null | undefined {
  const { neighbor_labels } = inference;
  const brought = neighbor_labels && neighbor_labels.length === p.k_neighbors ? Array.from(neighbor_labels, classIn) : null;
  if (brought === null && classIn(inference.predicted) === null) return null;
  const found = brought ? { classes: brought } : neighboursOf(exemplars, inference, p.k_neighbors, p);
  return found ? (mismatched(found.classes) > p.max_mismatched_neighbors_threshold ? 1 : 0) : found;
}

const rateOf = ({ n, mixed }: Memory): number => (mixed + 0.5) / (n + 1);

function limit(memory: Memory, promise: number): void {
  const rate = rateOf(memory);
  memory.limits_at = memory.n;
  memory.allowance = tolerated + 2 * Math.sqrt((rate * (1 - rate)) / memory.n);
  const of = (p: number) => (p + memory.allowance >= 1 ? 1e6 : errorLimit(p, 1 - p - memory.allowance, p + memory.allowance, 2 * (promise || 1000)));
  memory.limits = [of(rate), of(1 - rate)];
}

function add(memory: Memory, mixed: number): number {
  const [gap, k] = [mixed - rateOf(memory), memory.allowance];
  const [up, down] = memory.limits as [number, number];
  memory.rise = Math.min(2 * up, Math.max(0, memory.rise + gap - k));
  memory.fall = Math.min(2 * down, Math.max(0, memory.fall - gap - k));
  return Math.max(memory.rise / up, memory.fall / down);
}

export const neighborDiversityDriftDetector = defineMonitor({
  name: 'NeighborDiversityDriftDetector',
  says: 'the nearest neighbours are of mixed classes more or less often than usual',
  needs: 'features, as many as before, and a predicted class, or neighbor_labels',
  layout: 1,
  parameters,
  not_used: {
    reference_update_interval: 'the usual share is that of the calm inferences, up to 10,000',
    reference_update_factor: 'the usual share is that of the calm inferences, up to 10,000',
  },
  refuses: (p) => (p.max_mismatched_neighbors_threshold < p.k_neighbors - 1 ? null : 'a max_mismatched_neighbors_threshold below k_neighbors - 1'),
  start: (): Memory => ({ exemplars: noExemplars(), n: 0, mixed: 0, rise: 0, fall: 0, limits_at: 0, allowance: 0, limits: [] }),
  take(memory, inference, p, { phase }) {
    const mixed = mixedOf(memory, inference, p);
    if (mixed === null) return 'missing';
    if (mixed === undefined) return null;
    const is_warm = memory.n >= p.warm_up_samples;
    if (is_warm && (memory.limits.length === 0 || memory.n >= 1.2 * memory.limits_at)) limit(memory, p.run_length);
    const level = is_warm ? add(memory, mixed) : null;
    const is_held = level !== null && (phase === 'drift' ? p.pause_reference_update_during_drift : level >= warning_level);
    if (!is_held && memory.n < rate_size_max) {
      memory.n++;
      memory.mixed += mixed;
    }
    return level;
  },
  reason: (memory) => {
    const { rise, fall, limits } = memory;
    const went = rise / limits[0]! >= fall / limits[1]! ? 'more' : 'less';
    return `neighbours of mixed classes are ${went} often than usual, which is ${(100 * rateOf(memory)).toFixed(0)} % of the inferences`;
  },
  cooldown: (p) => p.drift_cooldown_period,
  calm: (memory) => {
    memory.rise = 0;
    memory.fall = 0;
  },
});

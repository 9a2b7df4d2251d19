// stats/detectors: the binned e-detector: many likelihood ratios against a frozen reference at once, with a guaranteed mean run length.
// Formula: each tilt t keeps M = (M + 1) L, L its ratio on the value's bin (Shiryaev-Roberts form); a drift where the weighted mean of M is at least
// 1 / (alpha block). As E[L] <= 1 under the reference and all laws within the tolerance, E[M after n values] <= n, so the mean number of values until a
// false drift is at least 1/alpha, for independent values at once, for dependent ones by reading one of `block` values (dependence.ts).
// Complexity: O(tilts + log bins) a value; 26 tilts and at most 62 edges: about 1 KB a feature beside the table that all share (tilts.ts).
// Reference: given, or the first `reference_size` values, kept until then. A drift leaves the reference and starts the evidence anew.
// Source: J. Shin, A. Ramdas, A. Rinaldo, "E-detectors: a nonparametric framework for sequential change detection", arXiv:2203.03532; decision 21.
import { binOf } from '../sketches/quantile-edges.ts';
import { defineDetector, type Firing } from './detector.ts';
import { eReference, type EReference, reference_limits } from './e-reference.ts';
import { real, whole } from './parameters.ts';
import { endStep, firstStep } from './tilted-bins.ts';
import { columns, steps, weights } from './tilts.ts';

interface Memory {
  /** null while the first values are collected. */
  reference: EReference | null;
  collected: number[];
  /** M of each tilt, times its weight. */
  evidence: number[];
  /** Values since the last one that was read. */
  passed: number;
}

export const eDetector = defineDetector({
  name: 'e-detector',
  says: 'any change of location, scale, shape or tails against a reference, with a guaranteed run length',
  layout: 1,
  parameters: {
    alpha: real(0.0001, 1e-12, 0.5, 'one over the mean number of values until a false drift, at least'),
    warning_alpha: real(0.001, 1e-12, 0.5, 'the same until a false warning'),
    tolerance: real(0.02, 0, 10, 'chi-square distance from the reference that is no drift; of a shift of the mean, about that many standard deviations'),
    block: whole(0, 0, 1_000_000, 'one of so many values is read; 0: as the autocorrelation of the reference asks'),
    reference_size: whole(1000, reference_limits.values_min, 100_000, 'first values that are the reference where none is given'),
  },
  start: (settings, values): Memory => ({
    reference: values.length > 0 ? eReference(values, settings) : null,
    collected: [],
    evidence: Array.from(weights, () => 0),
    passed: 0,
  }),
  step(memory, value, settings) {
    if (memory.reference === null) {
      collect(memory, value, settings);
      return null;
    }
    if (++memory.passed < memory.reference.block) return null;
    memory.passed = 0;
    return judge(weighed(memory.evidence, memory.reference, value) * memory.reference.block, settings);
  },
  after: (memory) => ({ ...memory, evidence: memory.evidence.map(() => 0) }),
});

function collect(memory: Memory, value: number, settings: { tolerance: number; block: number; reference_size: number }): void {
  memory.collected.push(value);
  if (memory.collected.length < settings.reference_size) return;
  memory.reference = eReference(memory.collected, settings);
  memory.collected = [];
}

function judge(evidence: number, { alpha, warning_alpha }: { alpha: number; warning_alpha: number }): Firing | null {
  if (evidence * alpha >= 1) return 'drift';
  return evidence * warning_alpha >= 1 ? 'warning' : null;
}

/** Takes the value into the evidence of every tilt; gives the sum. */
function weighed(evidence: number[], { edges, cuts, scale }: EReference, value: number): number {
  const bin = binOf(edges, value);
  const from = firstStep(cuts, bin); // no tuples here: an update leaves no garbage
  const to = endStep(cuts, bin);
  const below = columns[from]!;
  const above = columns[to]!;
  const per_step = steps / (to - from);
  let sum = 0;
  for (let tilt = 0; tilt < weights.length; tilt++) {
    const now = (evidence[tilt]! + weights[tilt]!) * (above[tilt]! - below[tilt]!) * per_step * scale[tilt]!;
    evidence[tilt] = now;
    sum += now;
  }
  return sum;
}

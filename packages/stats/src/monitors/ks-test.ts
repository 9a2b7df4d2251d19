// stats/monitors: KSTest, the `drift_detection` of edge-mlops-monitor: every `check_frequency` inferences the outputs since the last check against the values of the
// reference, feature by feature, by the exact two-sided Kolmogorov-Smirnov test. Promise: a check without a change is a drift with a chance of at most
// `threshold`, over all features together (Holm), whatever they are and however they depend.
// Differs from the original: there each feature had the whole threshold (71 % of checks alarmed with 20 of them), only features of the last output were tested, and a
// feature with fewer than two values was called fine. Here it is not tested, and an output that the reference lacks is not either. At most 1,000 values of a check
// are kept, its last ones, and 2,000 of the reference: the exact law costs their product.
// Source: J. L. Hodges, Arkiv foer Matematik 3(43), 1958 (tests/kolmogorov-smirnov-two-sample.ts); S. Holm, Scandinavian Journal of Statistics 6(2), 1979.
import { holm } from '../tests/holm.ts';
import { kolmogorovSmirnov } from '../tests/kolmogorov-smirnov-two-sample.ts';
import { real, whole } from '../detectors/parameters.ts';
import type { MonitoredInference } from './inference.ts';
import { type MonitorReference, defineMonitor } from './monitor.ts';

/** Values of a feature that a check keeps. */
export const window_size_max = 1000;
const reference_size_max = 2000;

interface Memory {
  /** The values of each feature since the last check, in the order of the reference; a ring of at most `window_size_max`. */
  windows: number[][];
  since_check: number;
  /** The least corrected p of the last check, and its feature. */
  p_value: number;
  feature: number;
}

const outputName = (feature: string): string => (feature.startsWith('output.') ? feature : `output.${feature}`);

/** The value of a feature: an output by its name, with `output.` before it or not; `confidence` is the inference's own. */
function valueOf({ outputs, confidence }: MonitoredInference, feature: string): number | undefined {
  const name = feature.startsWith('output.') ? feature.slice('output.'.length) : feature;
  const value = outputs && Object.hasOwn(outputs, name) ? outputs[name] : name === 'confidence' ? confidence : undefined;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function keep(memory: Memory, inference: MonitoredInference, features: readonly string[]): boolean {
  let found = false;
  features.forEach((feature, i) => {
    const value = valueOf(inference, feature);
    if (value === undefined) return;
    found = true;
    const window = memory.windows[i]!;
    if (window.length >= window_size_max) window.shift();
    window.push(value);
  });
  return found;
}

/** Every so many-th of a long list, so that what is left is a sample of the same law. */
export const boundedReference = (values: readonly number[]): readonly number[] =>
  values.length <= reference_size_max
    ? values
    : Array.from({ length: reference_size_max }, (_, i) => values[Math.floor((i * values.length) / reference_size_max)]!);

/** 1.1 where the least corrected p is at most the threshold. */
function check(memory: Memory, reference: MonitorReference, threshold: number): number {
  const lists = Object.values(reference);
  const p_values = memory.windows.map((window, i) => (window.length < 2 ? Number.NaN : kolmogorovSmirnov(boundedReference(lists[i]!), window).p_value));
  const corrected = holm(p_values);
  memory.feature = corrected.reduce((best, p, i) => (p < (corrected[best] ?? 1) || Number.isNaN(corrected[best]) ? i : best), 0);
  memory.p_value = Number.isNaN(corrected[memory.feature]) ? 1 : corrected[memory.feature]!;
  memory.windows = memory.windows.map(() => []);
  memory.since_check = 0;
  return memory.p_value <= threshold ? 1.1 : 0;
}

export const ksTest = defineMonitor({
  name: 'KSTest',
  says: 'outputs are of another law than the reference',
  needs: 'an output that the reference names',
  layout: 1,
  parameters: {
    threshold: real(0.05, 1e-12, 1 - 1e-12, 'chance of a false alarm a check, over all features together'),
    check_frequency: whole(100, 1, 1_000_000, 'inferences from one check to the next'),
  },
  not_used: {},
  start: (_p, reference): Memory => ({ windows: Object.keys(reference).map(() => []), since_check: 0, p_value: 1, feature: 0 }),
  take(memory, inference, { threshold, check_frequency }, { reference }) {
    if (!keep(memory, inference, Object.keys(reference))) return 'missing';
    return ++memory.since_check < check_frequency ? null : check(memory, reference, threshold);
  },
  feature: ({ feature }, reference) => outputName(Object.keys(reference)[feature] ?? ''),
  reason: ({ p_value, feature }, { threshold }, reference) =>
    `${Object.keys(reference)[feature]} is of another law than its reference: p ${p_value.toPrecision(2)} over all features, the threshold is ${threshold}`,
});

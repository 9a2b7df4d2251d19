// stats/monitors: AccuracyCUSUM: the sum of errors beyond what the stated accuracy allows. It needs the true class of an inference, and sees a fall only.
// Formula: S = max(0, S + baseline_accuracy - drift_magnitude - right), right being 1 or 0; a drift above `threshold`; half of it ends it.
// Differs from the original: it reads predictions and labels, not accuracies of batches that mix sizes; threshold is never one that promises fewer than `run_length`
// labelled inferences between false alarms at the stated accuracy (Wald's bound: 5 promises 12,500 at the defaults, and was 26,000 in simulation). A model whose
// accuracy is below the stated one from the start has drifted from the statement. One number is kept; the original kept every accuracy.
import { real, whole } from '../detectors/parameters.ts';
import { classIn } from './inference.ts';
import { defineMonitor } from './monitor.ts';
import { run_length } from './reference-parameters.ts';
import { errorLimit } from './run-length.ts';

export const accuracyCusum = defineMonitor({
  name: 'AccuracyCUSUM',
  says: 'the accuracy fell below the stated one',
  needs: 'a predicted class and a label',
  labelled: true,
  layout: 1,
  parameters: {
    baseline_accuracy: real(0.9, 0.01, 0.9999, 'share of right answers when all is well'),
    threshold: real(5, 0, 1e6, 'sum of errors beyond what is allowed that is a drift'),
    drift_magnitude: real(0.1, 0.0001, 0.99, 'fall of the accuracy that is tolerated'),
    min_samples_for_detection: whole(10, 0, 1e6, 'labelled inferences before anything is said'),
    run_length,
  },
  not_used: { use_numpy: 'there is one way to compute' },
  refuses: (p) => (p.drift_magnitude < p.baseline_accuracy ? null : 'a drift_magnitude below the baseline_accuracy'),
  start: (p) => {
    const [up, down] = [p.baseline_accuracy - p.drift_magnitude, 1 - p.baseline_accuracy + p.drift_magnitude];
    const limit = Math.max(p.threshold, p.run_length > 0 ? errorLimit(1 - p.baseline_accuracy, up, down, p.run_length) : 0);
    return { sum: 0, n: 0, right: 0, limit };
  },
  take(memory, { predicted, label }, p) {
    const [said, true_class] = [classIn(predicted), classIn(label)];
    if (said === null || true_class === null) return 'missing';
    const right = said === true_class ? 1 : 0;
    memory.n++;
    memory.right += (right - memory.right) / Math.min(memory.n, 100); // the last hundred or so, for the reason
    memory.sum = Math.min(2 * memory.limit, Math.max(0, memory.sum + p.baseline_accuracy - p.drift_magnitude - right));
    return memory.n < p.min_samples_for_detection ? null : memory.sum / memory.limit;
  },
  reason: ({ right, sum, limit }, { baseline_accuracy }) =>
    `the accuracy fell: ${(100 * right).toFixed(0)} % lately, ${(100 * baseline_accuracy).toFixed(0)} % were stated; sum ${sum.toFixed(1)}, the limit is ${limit.toFixed(1)}`,
  calm: (memory) => {
    memory.sum = 0;
  },
});

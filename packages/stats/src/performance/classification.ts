// stats/performance: how good the answers of a classifier were, where the true classes are known: accuracy, F1, AUROC, log-loss, calibration.
// Formulas: F1 of a class is 2 TP / (2 TP + FP + FN), 0 where it has none of these; macro is the mean over the classes that were said or true. AUROC is the share of
// pairs of a member and another that the score of the class orders rightly, ties half, one class against the rest, the mean over the classes that have both.
// Log-loss is the mean of -ln of the score of the true class, kept off 0. Calibration: the mean over ten equal bins of confidence of |right - confidence|.
// What cannot be computed is null: AUROC and log-loss without a score for each class, everything without a row. Complexity: O(n log n) a class.
// Sources: T. Fawcett, Pattern Recognition Letters 27(8), 2006; C. Guo et al., ICML 2017 (expected calibration error); E. B. Wilson, JASA 22, 1927.

import { z_95 } from './estimate.ts';

export interface ClassifiedRow {
  readonly predicted: number;
  readonly actual: number;
  /** Confidence in the predicted class; NaN where it is not known. */
  readonly confidence: number;
  /** A score for each class, or none. */
  readonly scores: ArrayLike<number>;
}

/** Answers of one of ten equal bins of confidence: how sure they were, and how often right. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly answers: number;
  readonly right: number;
  /** Mean confidence of these answers. */
  readonly confidence: number;
}

export interface ClassificationMetrics {
  readonly labels: number;
  readonly accuracy: number;
  /** 95 % band of the accuracy (Wilson). */
  readonly accuracy_low: number;
  readonly accuracy_high: number;
  readonly f1_macro: number;
  readonly auroc: number | null;
  readonly log_loss: number | null;
  readonly calibration_error: number | null;
  /** Bins with an answer; none where no answer has a confidence. */
  readonly reliability: readonly ReliabilityBin[];
  readonly by_class: readonly { readonly class: number; readonly actual: number; readonly predicted: number; readonly right: number; readonly f1: number }[];
}

const calibration_bins = 10;
const score_min = 2 ** -52;

/** Null without rows. */
export function classificationMetrics(rows: readonly ClassifiedRow[], classes: number): ClassificationMetrics | null {
  if (rows.length === 0) return null;
  const by_class = countClasses(rows, classes);
  const right = rows.filter((row) => row.predicted === row.actual).length;
  const [accuracy_low, accuracy_high] = wilson(right, rows.length);
  const met = by_class.filter((one) => one.actual + one.predicted > 0);
  const reliability = reliabilityOf(rows);
  const scored = rows.every((row) => row.scores.length === classes);
  return {
    labels: rows.length,
    accuracy: right / rows.length,
    accuracy_low,
    accuracy_high,
    f1_macro: mean(met.map((one) => one.f1)) ?? 0,
    auroc: scored ? mean(by_class.flatMap((one) => auroc(rows, one.class) ?? [])) : null,
    log_loss: scored ? mean(rows.map((row) => -Math.log(Math.min(1, Math.max(score_min, row.scores[row.actual] ?? 0))))) : null,
    calibration_error: calibrationError(reliability),
    reliability,
    by_class: met,
  };
}

function countClasses(rows: readonly ClassifiedRow[], classes: number) {
  const all = Array.from({ length: classes }, () => ({ actual: 0, predicted: 0, right: 0 }));
  for (const { predicted, actual } of rows) {
    if (all[actual]) all[actual].actual++;
    if (all[predicted]) all[predicted].predicted++;
    if (predicted === actual && all[actual]) all[actual].right++;
  }
  return all.map(({ actual, predicted, right }, index) => ({
    class: index,
    actual,
    predicted,
    right,
    f1: right === 0 ? 0 : (2 * right) / (actual + predicted),
  }));
}

/** By the sum of ranks; null where the class has no member, or nothing else has a score. */
function auroc(rows: readonly ClassifiedRow[], of: number): number | null {
  const sorted = rows.map((row) => ({ score: row.scores[of]!, is: row.actual === of })).filter((row) => !Number.isNaN(row.score));
  sorted.sort((a, b) => a.score - b.score);
  const members = sorted.filter((row) => row.is).length;
  const others = sorted.length - members;
  if (members === 0 || others === 0) return null;
  let ranks = 0;
  for (let from = 0; from < sorted.length;) {
    let to = from;
    while (to < sorted.length && sorted[to]!.score === sorted[from]!.score) to++;
    const rank = (from + 1 + to) / 2;
    for (let i = from; i < to; i++) if (sorted[i]!.is) ranks += rank;
    from = to;
  }
  return (ranks - (members * (members + 1)) / 2) / (members * others);
}

function reliabilityOf(rows: readonly ClassifiedRow[]): ReliabilityBin[] {
  const bins = Array.from({ length: calibration_bins }, () => ({ answers: 0, right: 0, confidence: 0 }));
  for (const { confidence, predicted, actual } of rows) {
    if (!(confidence >= 0 && confidence <= 1)) continue;
    const bin = bins[Math.min(calibration_bins - 1, Math.floor(confidence * calibration_bins))]!;
    bin.answers += 1;
    bin.right += Number(predicted === actual);
    bin.confidence += confidence;
  }
  return bins.flatMap(({ answers, right, confidence }, i) =>
    answers === 0 ? [] : [{ from: i / calibration_bins, to: (i + 1) / calibration_bins, answers, right, confidence: confidence / answers }],
  );
}

function calibrationError(bins: readonly ReliabilityBin[]): number | null {
  const answers = bins.reduce((sum, bin) => sum + bin.answers, 0);
  return answers === 0 ? null : bins.reduce((sum, bin) => sum + Math.abs(bin.right - bin.answers * bin.confidence), 0) / answers;
}

const mean = (values: readonly number[]): number | null => (values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length);

function wilson(hits: number, n: number): [number, number] {
  const z = z_95;
  const [share, wide] = [hits / n, (z * z) / n];
  const half = z * Math.sqrt((share * (1 - share)) / n + wide / (4 * n));
  return [Math.max(0, (share + wide / 2 - half) / (1 + wide)), Math.min(1, (share + wide / 2 + half) / (1 + wide))];
}

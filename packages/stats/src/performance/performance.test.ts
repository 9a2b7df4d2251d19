import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ClassifiedRow, classificationMetrics } from './classification.ts';
import { estimateAccuracy, rightByBin } from './estimate.ts';
import { isotonic } from './isotonic.ts';
import { regressionMetrics } from './regression.ts';
import { labelsToAsk, settle } from './settle.ts';
import { draws, reading, tableOf } from '../../cases/scored-stream.ts';

interface Cases {
  classified: { classes: number; actual: number[]; predicted: number[]; scores: number[][]; accuracy: number; f1_macro: number; auroc: number | null; log_loss: number }[]; // prettier-ignore
  regressed: { actual: number[]; predicted: number[]; mae: number; rmse: number; r2: number }[];
  isotonic: { values: number[]; weights: number[]; fitted: number[] }[];
}
/** Made by cases/performance.py with scikit-learn 1.9.1. */
const cases = JSON.parse(readFileSync(path.join(import.meta.dirname, '..', '..', 'cases', 'performance.json'), 'utf8')) as Cases;
const near = (seen: number | null | undefined, expected: number) => expect(Math.abs(seen! - expected)).toBeLessThanOrEqual(1e-12 * (1 + Math.abs(expected)));

const rowsOf = ({ actual, predicted, scores }: Cases['classified'][number]): ClassifiedRow[] =>
  actual.map((is, i) => ({ actual: is, predicted: predicted[i]!, scores: scores[i]!, confidence: Math.max(...scores[i]!) }));

describe('with labels', () => {
  it('accuracy, macro F1, AUROC and log-loss are those of scikit-learn', () => {
    for (const one of cases.classified) {
      const metrics = classificationMetrics(rowsOf(one), one.classes)!;
      for (const name of ['accuracy', 'f1_macro', 'log_loss'] as const) near(metrics[name], one[name]);
      if (one.auroc === null) expect(metrics.labels === 1 ? metrics.auroc : null).toBeNull();
      else near(metrics.auroc, one.auroc);
      expect(metrics.accuracy_low).toBeLessThanOrEqual(metrics.accuracy);
      expect(metrics.accuracy_high).toBeGreaterThanOrEqual(metrics.accuracy);
    }
  });

  it('MAE, RMSE and R2 are those of scikit-learn; R2 is null where all true values are the same', () => {
    for (const { actual, predicted, ...expected } of cases.regressed) {
      const metrics = regressionMetrics(actual.map((value, i) => ({ actual: value, predicted: predicted[i]! })))!;
      for (const name of ['mae', 'rmse', 'r2'] as const) near(metrics[name], expected[name]);
    }
    expect(regressionMetrics([{ actual: 2, predicted: 3 }, { actual: 2, predicted: 2 }])).toEqual({ labels: 2, mae: 0.5, rmse: Math.SQRT1_2, r2: null, bias: 0.5 }); // prettier-ignore
  });

  it('what cannot be computed is null: without rows, without scores, without confidence, with values that are not finite alone', () => {
    expect(classificationMetrics([], 3)).toBeNull();
    expect(regressionMetrics([{ actual: Number.NaN, predicted: 1 }])).toBeNull();
    const bare = classificationMetrics([{ predicted: 0, actual: 1, confidence: Number.NaN, scores: [] }], 2)!;
    expect(bare).toMatchObject({ accuracy: 0, f1_macro: 0, auroc: null, log_loss: null, calibration_error: null });
  });

  it('the calibration error is 0 where confidence is the share of right answers, and the difference where it is not', () => {
    const rows = (confidence: number) => Array.from({ length: 10 }, (_, i) => ({ predicted: 0, actual: i < 7 ? 0 : 1, confidence, scores: [] }));
    expect(classificationMetrics(rows(0.7), 2)!.calibration_error).toBeCloseTo(0, 12);
    expect(classificationMetrics(rows(0.99), 2)!.calibration_error).toBeCloseTo(0.29, 12);
  });

  it('each bin of confidence says how many answers it has, how sure they were and how many were right; a bin without an answer is none', () => {
    const of = (confidence: number, is_right: boolean) => ({ predicted: 0, actual: is_right ? 0 : 1, confidence, scores: [] });
    const { reliability } = classificationMetrics([of(0.52, true), of(0.58, false), of(1, true), of(Number.NaN, true)], 2)!;
    expect(reliability).toEqual([
      { from: 0.5, to: 0.6, answers: 2, right: 1, confidence: expect.closeTo(0.55, 12) as number },
      { from: 0.9, to: 1, answers: 1, right: 1, confidence: 1 },
    ]);
  });
});

describe('isotonic regression', () => {
  it("is scikit-learn's", () => {
    for (const { values, weights, fitted } of cases.isotonic) isotonic(values, weights).forEach((value, i) => near(value, fitted[i]!));
  });

  it('draws a line over values without weight, and says NaN where there is none at all', () => {
    expect([...isotonic([9, 1, 9, 9, 4, 9], [0, 1, 0, 0, 1, 0])]).toEqual([1, 1, 2, 3, 4, 4]);
    expect([...isotonic([1, 2], [0, 0])]).toEqual([Number.NaN, Number.NaN]);
  });
});

describe('without labels', () => {
  const table = tableOf(draws(1, 20_000));
  const zeros = table.counts.map(() => 0);

  it('the estimate is right under covariate shift, and its band holds the truth in about 19 of 20 windows', () => {
    let inside = 0;
    for (let window = 0; window < 400; window++) {
      const { counts, right } = reading(table, draws(1_000 + window, 500, { shift: (window % 5) / 2 - 1 }));
      const { low, high } = estimateAccuracy([{ table, counts }]);
      inside += Number(right >= low && right <= high);
    }
    expect(inside / 400).toBeGreaterThan(0.92);
    expect(inside / 400).toBeLessThan(0.99);
  });

  it('is blind to concept drift, which 200 labels show', () => {
    let [found, false_alarms] = [0, 0];
    for (let window = 0; window < 100; window++) {
      const drifted = reading(table, draws(5_000 + window, 2_000, { flip: 0.15 }));
      const steady = reading(table, draws(9_000 + window, 2_000));
      expect(Math.abs(estimateAccuracy([{ table, counts: drifted.counts }]).accuracy - drifted.right)).toBeGreaterThan(0.05);
      for (const [one, count] of [
        [drifted, () => found++],
        [steady, () => false_alarms++],
      ] as const)
        // prettier-ignore
        if (settle(table, one.labelled(labelsToAsk(table, one.counts))).p_value < 0.01) count();
    }
    expect(found).toBeGreaterThan(85);
    expect(false_alarms).toBeLessThan(5);
  });

  it('asks for no more labels than there are answers, most of sure ones, which say most, and for none of nothing', () => {
    const { counts } = reading(table, draws(3, 1_000));
    const asked = labelsToAsk(table, counts);
    expect(asked.reduce((a, b) => a + b, 0)).toBe(200);
    asked.forEach((labels, bin) => expect(labels).toBeLessThanOrEqual(counts[bin]!));
    expect(asked.at(-1)! / counts.at(-1)!).toBeGreaterThan(asked[0]! / counts[0]!);
    expect(labelsToAsk(table, zeros).every((labels) => labels === 0)).toBe(true);
  });

  it('says NaN for a window or a table without anything, and refuses counts on other bins', () => {
    const empty = { counts: [0, 0], correct: [0, 0] };
    expect(estimateAccuracy([{ table, counts: zeros }]).accuracy).toBeNaN();
    expect(estimateAccuracy([{ table: empty, counts: [3, 4] }]).accuracy).toBeNaN();
    expect(settle(empty, [{ labelled: 1, right: 1 }]).p_value).toBeNaN();
    expect(() => estimateAccuracy([{ table, counts: [1, 2] }])).toThrow(expect.objectContaining({ code: 'HF-STAT-001' }));
  });

  it('takes a model that is sure of nothing and one that is always right', () => {
    const sure = estimateAccuracy([{ table: { counts: [100], correct: [100] }, counts: [1_000] }]);
    expect(sure).toMatchObject({ accuracy: 1, high: 1 });
    expect(sure.low).toBeGreaterThan(0.9);
    expect([...rightByBin({ counts: [10, 10], correct: [9, 1] })]).toEqual([0.5, 0.5]);
  });
});

// stats: how often a model was right at each confidence, on the labelled rows of its reference: what performance is estimated by without labels.
// The bins are those of the feature output.confidence: the counts that a window carries of it are on the same edges, so nothing more has to travel.
// Formula: per bin how many labelled inferences fell into it and how many of them were right; per class the margins of the confusion matrix.
// A row without a label (-1), a predicted class or a finite confidence is in no bin. Complexity: O(rows log bins). Source: NannyML's confidence-based
// estimation with 32 bins in place of an isotonic curve (J. Garg et al., "Leveraging unlabeled data to predict out-of-distribution performance", ICLR 2022).
import { failure } from '@holdfast/base';
import { binOf } from './sketches/quantile-edges.ts';

export const confidence_name = 'output.confidence';

export interface CalibrationTable {
  /** Those of the feature output.confidence. */
  readonly edges: readonly number[];
  /** Labelled inferences of each bin. */
  readonly counts: readonly number[];
  /** Of them, those whose predicted class was the true one. */
  readonly correct: readonly number[];
  /** Of the same inferences, in the order of the profile's classes: how often each was predicted, was true, and was both. */
  readonly classes: { readonly predicted: readonly number[]; readonly actual: readonly number[]; readonly correct: readonly number[] };
}

export interface LabelledRows {
  readonly edges: readonly number[];
  readonly confidence: readonly number[];
  readonly predicted: ArrayLike<number>;
  /** The true class of each inference, -1 where it is not known. */
  readonly actual: ArrayLike<number>;
  readonly classes: number;
}

/** The table; undefined where no row has label, class and confidence. */
export function calibrationOf({ edges, confidence, predicted, actual, classes }: LabelledRows): CalibrationTable | undefined {
  if (actual.length !== confidence.length) throw failure('HF-STAT-001', { saw: actual.length, expected: confidence.length });
  const zeros = (length: number): number[] => Array.from({ length }, () => 0);
  const [counts, correct] = [zeros(edges.length + 1), zeros(edges.length + 1)];
  const by_class = { predicted: zeros(classes), actual: zeros(classes), correct: zeros(classes) };
  const isClass = (index: number) => index >= 0 && index < classes;
  let labelled = 0;
  for (let row = 0; row < confidence.length; row++) {
    const [said, is, value] = [predicted[row]!, actual[row]!, confidence[row]!];
    if (!isClass(said) || !isClass(is) || !Number.isFinite(value)) continue;
    labelled++;
    const bin = binOf(edges, value);
    counts[bin]! += 1;
    by_class.predicted[said]! += 1;
    by_class.actual[is]! += 1;
    if (said !== is) continue;
    correct[bin]! += 1;
    by_class.correct[is]! += 1;
  }
  return labelled === 0 ? undefined : { edges: [...edges], counts, correct, classes: by_class };
}

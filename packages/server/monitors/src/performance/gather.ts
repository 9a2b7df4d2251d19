// monitors/performance: what is known of the answers of a model over a time: counts of confidence on the bins of each profile, and answers whose truth was told.
// Counts of windows stay apart by segment and by profile: those of two profiles never merge.
import { type CalibrationTable, type CountedPart, type LabelledBin, type ReferenceProfile, binOf, confidence_name } from '@holdfast/stats';
import type { WindowRow } from '@holdfast/telemetry';

/** One answer whose truth was told. */
export interface ToldAnswer {
  readonly device: string;
  readonly model_version: number;
  readonly predicted: number;
  readonly confidence: number;
  /** All scores; none where they are not known. */
  readonly scores: ArrayLike<number>;
  readonly label: number;
}

export interface Counted {
  readonly profile: ReferenceProfile;
  readonly model_version: number;
  /** On the bins of output.confidence; null where the profile has no such feature. */
  readonly counts: number[] | null;
}

export class Segment {
  windows = 0;
  inferences = 0;
  readonly counted = new Map<string, Counted>();
  readonly answers: ToldAnswer[] = [];

  addWindow(row: WindowRow, profile: ReferenceProfile | null): void {
    this.windows++;
    this.inferences += row.inferences;
    if (profile === null) return;
    const known = this.counted.get(row.profile) ?? startOf(row, profile);
    this.counted.set(row.profile, known);
    const seen = row.body.features.find(({ name }) => name === confidence_name)?.counts;
    if (known.counts && seen?.length === known.counts.length) seen.forEach((count, bin) => (known.counts![bin]! += count));
  }

  /** What an accuracy can be estimated from: the counts whose profile has a calibration table. */
  parts(): (CountedPart & { readonly table: CalibrationTable })[] {
    return [...this.counted.values()].flatMap(({ profile, counts }) => (profile.calibration && counts ? [{ table: profile.calibration, counts }] : []));
  }
}

function startOf({ model_version }: WindowRow, profile: ReferenceProfile): Counted {
  const feature = profile.features.find(({ name }) => name === confidence_name);
  return { profile, model_version, counts: feature ? feature.counts.map(() => 0) : null };
}

/** The told answers on the bins of a table. */
export function labelledBins({ edges, counts }: CalibrationTable, answers: readonly ToldAnswer[]): LabelledBin[] {
  const bins = counts.map(() => ({ labelled: 0, right: 0 }));
  for (const { confidence, predicted, label } of answers) {
    if (predicted < 0 || !Number.isFinite(confidence)) continue;
    const bin = bins[binOf(edges, confidence)]!;
    bin.labelled++;
    bin.right += Number(predicted === label);
  }
  return bins;
}

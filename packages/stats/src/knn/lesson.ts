// stats/knn: one truth learned: both predict it, the head learns it, and where that did it harm it is the snapshot again. Pure: what it gives is stored by others.
import { type Knn, type KnnSample } from './knn.ts';
import { type Trial, type TrialVerdict, afterTruth, newTrial, judge } from './trial.ts';

export interface Lessons {
  readonly knn: Knn;
  /** The snapshot that the head is held against; null while there is none. */
  readonly held: Knn | null;
  readonly trial: Trial;
}

export interface Lesson extends Lessons {
  readonly verdict: TrialVerdict;
  /** Null where there was no snapshot to ask, or where the truth corrects one of before. */
  readonly snapshot_right: boolean | null;
  readonly condensed: number;
}

/** A second truth of the same inference replaces the first; it is no new evidence, so it is not judged. */
export function learnTruth({ knn, held, trial }: Lessons, sample: KnnSample, classes: number): Lesson {
  const replaces = sample.reference === null ? -1 : knn.samples.findIndex((one) => one.reference === sample.reference && one.at_ms === sample.at_ms);
  const { knn: learned, condensed } = knn.with(sample, replaces);
  if (held === null || replaces >= 0) return { knn: learned, held, trial, verdict: 'goes on', snapshot_right: null, condensed };
  const snapshot_right = held.labelOf(sample.features, classes) === sample.label;
  const heard = afterTruth(trial, knn.labelOf(sample.features, classes) === sample.label, snapshot_right);
  const { trial: judged, verdict } = judge(heard, learned);
  const undone = verdict === 'worse' || verdict === 'unlearnable';
  return { knn: undone ? held : learned, held, trial: undone ? newTrial(trial.right_before) : judged, verdict, snapshot_right, condensed };
}

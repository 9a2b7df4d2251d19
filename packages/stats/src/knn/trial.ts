// stats/knn: is what was learned worse than the snapshot from before? Each truth is first predicted by both (test, then train); the last 50 such truths are judged.
// Two rules, looked at with every tenth truth. Worse: the head is wrong where the snapshot was right more often than the other way round, by the exact one-sided
// McNemar (sign) test at 0.002, so that the five looks at a window err with p < 0.01 together.
// Unlearnable: of a full window the head is right significantly less often than of the window before (Fisher, p < 0.01), and the newest samples do not tell
// each other's label better than chance (binomial, p > 0.05), at two looks in a row: labels that have nothing to do with the features. The first rule is blind to those, since
// such a truth proves neither wrong; a change of the world is learnable, and is not undone.
// Sources: Q. McNemar, Psychometrika 12(2), 1947; test-then-train: J. Gama et al., "On evaluating stream learning algorithms", Machine Learning 90, 2013.
import { fisherGreater } from '../tests/fisher.ts';
import { Gaps } from './gaps.ts';
import { distanceBy } from './distance.ts';
import type { Knn } from './knn.ts';

export const trial_window = 50;
const look_every = 10;
const p_value_max = 0.01;
const worse_p_value = p_value_max / (trial_window / look_every);
const chance_p_value = 0.05;
const newest_count = 25;
const doubts_max = 2;
/** Both wrong, the snapshot alone right, the head alone right, both right. */
const kinds = '0123';

/** What is remembered of the trial: plain, so that it stands in the file of the head. */
export interface Trial {
  /** One digit a truth, oldest first, at most 50. */
  readonly outcomes: string;
  /** All of this trial. */
  readonly truths: number;
  /** Looks in a row at which the labels seemed to have nothing to do with the features. */
  readonly doubts: number;
  /** Right ones of the head in the last full window of an earlier trial; null where there was none. */
  readonly right_before: number | null;
}

export type TrialVerdict = 'goes on' | 'stood' | 'worse' | 'unlearnable';

export const newTrial = (right_before: number | null = null): Trial => ({ outcomes: '', truths: 0, doubts: 0, right_before });

export function afterTruth(trial: Trial, head_right: boolean, snapshot_right: boolean): Trial {
  const kind = kinds[(head_right ? 2 : 0) + (snapshot_right ? 1 : 0)]!;
  return { ...trial, outcomes: (trial.outcomes + kind).slice(-trial_window), truths: trial.truths + 1 };
}

const countOf = (outcomes: string, kind: string): number => outcomes.split(kind).length - 1;
export const headRight = ({ outcomes }: Trial): number => countOf(outcomes, '2') + countOf(outcomes, '3');

export function judge(trial: Trial, head: Knn): { trial: Trial; verdict: TrialVerdict } {
  if (trial.truths % look_every !== 0) return { trial, verdict: 'goes on' };
  const [snapshot_alone, head_alone] = [countOf(trial.outcomes, '1'), countOf(trial.outcomes, '2')];
  if (binomialTail(snapshot_alone, snapshot_alone + head_alone, 0.5) < worse_p_value) return { trial, verdict: 'worse' };
  if (trial.outcomes.length < trial_window) return { trial, verdict: 'goes on' };
  const doubts = isUnlearnable(trial, head) ? trial.doubts + 1 : 0;
  const verdict = doubts >= doubts_max ? 'unlearnable' : doubts === 0 && head_alone >= snapshot_alone ? 'stood' : 'goes on';
  return { trial: { ...trial, doubts }, verdict };
}

function isUnlearnable(trial: Trial, head: Knn): boolean {
  if (trial.right_before === null) return false;
  const [before, now] = [trial.right_before, headRight(trial)].map((right) => ({ hits: trial_window - right, n: trial_window }));
  if (fisherGreater(before!, now!) >= p_value_max) return false;
  const { right, of, chance } = agreement(head);
  return binomialTail(right, of, chance) > chance_p_value;
}

/** How many of the newest samples have the label of the nearest other one of them; and the share that chance gives. */
function agreement({ samples, settings }: Knn): { right: number; of: number; chance: number } {
  const newest = samples.slice(-newest_count);
  const gaps = Gaps.of(newest, distanceBy[settings.distance_metric]);
  const right = newest.filter(({ label }, i) => newest[gaps.nearest(i, 1)[0] ?? i]!.label === label).length;
  const pairs = newest.length * (newest.length - 1);
  const same = newest.reduce((sum, { label }) => sum + newest.filter((other) => other.label === label).length - 1, 0);
  return { right, of: newest.length, chance: pairs === 0 ? 1 : same / pairs };
}

/** P(X >= hits) of n tries, each with this chance. n is at most 50: a plain sum. */
export function binomialTail(hits: number, n: number, chance: number): number {
  let tail = 0;
  for (let x = n; x >= hits; x--) tail += massOf(x, n, chance);
  return Math.min(1, tail);
}

function massOf(x: number, n: number, chance: number): number {
  let mass = 1;
  for (let i = 1; i <= x; i++) mass *= ((n - x + i) / i) * chance;
  return mass * (1 - chance) ** (n - x);
}

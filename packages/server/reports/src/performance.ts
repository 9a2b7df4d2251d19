// reports: how good each model version was in the time: without labels from the confidence that its windows counted, and by the labels that came.
import type { Monitors } from '@holdfast/monitors';
import { type ReportTable, confidence_name, estimateAccuracy } from '@holdfast/stats';
import type { Time } from './facts.ts';
import type { MergedPart } from './merge.ts';

const head = ['Model version', 'Accuracy by confidence alone', '95 % band', 'Accuracy by labels', '95 % band of it', 'Labels', 'F1', 'Mean absolute error'];

/** Null where nothing is known of any part. */
export async function performanceTable(
  parts: readonly MergedPart[],
  devices: readonly string[] | undefined,
  time: Time,
  monitors: Pick<Monitors, 'measured'>,
): Promise<ReportTable | null> {
  const rows = await Promise.all(parts.map((part) => rowOf(part, devices, time, monitors)));
  return rows.some((row) => row.slice(1).some((cell) => cell !== null)) ? { title: 'Performance', head, rows } : null;
}

export const blind_note =
  'Accuracy by confidence alone is blind to concept drift: where the same inputs mean something else by now, the model is as sure as before. Only labels show that.';

async function rowOf(part: MergedPart, devices: readonly string[] | undefined, time: Time, monitors: Pick<Monitors, 'measured'>) {
  const { model, model_version } = part;
  const estimate = estimateOf(part);
  const { labelled, regression } = await monitors.measured({ model, model_version, devices, ...time });
  return [
    `${model} ${model_version}`,
    estimate && percent(estimate.accuracy),
    estimate && `${percent(estimate.low)} to ${percent(estimate.high)}`,
    labelled && percent(labelled.accuracy),
    labelled && `${percent(labelled.accuracy_low)} to ${percent(labelled.accuracy_high)}`,
    labelled?.labels ?? regression?.labels ?? null,
    labelled && Number(labelled.f1_macro.toFixed(4)),
    regression && Number(regression.mae.toPrecision(4)),
  ];
}

function estimateOf({ profile, counts }: MergedPart) {
  const seen = counts.features().find(({ name }) => name === confidence_name);
  if (!profile.calibration || !seen) return null;
  const estimate = estimateAccuracy([{ table: profile.calibration, counts: seen.counts }]);
  return Number.isNaN(estimate.accuracy) ? null : estimate;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

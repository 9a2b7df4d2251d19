// reports: how good each model version was in the time: without labels from the confidence that its windows counted, and by the labels that came, together and by
// what its devices are; and how often it was right at each confidence.
import type { Cut, MeasuredSegments, Monitors } from '@holdfast/monitors';
import { type ReportBook, type ReportTable, confidence_name, estimateAccuracy } from '@holdfast/stats';
import type { Time } from './facts.ts';
import type { MergedPart } from './merge.ts';

type Cell = string | number | null;
type Measured = Pick<MeasuredSegments, 'labelled' | 'regression'>;
interface Known {
  readonly part: MergedPart;
  readonly found: MeasuredSegments;
}

export interface ReportPerformance {
  readonly tables: readonly ReportTable[];
  readonly reliability: NonNullable<ReportBook['reliability']>;
}

const estimate_head = ['Accuracy by confidence alone', '95 % band'];
const label_head = ['Accuracy by labels', '95 % band of it', 'Labels', 'F1', 'AUROC', 'Log-loss', 'Calibration error'];
const value_head = ['Mean absolute error', 'Root mean square error', 'R2'];
/** Of a cut of a model version, those with most labels. */
const segments_shown_max = 10;

/** Null where nothing is known of any part. */
export async function performanceOfReport(
  parts: readonly MergedPart[],
  devices: readonly string[] | undefined,
  time: Time,
  { monitors, cuts }: { readonly monitors: Pick<Monitors, 'measured'>; readonly cuts: readonly Cut[] },
): Promise<ReportPerformance | null> {
  const known = await Promise.all(
    parts.map(async (part): Promise<Known> => {
      const { model, model_version } = part;
      return { part, found: await monitors.measured({ model, model_version, devices, ...time }, cuts) };
    }),
  );
  const rows = known.map(({ part, found }) => [titleOf(part), ...estimateCells(part), ...measuredCells(found)]);
  if (!rows.some((row) => row.slice(1).some((cell) => cell !== null))) return null;
  const whole = withoutEmpty({ title: 'Performance', head: ['Model version', ...estimate_head, ...label_head, ...value_head], rows }, 1);
  const segments = known.flatMap(segmentRows);
  const head = ['Model version', 'By', 'Segment', ...label_head, ...value_head];
  return {
    tables: segments.length === 0 ? [whole] : [whole, withoutEmpty({ title: 'Performance by segment', head, rows: segments }, 3)],
    reliability: known.flatMap(({ part, found: { labelled } }) => (labelled?.reliability.length ? [{ title: titleOf(part), bins: labelled.reliability }] : [])),
  };
}

export const blind_note =
  'Accuracy by confidence alone is blind to concept drift: where the same inputs mean something else by now, the model is as sure as before. Only labels show that.';

const titleOf = ({ model, model_version }: MergedPart): string => `${model} ${model_version}`;

/** A cut that leaves all answers together tells nothing. */
function segmentRows({ part, found }: Known): Cell[][] {
  return [...Map.groupBy(found.segments, ({ by }) => by).values()]
    .filter((same) => same.length > 1)
    .flatMap((same) => same.toSorted((a, b) => labelsOf(b) - labelsOf(a)).slice(0, segments_shown_max))
    .map((one) => [titleOf(part), one.by, one.segment, ...measuredCells(one)]);
}

const labelsOf = ({ labelled, regression }: Measured): number => (labelled?.labels ?? 0) + (regression?.labels ?? 0);

function estimateCells(part: MergedPart): Cell[] {
  const estimate = estimateOf(part);
  return [estimate && percent(estimate.accuracy), estimate && `${percent(estimate.low)} to ${percent(estimate.high)}`];
}

function measuredCells(of: Measured): Cell[] {
  const { labelled, regression } = of;
  return [
    labelled && percent(labelled.accuracy),
    labelled && `${percent(labelled.accuracy_low)} to ${percent(labelled.accuracy_high)}`,
    labelsOf(of) || null,
    ...[labelled?.f1_macro, labelled?.auroc, labelled?.log_loss, labelled?.calibration_error, regression?.mae, regression?.rmse, regression?.r2].map(
      fourDigits,
    ),
  ];
}

const fourDigits = (value: number | null | undefined): number | null => (value === null || value === undefined ? null : Number(value.toPrecision(4)));

/** Of a model that says classes the errors of values are no column, and the other way round; the first columns stay. */
function withoutEmpty({ title, head, rows }: ReportTable, kept: number): ReportTable {
  const places = head.map((_, at) => at).filter((at) => at < kept || rows.some((row) => row[at] !== null));
  const pick = <T>(all: readonly T[]): T[] => places.map((at) => all[at]!);
  return { title, head: pick(head), rows: rows.map(pick) };
}

function estimateOf({ profile, counts }: MergedPart) {
  const seen = counts.features().find(({ name }) => name === confidence_name);
  if (!profile.calibration || !seen) return null;
  const estimate = estimateAccuracy([{ table: profile.calibration, counts: seen.counts }]);
  return Number.isNaN(estimate.accuracy) ? null : estimate;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

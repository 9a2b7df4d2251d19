// reports: how good each model version was in the time: without labels from the confidence that its windows counted, and by the labels that came; together, beside
// the other versions, and by what its devices are; and how often it was right at each confidence.
import type { MeasuredSegments, Monitors } from '@holdfast/monitors';
import { type ReferenceProfile, type ReportBook, type ReportTable, addCounts, confidence_name, estimateAccuracy } from '@holdfast/stats';
import type { Time } from './facts.ts';
import type { MergedPart } from './merge.ts';
import { type Cuts, cutsOf } from './segments.ts';

type Cell = string | number | null;
type Measured = Pick<MeasuredSegments, 'labelled' | 'regression'>;
interface Known {
  readonly part: MergedPart;
  readonly found: MeasuredSegments;
  /** What these are put together by is cut at so many. */
  readonly cuts: Cuts;
}

export interface ReportPerformance {
  readonly tables: readonly ReportTable[];
  readonly reliability: NonNullable<ReportBook['reliability']>;
  /** Where a limit was met, and what the numbers cannot tell. */
  readonly notes: readonly string[];
}
interface Asked {
  readonly monitors: Pick<Monitors, 'measured'>;
  readonly fleet: Parameters<typeof cutsOf>[0];
}

const estimate_head = ['Accuracy by confidence alone', '95 % band'];
const label_head = ['Accuracy by labels', '95 % band of it', 'Labels', 'F1', 'AUROC', 'Log-loss', 'Calibration error'];
const value_head = ['Mean absolute error', 'Root mean square error', 'R2'];

/** Null where nothing is known of any part. */
export async function performanceOfReport(
  parts: readonly MergedPart[],
  devices: readonly string[] | undefined,
  time: Time,
  asked: Asked,
): Promise<ReportPerformance | null> {
  const known: Known[] = [];
  for (const part of parts) known.push(await knownOf(part, devices, time, asked));
  const rows = known.map(({ part, found }) => [titleOf(part), ...estimateCells(part.profile, confidenceOf(part)), ...measuredCells(found)]);
  if (!rows.some((row) => row.slice(1).some((cell) => cell !== null))) return null;
  const whole = withoutEmpty({ title: 'Performance', head: ['Model version', ...estimate_head, ...label_head, ...value_head], rows }, 1);
  const { rows: segments, notes } = segmentRows(known);
  const head = ['Model version', 'By', 'Segment', ...estimate_head, ...label_head, ...value_head];
  return {
    tables: segments.length === 0 ? [whole] : [whole, withoutEmpty({ title: 'Performance by segment', head, rows: segments }, 3)],
    reliability: known.flatMap(({ part, found: { labelled } }) => (labelled?.reliability.length ? [{ title: titleOf(part), bins: labelled.reliability }] : [])),
    notes: [...notes, blind_note],
  };
}

async function knownOf(part: MergedPart, devices: readonly string[] | undefined, time: Time, { monitors, fleet }: Asked): Promise<Known> {
  const { model, model_version } = part;
  let cuts: Cuts = { cuts: [], of: 0 };
  const found = await monitors.measured({ model, model_version, devices, ...time }, async (answered) => {
    cuts = await cutsOf(fleet, [...new Set([...part.devices, ...answered])]);
    return cuts.cuts;
  });
  return { part, found, cuts };
}

const blind_note =
  'Accuracy by confidence alone is blind to concept drift: where the same inputs mean something else by now, the model is as sure as before. Only labels show that.';

const titleOf = ({ model, model_version }: Pick<MergedPart, 'model' | 'model_version'>): string => `${model} ${model_version}`;

/** Of a cut of a model version, those with most labels, then those with most windows that count confidence. */
const segments_shown_max = 10;
const rows_max = 1_000;

function segmentRows(known: readonly Known[]): { readonly rows: Cell[][]; readonly notes: string[] } {
  const cut = new Map<string, { shown: number; of: number }>();
  const all = [...versionRows(known), ...known.flatMap((one) => one.found.cuts.flatMap((each) => rowsOfCut(one, each, cut)))];
  const most = known.reduce<Cuts>((best, { cuts }) => (cuts.of - cuts.cuts.length > best.of - best.cuts.length ? cuts : best), { cuts: [], of: 0 });
  return { rows: all.slice(0, rows_max), notes: cutNotes(cut, most, all.length) };
}

function cutNotes(cut: ReadonlyMap<string, { shown: number; of: number }>, { cuts, of }: Cuts, rows: number): string[] {
  const counts = [...cut].map(([by, one]) => `${by} ${one.shown} of ${one.of}`);
  return [
    ...(counts.length > 0 ? [`Of the segments those with most labels are shown: ${counts.join(', ')}.`] : []),
    ...(of > cuts.length ? [`Segments are by ${cuts.length} of ${of} words in which the devices differ, those of fewest values.`] : []),
    ...(rows > rows_max ? [`${rows_max} of ${rows} segments are shown.`] : []),
  ];
}

/** Of a model of which several versions ran: a version beside the others. */
function versionRows(known: readonly Known[]): Cell[][] {
  return [...Map.groupBy(known, ({ part }) => part.model)]
    .filter(([, same]) => new Set(same.map(({ part }) => part.model_version)).size > 1)
    .flatMap(([model, same]) =>
      same.map(({ part, found }) => [
        model,
        'model version',
        String(part.model_version),
        ...estimateCells(part.profile, confidenceOf(part)),
        ...measuredCells(found),
      ]),
    );
}

const nothing_measured: Measured = { labelled: null, regression: null };

/** A cut that leaves all together tells nothing. */
function rowsOfCut({ part }: Known, { by, of, segments }: MeasuredSegments['cuts'][number], cut: Map<string, { shown: number; of: number }>): Cell[][] {
  const sure = new Map<string, number[]>();
  for (const [device, counts] of part.confidence) {
    const name = of({ device, model_version: part.model_version });
    sure.set(name, addCounts(sure.get(name) ?? counts.map(() => 0), counts));
  }
  const names = [...new Set([...segments.keys(), ...sure.keys()])];
  if (names.length < 2) return [];
  const rows = names.map((name) => ({ name, measured: segments.get(name) ?? nothing_measured, sure: sure.get(name) ?? null }));
  const ranked = rows.toSorted((a, b) => labelsOf(b.measured) - labelsOf(a.measured) || sumOf(b.sure) - sumOf(a.sure) || (a.name < b.name ? -1 : 1));
  const before = cut.get(by) ?? { shown: 0, of: 0 };
  if (names.length > segments_shown_max) cut.set(by, { shown: before.shown + segments_shown_max, of: before.of + names.length });
  return ranked
    .slice(0, segments_shown_max)
    .map((one) => [titleOf(part), by, one.name, ...estimateCells(part.profile, one.sure), ...measuredCells(one.measured)]);
}

const sumOf = (counts: readonly number[] | null): number => (counts ?? []).reduce((sum, count) => sum + count, 0);
const labelsOf = ({ labelled, regression }: Measured): number => (labelled?.labels ?? 0) + (regression?.labels ?? 0);

function estimateCells({ calibration }: ReferenceProfile, counts: readonly number[] | null): Cell[] {
  const estimate = calibration && counts ? estimateAccuracy([{ table: calibration, counts }]) : null;
  if (!estimate || Number.isNaN(estimate.accuracy)) return [null, null];
  return [percent(estimate.accuracy), `${percent(estimate.low)} to ${percent(estimate.high)}`];
}

const confidenceOf = ({ counts }: MergedPart): readonly number[] | null => counts.features().find(({ name }) => name === confidence_name)?.counts ?? null;

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

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

// monitors/performance: how good a model is over a time: by the labels that came, and without any from the confidence of its answers; and which few labels would
// settle it. Read from what telemetry keeps, when somebody asks: it holds nothing of its own.
import {
  type AccuracyEstimate,
  type ClassificationMetrics,
  type RegressionMetrics,
  type Settled,
  binOf,
  classificationMetrics,
  estimateAccuracy,
  labelsToAsk,
  regressionMetrics,
  settle,
} from '@holdfast/stats';
import type { Telemetry, WindowFilter } from '@holdfast/telemetry';
import type { Profiles } from '../profiles.ts';
import { type Counted, type Segment, type ToldAnswer, labelledBins } from './gather.ts';
import { type SegmentKeys, Segments } from './segments.ts';

const answers_max = 50_000;
const asked_from_max = 5_000;
const segments_max = 200;
/** As many as a window counts; a truth beyond is wrong for sure, and gets no row of its own. */
const classes_max = 65_536;

export interface PerformanceQuery {
  readonly model: string;
  readonly model_version?: number | undefined;
  readonly devices?: readonly string[] | undefined;
  readonly from_ms: number;
  readonly to_ms: number;
}

export interface SegmentPerformance {
  /** The device or version; null for all together. */
  readonly segment: string | null;
  readonly windows: number;
  readonly inferences: number;
  /** Null where nothing can be estimated from. */
  readonly estimated: AccuracyEstimate | null;
  /** The accuracy on the rows that the estimate stands on. */
  readonly reference_accuracy: number | null;
  readonly labelled: ClassificationMetrics | null;
  /** Of answers that are a value and no class. */
  readonly regression: RegressionMetrics | null;
}

export interface Performance extends SegmentPerformance {
  readonly class_names: readonly string[];
  /** Whether the labels agree with the estimate; null without labels or table. */
  readonly settled: Settled | null;
  /** Samples whose labels would settle it, the least that say enough. */
  readonly ask: readonly number[];
  readonly segments: readonly SegmentPerformance[];
  /** What is not among these, because there is too much of it: answers, segments, and windows and answers of devices that are in no segment. */
  readonly left_out: { readonly answers: boolean; readonly segments: number; readonly outside: number };
  /** Truths of these devices that no answer came for, of whatever model: it may still come, or was never sent. */
  readonly unmatched: number;
}

type Reads = Pick<Telemetry, 'windowsIn' | 'samples' | 'answers'>;

export async function performanceOf(
  telemetry: Reads,
  profiles: Pick<Profiles, 'find'>,
  query: PerformanceQuery,
  segments = new Segments(null),
): Promise<Performance> {
  for await (const [row, mine] of segments.each(telemetry.windowsIn(filterOf(query)))) {
    const found = await profiles.find(row.profile);
    for (const segment of mine) segment.addWindow(row, 'profile' in found ? found.profile : null);
  }
  const { answers, unmatched, is_cut } = await answersOf(telemetry, query);
  for await (const [answer, mine] of segments.each(answers)) for (const segment of mine) segment.answers.push(answer);
  const { whole, outside } = segments;
  const class_names = namesOf(whole, answers);
  const named = [...segments.parts].toSorted(([, a], [, b]) => b.inferences - a.inferences);
  return {
    ...described(null, whole, class_names.length),
    class_names,
    ...(await settledBy(telemetry, whole, query)),
    segments: named.slice(0, segments_max).map(([name, segment]) => described(name, segment, class_names.length)),
    unmatched,
    left_out: { answers: is_cut, segments: Math.max(0, named.length - segments_max), outside },
  };
}

const filterOf = ({ model, model_version, devices, from_ms, to_ms }: PerformanceQuery): WindowFilter => ({
  models: [model],
  model_version,
  devices,
  from_ms,
  to_ms,
});

/** Answers whose truth came by the app's number, and samples that people have labelled; one that is both counts once. */
async function answersOf(
  telemetry: Pick<Reads, 'samples' | 'answers'>,
  query: PerformanceQuery,
): Promise<{ answers: ToldAnswer[]; unmatched: number; is_cut: boolean }> {
  const { model, model_version, devices, from_ms, to_ms } = query;
  const joined = await telemetry.answers({ model, model_version, devices, from_ms, to_ms }, answers_max);
  const told = new Set(joined.answers.map(({ device, reference }) => `${device} ${reference}`));
  const samples = await telemetry.samples({ model, devices, labelled: true, since_ms: from_ms }, answers_max);
  const shown = samples
    .filter((row) => row.at_ms < to_ms && (model_version === undefined || row.model_version === model_version))
    .filter(({ device, reference }) => !told.has(`${device} ${reference}`))
    .map(({ device, model_version: version, predicted, confidence, label }) => ({
      device,
      model_version: version,
      predicted,
      confidence,
      scores: [],
      label: label!,
    }));
  return { answers: [...joined.answers, ...shown], unmatched: joined.unmatched, is_cut: joined.is_cut || samples.length >= answers_max };
}

/** The names of the profile of the newest version; numbers where none has names for what was said. */
function namesOf(whole: Segment, answers: readonly ToldAnswer[]): string[] {
  const newest = newestOf(whole)?.profile.classes.names ?? [];
  const count = classesOf(answers, newest.length);
  return Array.from({ length: count }, (_, i) => newest[i] ?? String(i));
}
/** As many as were said or true, and no fewer than `least`. */
const classesOf = (answers: readonly ToldAnswer[], least: number): number =>
  answers.reduce((most, { predicted, label }) => (predicted < 0 ? most : Math.max(most, predicted + 1, classesUpTo(label))), least);
const classesUpTo = (label: number): number => (Number.isInteger(label) && label < classes_max ? label + 1 : 0);
const newestOf = (segment: Segment): Counted | undefined => [...segment.counted.values()].toSorted((a, b) => b.model_version - a.model_version)[0];

/** What answers are put together by. */
export interface Cut {
  readonly by: string;
  readonly of: (keys: SegmentKeys) => string;
}
export type Measured = Pick<SegmentPerformance, 'labelled' | 'regression'>;
export interface MeasuredSegments extends Measured {
  readonly cuts: readonly (Cut & { readonly segments: ReadonlyMap<string, Measured> })[];
}

/** By labels alone, without looking at windows; together, and by each segment of each cut, of which whoever asks says what they are for devices with answers. */
export async function measuredBy(
  telemetry: Pick<Reads, 'samples' | 'answers'>,
  query: PerformanceQuery,
  cutsOf: (devices: readonly string[]) => Promise<readonly Cut[]> = async () => [],
): Promise<MeasuredSegments> {
  const { answers } = await answersOf(telemetry, query);
  const classes = classesOf(answers, 0);
  const cuts = (await cutsOf([...new Set(answers.map(({ device }) => device))])).map((cut) => {
    const segments = new Map([...Map.groupBy(answers, cut.of)].map(([segment, own]) => [segment, measure(own, classes)]));
    return { ...cut, segments };
  });
  return { ...measure(answers, classes), cuts };
}

function measure(answers: readonly ToldAnswer[], classes: number): Measured {
  const [classified, valued] = [answers.filter((one) => one.predicted >= 0), answers.filter((one) => one.predicted < 0)];
  const rows = classified.map(({ predicted, confidence, scores, label: actual }) => ({ predicted, actual, confidence, scores }));
  const values = valued.map(({ scores, label: actual }) => ({ predicted: scores[0] ?? Number.NaN, actual }));
  return { labelled: classificationMetrics(rows, classes), regression: regressionMetrics(values) };
}

function described(name: string | null, segment: Segment, classes: number): SegmentPerformance {
  const parts = segment.parts();
  const estimate = estimateAccuracy(parts);
  const known = Number.isNaN(estimate.accuracy) ? null : estimate;
  const [right, all] = [parts.flatMap(({ table }) => table.correct), parts.flatMap(({ table }) => table.counts)].map((of) => of.reduce((a, b) => a + b, 0));
  return {
    segment: name,
    windows: segment.windows,
    inferences: segment.inferences,
    estimated: known,
    reference_accuracy: known && all! > 0 ? right! / all! : null,
    ...measure(segment.answers, classes),
  };
}

/** By the newest version alone: the others are on their way out, and have bins of their own. */
async function settledBy(telemetry: Reads, whole: Segment, query: PerformanceQuery): Promise<Pick<Performance, 'settled' | 'ask'>> {
  const newest = newestOf(whole);
  const table = newest?.profile.calibration;
  if (!table || !newest.counts) return { settled: null, ask: [] };
  const labelled = labelledBins(table, whole.answers.filter((answer) => answer.model_version === newest.model_version)); // prettier-ignore
  const found = settle(table, labelled);
  const wanted = labelsToAsk(table, newest.counts).map((asked, bin) => Math.max(0, asked - labelled[bin]!.labelled));
  const rows = await telemetry.samples({ model: query.model, devices: query.devices, labelled: false, since_ms: query.from_ms }, asked_from_max);
  const fit = rows.filter((row) => row.at_ms < query.to_ms && row.model_version === newest.model_version);
  const ask = fit.toReversed().filter(({ confidence }) => Number.isFinite(confidence) && wanted[binOf(table.edges, confidence)]!-- > 0);
  return { settled: found.labels > 0 ? found : null, ask: ask.map(({ id }) => id) };
}

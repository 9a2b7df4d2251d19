// stats: the reference profile of a model version: what its inputs and outputs look like where it is known to work.
// It travels inside the bundle as profile.json; its digest is the key under which counts may be merged.
// Conditions: where a model version is made for several conditions of its devices (clear and fogged lenses), the profile keeps the counts of each,
// on the same edges. A device meets one condition, not the mixture; its window is compared with each and the nearest counts.
// JSON keeps every number as it is (shortest round-trip), so a profile that was read back gives the same bins.
import { failure } from '@holdfast/base';
import { type CalibrationTable, calibrationOf, confidence_name } from './calibration.ts';
import { type Moments, momentsOf } from './sketches/moments.ts';
import { countOnEdges, quantileEdges } from './sketches/quantile-edges.ts';

export interface ReferenceFeature {
  readonly name: string;
  /** Strictly ascending. */
  readonly edges: readonly number[];
  /** edges.length + 1 counts. */
  readonly counts: readonly number[];
  readonly moments: Readonly<Moments>;
  /** Inferences without a value, which are in no bin. Absent is 0: profiles that were made before this was counted. */
  readonly missing?: number;
  /** Counts of each condition, on the same edges; their sum is `counts`. */
  readonly conditions?: readonly (readonly number[])[];
  /** Inferences without a value of each condition; absent is 0. */
  readonly conditions_missing?: readonly number[];
  /** So many values of it count as one (detectors/dependence.ts); absent where the rows came in no order, and then nothing is promised of a dependent stream. */
  readonly autocorrelation_time?: number;
}

export interface ReferenceProfile {
  readonly v: 1;
  /** Inferences that the profile was made from. */
  readonly n: number;
  readonly features: readonly ReferenceFeature[];
  readonly classes: ReferenceClasses;
  /** Names of the conditions, in the order of every `conditions` list; absent where there is one. */
  readonly conditions?: readonly string[];
  /** How often the model was right at each confidence; absent without labels, and from profiles of before. */
  readonly calibration?: CalibrationTable;
  /** How far from the reference is no drift, for evidence on the device: a shift of the mean of about so many standard deviations. Absent is 0.05. */
  readonly tolerance?: number;
  /** Made by a device of its own first inferences (warm-up.ts): they were taken to be well, and nobody looked. */
  readonly warm_up?: true;
}

export interface ReferenceClasses {
  readonly names: readonly string[];
  readonly counts: readonly number[];
  readonly conditions?: readonly (readonly number[])[];
}

export interface ProfileOptions {
  readonly names: readonly string[];
  /** One an inference, each in the order of `names`. */
  readonly values: readonly Float64Array[];
  /** The predicted class an inference, -1 where there is none. */
  readonly predicted: ArrayLike<number>;
  readonly class_names: readonly string[];
  /** The true class of each inference where it is known, else -1: makes the calibration table. */
  readonly actual?: ArrayLike<number>;
  /** Bins a feature; 32 keeps a window of eight features near 1 KB and the distance within 1/32 of the exact one. */
  readonly bins?: number;
  /** The names of the conditions (2 to 64), and the condition of each inference as an index into them. */
  readonly conditions?: { readonly names: readonly string[]; readonly of: ArrayLike<number> };
}

/** What a profile may hold at most: no more than a window can carry back, and a text that a small device can read whole. */
export const profile_limits = {
  text_chars_max: 8_388_608,
  features_max: 1_000,
  edges_max: 1_023,
  classes_max: 65_536,
  conditions_max: 64,
  name_chars_max: 200,
} as const;

export function buildProfile(options: ProfileOptions): ReferenceProfile {
  const { names, values, class_names, conditions, bins = 32 } = options;
  for (const row of values) if (row.length !== names.length) throw failure('HF-STAT-001', { saw: row.length, expected: names.length });
  if (conditions) checkConditions(conditions, values.length);
  const parts = conditions && partsOf(conditions, values.length);
  const features = names.map((name, at) =>
    profileFeature(
      name,
      values.map((row) => row[at]!),
      bins,
      parts,
    ),
  );
  const classes = { names: [...class_names], ...splitCounts((part) => countClasses(options, part), parts) };
  const more = { ...(conditions ? { conditions: [...conditions.names] } : {}), ...calibrate(options, features) };
  return { v: 1, n: values.length, features, classes, ...more };
}

function calibrate({ names, values, predicted, actual, class_names }: ProfileOptions, features: readonly ReferenceFeature[]) {
  const at = names.indexOf(confidence_name);
  if (!actual || at < 0) return {};
  const confidence = values.map((row) => row[at]!);
  const calibration = calibrationOf({ edges: features[at]!.edges, confidence, predicted, actual, classes: class_names.length });
  return calibration ? { calibration } : {};
}

function checkConditions({ names, of }: NonNullable<ProfileOptions['conditions']>, rows: number): void {
  if (names.length > profile_limits.conditions_max)
    throw failure('HF-REQ-008', { what: 'a reference profile, of conditions,', limit: profile_limits.conditions_max });
  if (of.length !== rows) throw failure('HF-STAT-001', { saw: of.length, expected: rows });
}

/** The rows of each condition. */
function partsOf({ names, of }: NonNullable<ProfileOptions['conditions']>, rows: number): number[][] {
  const parts: number[][] = names.map(() => []);
  for (let i = 0; i < rows; i++) parts[of[i]!]?.push(i);
  return parts;
}

/** Counts of all rows, and of each condition. */
function splitCounts(count: (rows: readonly number[] | null) => number[], parts: readonly number[][] | undefined) {
  return { counts: count(null), ...(parts ? { conditions: parts.map(count) } : {}) };
}

function countClasses({ class_names, predicted }: ProfileOptions, rows: readonly number[] | null): number[] {
  const counts = class_names.map(() => 0);
  const chosen = rows ? rows.map((row) => predicted[row]!) : Array.from(predicted);
  for (const index of chosen) if (index >= 0 && index < counts.length) counts[index]! += 1;
  return counts;
}

function profileFeature(name: string, values: readonly number[], bins: number, parts: readonly number[][] | undefined): ReferenceFeature {
  const edges = quantileEdges(values, bins);
  const count = (rows: readonly number[] | null) => countOnEdges(edges, rows ? rows.map((row) => values[row]!) : values);
  const absent = (rows: readonly number[]) => rows.filter((row) => !Number.isFinite(values[row])).length;
  const missing = { missing: values.filter((value) => !Number.isFinite(value)).length, ...(parts ? { conditions_missing: parts.map(absent) } : {}) };
  return { name, edges, moments: momentsOf(values), ...missing, ...splitCounts(count, parts) };
}

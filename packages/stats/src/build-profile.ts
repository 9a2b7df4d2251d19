// stats: a reference profile of rows that are well: counts on their quantiles, words by frequency, what is missing, the classes, and what hangs together.
// Complexity: O(features rows log rows), and the pairs (pairs.ts). No rows, one value, NaN alone and constants give a profile that says so: no edges or two,
// and nothing that evidence could be gathered against.
import { failure } from '@holdfast/base';
import { calibrationOf, confidence_name } from './calibration.ts';
import { type ReferenceCategories, categoriesOf, categoryEdges, categoryRanks } from './categories.ts';
import { categoryCode } from './descriptors/category.ts';
import { exemplarsOf, novelty, noveltyName, projectionPlaces } from './descriptors/embedding.ts';
import { autocorrelationTime } from './detectors/dependence.ts';
import { pairName, pairsOf } from './pairs.ts';
import { type ReferenceEmbedding, type ReferenceFeature, type ReferenceProfile, profile_limits } from './profile.ts';
import { momentsOf } from './sketches/moments.ts';
import { countOnEdges, quantileEdges } from './sketches/quantile-edges.ts';

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
  /** More features, whose values are words, one an inference; null is missing. */
  readonly words?: readonly { readonly name: string; readonly words: readonly (string | null)[] }[];
  /** Embeddings whose projections are among `names`, as `input.NAME.p0` and so on: they get the feature `embedding.NAME.novelty`. */
  readonly embeddings?: readonly string[];
  /** The rows are in the order in which a device would meet them: then the profile says how far neighbours depend. */
  readonly is_ordered?: boolean;
  readonly tolerance?: number;
}

/** Values that the autocorrelation is taken of: the lags cost their square. */
const ordered_max = 20_000;

export function buildProfile(options: ProfileOptions): ReferenceProfile {
  const { names, values, class_names, conditions, tolerance } = options;
  for (const row of values) if (row.length !== names.length) throw failure('HF-STAT-001', { saw: row.length, expected: names.length });
  if (conditions) checkConditions(conditions, values.length);
  const parts = conditions && partsOf(conditions, values.length);
  const { columns, embeddings } = columnsOf(options);
  const own = columns.map((column) => profileFeature(column, options, parts));
  const pairs = pairsOf(
    own.slice(0, names.length),
    columns.slice(0, names.length).map((column) => column.values),
    options.embeddings,
  );
  const features = [...own, ...pairs.map(({ pair, products }) => profileFeature({ name: pairName(pair.features), values: products }, options, parts))];
  const classes = { names: [...class_names], ...splitCounts((part) => countClasses(options, part), parts) };
  const more = {
    ...(conditions ? { conditions: [...conditions.names] } : {}),
    ...calibrate(options, features),
    ...(tolerance === undefined ? {} : { tolerance }),
    ...(pairs.length > 0 ? { pairs: pairs.map(({ pair }) => pair) } : {}),
    ...(embeddings.length > 0 ? { embeddings } : {}),
  };
  return { v: 1, n: values.length, features, classes, ...more };
}

interface Column {
  readonly name: string;
  readonly values: readonly number[];
  readonly categories?: ReferenceCategories;
}

function columnsOf({ names, values, words = [], embeddings = [] }: ProfileOptions): { columns: Column[]; embeddings: ReferenceEmbedding[] } {
  const numbers = names.map((name, at): Column => ({ name, values: values.map((row) => row[at]!) }));
  const known = embeddings.map((name) => {
    const { exemplars, novelties } = noveltiesOf(name, names, values);
    return { reference: { name, exemplars }, column: { name: noveltyName(name), values: novelties } };
  });
  const columns = [...numbers, ...words.map((one) => wordColumn(one.name, one.words, values.length)), ...known.map(({ column }) => column)];
  return { columns, embeddings: known.map(({ reference }) => reference) };
}

/** An exemplar is not compared with itself. */
function noveltiesOf(name: string, names: readonly string[], values: readonly Float64Array[]) {
  const places = projectionPlaces(name, names);
  const rows = values.map((row) => places.map((place) => row[place] ?? Number.NaN));
  const { exemplars, of } = exemplarsOf(rows);
  return { exemplars, novelties: rows.map((row, i) => novelty(row, exemplars, of.indexOf(i))) };
}

function wordColumn(name: string, words: readonly (string | null)[], rows: number): Column {
  if (words.length !== rows) throw failure('HF-STAT-001', { saw: words.length, expected: rows });
  const categories = categoriesOf(words);
  const rank = categoryRanks(categories);
  return { name, values: words.map((word) => (word === null ? Number.NaN : rank(categoryCode(word)))), categories };
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

function profileFeature({ name, values, categories }: Column, options: ProfileOptions, parts: readonly number[][] | undefined): ReferenceFeature {
  const edges = categories ? categoryEdges(categories) : quantileEdges(values, options.bins ?? 32);
  const count = (rows: readonly number[] | null) => countOnEdges(edges, rows ? rows.map((row) => values[row]!) : values);
  const absent = (rows: readonly number[]) => rows.filter((row) => !Number.isFinite(values[row])).length;
  const missing = { missing: values.filter((value) => !Number.isFinite(value)).length, ...(parts ? { conditions_missing: parts.map(absent) } : {}) };
  const time = options.is_ordered ? autocorrelationTime(values.filter(Number.isFinite).slice(0, ordered_max)) : 1;
  const more = { ...(time > 1 ? { autocorrelation_time: time } : {}), ...(categories ? { categories } : {}) };
  return { name, edges, moments: momentsOf(values), ...missing, ...splitCounts(count, parts), ...more };
}

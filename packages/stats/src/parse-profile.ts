// stats: text to ReferenceProfile: the one place that says what a profile.json is, for the packager, the monitors and the device.
// Every complaint is HF-STAT-004 with the place, what was seen and what was expected. Sizes are bounded before anything is parsed.
import { failure } from '@holdfast/base';
import { category_limits } from './categories.ts';
import { embedding_limits, projection_dimensions } from './descriptors/embedding.ts';
import { featuresOfPair, pairName, pair_limits } from './pairs.ts';
import { type ReferenceProfile, profile_limits } from './profile.ts';

const { text_chars_max, features_max, edges_max, classes_max, conditions_max, embeddings_max, name_chars_max } = profile_limits;

/** The profile in this text. Members that it does not know are left as they are: a later version of the packager may add some. */
export function parseProfile(text: string): ReferenceProfile {
  if (text.length > text_chars_max) throw problem('the profile', `${text.length} characters`, `${text_chars_max} at most`);
  const root = objectAt(parseJson(text), 'the profile');
  if (root['v'] !== 1) throw problem('v', show(root['v']), '1');
  countAt(root['n'], 'n');
  const conditions = root['conditions'] === undefined ? null : namesAt(root['conditions'], 'conditions', conditions_max);
  const features = listAt(root['features'], 'features', features_max);
  const names = features.map((feature, i) => checkFeature(objectAt(feature, `features[${i}]`), `features[${i}]`, conditions?.length));
  checkUnique(names, (i) => `features[${i}].name`);
  const classes = checkClasses(objectAt(root['classes'], 'classes'), conditions?.length);
  if (root['calibration'] !== undefined) checkCalibration(objectAt(root['calibration'], 'calibration'), classes);
  checkPairs(root['pairs'] === undefined ? [] : listAt(root['pairs'], 'pairs', pair_limits.pairs_max), names);
  if (root['embeddings'] !== undefined) checkEmbeddings(listAt(root['embeddings'], 'embeddings', embeddings_max));
  if (root['warm_up'] !== undefined && root['warm_up'] !== true) throw problem('warm_up', show(root['warm_up']), 'true, or nothing');
  if (root['tolerance'] !== undefined) rangeAt(root['tolerance'], 'tolerance', 0, 10);
  return root as unknown as ReferenceProfile;
}

function problem(where: string, saw: string, expected: string, cause?: unknown): Error {
  return failure('HF-STAT-004', { where, saw, expected }, cause);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw problem('the profile', (cause as Error).message, 'JSON', cause);
  }
}

/** Checks one feature and gives its name. */
function checkFeature(feature: Members, where: string, conditions: number | undefined): string {
  const name = nameAt(feature['name'], `${where}.name`);
  checkCounts(feature, where, checkEdges(feature['edges'], `${where}.edges`) + 1, conditions);
  checkMoments(objectAt(feature['moments'], `${where}.moments`), `${where}.moments`);
  if (feature['missing'] !== undefined) countAt(feature['missing'], `${where}.missing`);
  if (feature['conditions_missing'] !== undefined) countsAt(feature['conditions_missing'], `${where}.conditions_missing`, conditions ?? 0);
  if (feature['categories'] !== undefined) checkCategories(objectAt(feature['categories'], `${where}.categories`), `${where}.categories`, feature);
  if (feature['autocorrelation_time'] !== undefined) rangeAt(feature['autocorrelation_time'], `${where}.autocorrelation_time`, 1, 1_000_000);
  return name;
}

/** A bin a word, one for the rarer, one for the new. */
function checkCategories(categories: Members, where: string, { counts }: Members): void {
  const names = namesAt(categories['names'], `${where}.names`, category_limits.names_max);
  if (names.length + 2 !== (counts as unknown[]).length) throw problem(`${where}.names`, `${names.length} names`, `two less than bins`);
  if (categories['codes'] !== undefined) countsAt(categories['codes'], `${where}.codes`, names.length);
  if (categories['seldom'] !== undefined) checkSeldom(objectAt(categories['seldom'], `${where}.seldom`), `${where}.seldom`);
  if (categories['others'] === null) return;
  listAt(categories['others'], `${where}.others`, category_limits.others_max).forEach((code, i) => countAt(code, `${where}.others[${i}]`));
}

function checkSeldom({ once, twice }: Members, where: string): void {
  countAt(once, `${where}.once`);
  countAt(twice, `${where}.twice`);
}

/** A pair is of features that are there, and a feature of a pair has its pair: without it no device could give it a value, and all of them would be missing. */
function checkPairs(pairs: readonly unknown[], names: readonly string[]): void {
  const own = pairs.map((pair, i) => {
    const { features, count, products, means } = objectAt(pair, `pairs[${i}]`);
    const two = listAt(features, `pairs[${i}].features`, 2);
    const stranger = two.find((name) => !names.includes(name as string));
    if (two.length !== 2 || stranger !== undefined) throw problem(`pairs[${i}].features`, show(stranger ?? features), 'two features of the profile');
    countAt(count, `pairs[${i}].count`);
    numberAt(products, `pairs[${i}].products`);
    if (means !== undefined) checkMeans(means, `pairs[${i}].means`);
    return pairName(two as [string, string]);
  });
  const stray = names.find((name) => featuresOfPair(name) !== null && !own.includes(name));
  if (stray !== undefined) throw problem(`features[${names.indexOf(stray)}].name`, show(stray), 'a feature whose pair is among the pairs');
}

function checkMeans(value: unknown, where: string): void {
  const means = listAt(value, where, 2);
  if (means.length !== 2) throw problem(where, `${means.length} numbers`, '2');
  means.forEach((mean, i) => numberAt(mean, `${where}[${i}]`));
}

function checkEmbeddings(embeddings: readonly unknown[]): void {
  embeddings.forEach((embedding, i) => {
    const { name, exemplars } = objectAt(embedding, `embeddings[${i}]`);
    nameAt(name, `embeddings[${i}].name`);
    listAt(exemplars, `embeddings[${i}].exemplars`, embedding_limits.exemplars_max).forEach((exemplar, at) => {
      const where = `embeddings[${i}].exemplars[${at}]`;
      const numbers = listAt(exemplar, where, projection_dimensions);
      if (numbers.length !== projection_dimensions) throw problem(where, `${numbers.length} numbers`, `${projection_dimensions}`);
      numbers.forEach((value, k) => numberAt(value, `${where}[${k}]`));
    });
  });
}

/** Gives how many there are. */
function checkEdges(value: unknown, where: string): number {
  const edges = listAt(value, where, edges_max);
  edges.forEach((edge, i) => {
    const before = i === 0 ? Number.NEGATIVE_INFINITY : (edges[i - 1] as number);
    if (numberAt(edge, `${where}[${i}]`) <= before) throw problem(`${where}[${i}]`, show(edge), `a number above the edge before it, ${before}`);
  });
  return edges.length;
}

function checkMoments(moments: Members, where: string): void {
  countAt(moments['count'], `${where}.count`);
  for (const key of ['mean', 'min', 'max']) numberAt(moments[key], `${where}.${key}`);
  if (numberAt(moments['m2'], `${where}.m2`) < 0) throw problem(`${where}.m2`, show(moments['m2']), '0 or more');
}

/** Gives how many there are. */
function checkClasses(classes: Members, conditions: number | undefined): number {
  const names = namesAt(classes['names'], 'classes.names', classes_max);
  checkCounts(classes, 'classes', names.length, conditions);
  return names.length;
}

function checkCalibration(table: Members, classes: number): void {
  const bins = checkEdges(table['edges'], 'calibration.edges') + 1;
  checkRight(table, 'calibration', 'counts', bins);
  const by_class = objectAt(table['classes'], 'calibration.classes');
  countsAt(by_class['actual'], 'calibration.classes.actual', classes);
  checkRight(by_class, 'calibration.classes', 'predicted', classes);
}

/** No more right ones than there are. */
function checkRight(owner: Members, where: string, all: string, length: number): void {
  countsAt(owner[all], `${where}.${all}`, length);
  countsAt(owner['correct'], `${where}.correct`, length);
  const counts = owner[all] as readonly number[];
  (owner['correct'] as readonly number[]).forEach((right, i) => {
    if (right > counts[i]!) throw problem(`${where}.correct[${i}]`, show(right), `at most ${counts[i]}, as there are in ${all}`);
  });
}

/** The counts of all inferences, and those of each condition where the profile has some. */
function checkCounts(owner: Members, where: string, length: number, conditions: number | undefined): void {
  countsAt(owner['counts'], `${where}.counts`, length);
  const parts = owner['conditions'];
  if (parts === undefined && conditions === undefined) return;
  if (conditions === undefined) throw problem(`${where}.conditions`, show(parts), 'none: the profile names no conditions');
  const list = listAt(parts, `${where}.conditions`, conditions_max);
  if (list.length !== conditions) throw problem(`${where}.conditions`, `${list.length} lists`, `${conditions}, one a condition`);
  list.forEach((counts, i) => countsAt(counts, `${where}.conditions[${i}]`, length));
}

function countsAt(value: unknown, where: string, length: number): void {
  const counts = listAt(value, where, length);
  if (counts.length !== length) throw problem(where, `${counts.length} counts`, `${length}`);
  counts.forEach((count, i) => countAt(count, `${where}[${i}]`));
}

type Members = Readonly<Record<string, unknown>>;

function objectAt(value: unknown, where: string): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw problem(where, show(value), 'an object');
  return value as Members;
}

function listAt(value: unknown, where: string, length_max: number): readonly unknown[] {
  if (!Array.isArray(value)) throw problem(where, show(value), 'a list');
  if (value.length > length_max) throw problem(where, `a list of ${value.length}`, `${length_max} at most`);
  return value;
}

function namesAt(value: unknown, where: string, length_max: number): string[] {
  const names = listAt(value, where, length_max).map((name, i) => nameAt(name, `${where}[${i}]`));
  checkUnique(names, (i) => `${where}[${i}]`);
  return names;
}

function nameAt(value: unknown, where: string): string {
  if (typeof value !== 'string' || value === '' || value.length > name_chars_max)
    throw problem(where, show(value), `a name of 1 to ${name_chars_max} characters`);
  return value;
}

function checkUnique(names: readonly string[], place: (i: number) => string): void {
  const seen = new Set<string>();
  names.forEach((name, i) => {
    if (seen.has(name)) throw problem(place(i), `the name ${show(name)} again`, 'each name once');
    seen.add(name);
  });
}

function numberAt(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw problem(where, show(value), 'a finite number');
  return value;
}

function rangeAt(value: unknown, where: string, min: number, max: number): void {
  const number = numberAt(value, where);
  if (number < min || number > max) throw problem(where, show(value), `a number from ${min} to ${max}`);
}

function countAt(value: unknown, where: string): void {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw problem(where, show(value), 'a whole number, 0 or more');
}

function show(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return value === undefined ? 'nothing' : (typeof value === 'number' ? String(value) : JSON.stringify(value)).slice(0, 80);
}

// stats: how features move together: each of the most correlated pairs of a reference gets a feature of its own, the product of their distances from the
// reference's means. Its mean is their co-moment. A correlation that flips, while no feature changes by itself, is seen in nothing else; as a feature it is
// counted, merged, judged and shown like any other.
// Formula: (x - mean x)(y - mean y) of the inferences that have both. Complexity: O(features^2 rows) once, on 200 features and 5,000 rows at most, evenly
// chosen; O(pairs) an inference. A pair below a correlation of 0.3, or below four standard errors of it, is not kept; nor is one of numbers that are computed
// from one thing (an image, the model's outputs, an embedding): they move together by their making. Source: the co-moment of T. F. Chan et al. (moments.ts).
import { type ReferenceFeature, type ReferencePair, profile_limits } from './profile.ts';

export const pair_limits = { pairs_max: 8, features_max: 200, rows_max: 5_000, correlation_min: 0.3, errors_min: 4, range_max: 1e70 } as const;
const between = '*';

interface Candidate {
  readonly a: number;
  readonly b: number;
  readonly correlation: number;
}

/** The feature that a pair gets. */
export const pairName = ([a, b]: readonly [string, string]): string => `pair.${a}${between}${b}`;

/** A pair as people call it: in tables and heads, and inside of a sentence. */
export const pairInWords = ([a, b]: readonly [string, string]): string => `${a} with ${b}, together`;
export const pairInSentence = ([a, b]: readonly [string, string]): string => `how ${a} and ${b} move together`;

/** A feature as tables and charts call it: a pair in words, any other by its name. */
export function featureInWords(name: string): string {
  const pair = featuresOfPair(name);
  return pair ? pairInWords(pair) : name;
}

/** The two features of a pair's feature; null for another name. */
export function featuresOfPair(name: string): readonly [string, string] | null {
  const [a, b] = name.startsWith('pair.') ? name.slice('pair.'.length).split(between) : [];
  return a === undefined || b === undefined ? null : [a, b];
}

/** Of drifted features those that tell something: a pair does where neither of its features does. */
export function withoutEchoes<T extends { readonly name: string }>(drifted: readonly T[]): T[] {
  const names = new Set(drifted.map(({ name }) => name));
  return drifted.filter(({ name }) => !featuresOfPair(name)?.some((one) => names.has(one)));
}

/** The pairs of these features, the closest first, and the column that each gets. */
export function pairsOf(
  features: readonly ReferenceFeature[],
  columns: readonly ArrayLike<number>[],
  embeddings: readonly string[] = [],
): { pair: ReferencePair; products: number[] }[] {
  const room = Math.min(pair_limits.pairs_max, profile_limits.features_max - features.length);
  return candidates(features, columns, embeddings)
    .filter(({ correlation }) => correlation >= pair_limits.correlation_min)
    .sort((x, y) => y.correlation - x.correlation || x.a - y.a || x.b - y.b)
    .slice(0, Math.max(0, room))
    .map((candidate) => {
      const { a, b } = candidate;
      const products = productsOf(features, columns, candidate);
      const known = products.filter(Number.isFinite);
      return { pair: { features: [features[a]!.name, features[b]!.name], count: known.length, products: sumOf(known) }, products };
    });
}

function candidates(features: readonly ReferenceFeature[], columns: readonly ArrayLike<number>[], embeddings: readonly string[]): Candidate[] {
  const usable = features
    .flatMap(({ name, moments, categories }, i) => (isSpread(moments) && !categories && !name.includes(between) ? i : []))
    .slice(0, pair_limits.features_max);
  const centred = usable.map((at) => thinnedColumn(columns[at]!, features[at]!.moments.mean));
  const makers = features.map(({ name }) => makerOf(name, embeddings));
  const fits = (a: number, b: number) =>
    (makers[a] === null || makers[a] !== makers[b]) && pairName([features[a]!.name, features[b]!.name]).length <= profile_limits.name_chars_max;
  const scale = (a: number, b: number) => deviationOf(features[a]!) * deviationOf(features[b]!);
  return usable.flatMap((a, i) =>
    usable.slice(i + 1).flatMap((b, k) => (fits(a, b) ? { a, b, correlation: correlationOf(centred[i]!, centred[i + 1 + k]!, scale(a, b)) } : [])),
  );
}

/** Not constant; nor so wide that the squares of its products are no numbers, which no profile can hold. */
const isSpread = ({ m2, min, max }: ReferenceFeature['moments']): boolean => m2 > 0 && max - min < pair_limits.range_max;

const deviationOf = ({ moments }: ReferenceFeature): number => Math.sqrt(moments.m2 / moments.count);

/** Evenly chosen rows, as distances from the mean: taken once a column, since every pair of columns is gone through. */
function thinnedColumn(values: ArrayLike<number>, mean: number): Float64Array {
  const step = Math.max(1, Math.ceil(values.length / pair_limits.rows_max));
  return Float64Array.from({ length: Math.ceil(values.length / step) }, (_, i) => values[i * step]! - mean);
}

/** What a feature is computed from, with others; null where it is given. */
function makerOf(name: string, embeddings: readonly string[]): string | null {
  const own = /^(image|output)\./.exec(name);
  return own ? own[1]! : (embeddings.find((embedding) => name.startsWith(`input.${embedding}.p`)) ?? null);
}

/** 0 where there is no evidence of one, as where no row has both, or where the products are beyond what a number holds. */
function correlationOf(x: Float64Array, y: Float64Array, scale: number): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    const product = x[i]! * y[i]!;
    if (!Number.isFinite(product)) continue;
    sum += product;
    count++;
  }
  const correlation = Math.abs(sum / count / scale);
  return correlation * Math.sqrt(count) >= pair_limits.errors_min ? correlation : 0;
}

/** NaN where one of the two is missing. */
function productsOf(features: readonly ReferenceFeature[], columns: readonly ArrayLike<number>[], { a, b }: Candidate): number[] {
  const [mean_a, mean_b] = [features[a]!.moments.mean, features[b]!.moments.mean];
  const [x, y] = [columns[a]!, columns[b]!];
  return Array.from({ length: x.length }, (_, i) => (x[i]! - mean_a) * (y[i]! - mean_b));
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

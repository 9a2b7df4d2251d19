// stats/warm-up: the first half of a warm-up, in which nothing is counted yet: where the quantiles of each number are, which words are frequent, and which
// pairs move together. It ends in a draft: a profile with its bins, and nothing in them.
// Memory: 3 to 5 KB a number; of words 1,030 codes each, 65,536 of all features together; rows to see pairs in, 250,000 numbers at most.
import { category_limits, categoryEdges } from '../categories.ts';
import { projection_dimensions } from '../descriptors/embedding.ts';
import { pairName, pairsOf } from '../pairs.ts';
import type { ReferenceFeature, ReferenceProfile } from '../profile.ts';
import { KllSketch } from '../sketches/kll.ts';
import { emptyMoments, momentsOf } from '../sketches/moments.ts';
import { quantileEdges } from '../sketches/quantile-edges.ts';
import { CodeCounter } from './code-counter.ts';
import { type FindingHead, NumberReader, joined, readCodes, readSketch, splitSketch } from './state.ts';

/** Rows that are kept as they are: enough to see that things hang together, and no more than there is room for. */
export const kept_limits = { numbers_max: 250_000, rows_min: 200, rows_max: 1_000 } as const;
const codes_max = 65_536;
/** A profile of more features has fewer bins, so that it stays below the size of one record. */
const many_features = 400;

export interface Observed {
  readonly names: readonly string[];
  /** Those of the names whose values are codes of words. */
  readonly words: ReadonlySet<string>;
  readonly class_names: readonly string[];
  /** Rows of the half. */
  readonly rows: number;
}

export class Finding {
  readonly #of: Observed;
  readonly #sketches: readonly (KllSketch | CodeCounter)[];
  readonly #kept: Float32Array[];
  readonly #every: number;
  #seen: number;

  constructor(of: Observed, state: { readonly head: FindingHead; readonly numbers: Float64Array; readonly seen: number } | null = null) {
    this.#of = of;
    const words = of.names.filter((name) => of.words.has(name)).length;
    const codes_each = Math.max(2 * category_limits.names_max, Math.min(category_limits.names_max + category_limits.others_max, Math.floor(codes_max / words)));
    const numbers = state ? new NumberReader(state.numbers) : null;
    const [sketches, codes] = [[...(state?.head.sketches ?? [])], [...(state?.head.codes ?? [])]];
    const sketchOf = (i: number) => (numbers ? KllSketch.of(readSketch(sketches.shift()!, numbers)) : new KllSketch(200, i + 1));
    const counterOf = () => new CodeCounter(codes_each, numbers ? readCodes(codes.shift()!, numbers) : undefined);
    this.#sketches = of.names.map((name, i) => (of.words.has(name) ? counterOf() : sketchOf(i)));
    this.#kept = numbers ? numbers.rows(state!.head.kept, of.names.length) : [];
    this.#every = Math.max(1, Math.ceil(of.rows / roomOf(of.names.length)));
    this.#seen = state?.seen ?? 0;
  }

  take(values: Float64Array): void {
    this.#sketches.forEach((sketch, i) => (Number.isFinite(values[i]) ? sketch.add(values[i]!) : undefined));
    if (this.#seen++ % this.#every === 0) this.#kept.push(Float32Array.from(values));
  }

  draft(): ReferenceProfile {
    const { names, class_names } = this.#of;
    const bins = names.length > many_features ? 16 : 32;
    const own = this.#sketches.map((sketch, i) =>
      sketch instanceof CodeCounter ? wordFeature(names[i]!, sketch) : emptyFeature(names[i]!, quantileEdges(heldOf(sketch), bins)),
    );
    const pairs = this.#pairs(own);
    const features = [...own, ...pairs.map(({ pair, products }) => emptyFeature(pairName(pair.features), quantileEdges(products, bins)))];
    const classes = { names: [...class_names], counts: class_names.map(() => 0) };
    return { v: 1, n: 0, features, classes, ...(pairs.length > 0 ? { pairs: pairs.map(({ pair }) => pair) } : {}) };
  }

  /** As a packaged profile chooses them, of the rows that were kept. They stay distances from the means of these rows: later ones are not known yet. */
  #pairs(own: readonly ReferenceFeature[]): ReturnType<typeof pairsOf> {
    if (this.#kept.length < kept_limits.rows_min) return [];
    const columns = own.map((_, i) => Float64Array.from(this.#kept, (row) => row[i]!));
    const known = own.map((feature, i) => ({ ...feature, moments: momentsOf(columns[i]!) }));
    const meanOf = (name: string) => known.find((feature) => feature.name === name)!.moments.mean;
    return pairsOf(known, columns, embeddingsAmong(this.#of.names)).map(({ pair, products }) => {
      const [a, b] = pair.features;
      return { pair: { ...pair, means: [meanOf(a), meanOf(b)] as const }, products };
    });
  }

  get state(): { readonly head: FindingHead; readonly numbers: Float64Array } {
    const [sketches, codes, parts]: [FindingHead['sketches'][number][], FindingHead['codes'][number][], ArrayLike<number>[]] = [[], [], []];
    for (const sketch of this.#sketches)
      if (sketch instanceof CodeCounter) {
        const { is_over, counts } = sketch.state;
        codes.push({ is_over, counts: counts.length });
        parts.push(counts);
      } else {
        const { head, values } = splitSketch(sketch.state);
        sketches.push(head);
        parts.push(...values);
      }
    return { head: { sketches, codes, kept: this.#kept.length }, numbers: joined([...parts, ...this.#kept]) };
  }
}

/** Rows of so many numbers that there is room for. */
export const roomOf = (width: number): number => Math.min(kept_limits.rows_max, Math.floor(kept_limits.numbers_max / Math.max(1, width)));

const emptyFeature = (name: string, edges: number[]): ReferenceFeature => ({ name, edges, counts: edges.map(() => 0).concat(0), moments: emptyMoments() });

function wordFeature(name: string, counter: CodeCounter): ReferenceFeature {
  const categories = counter.categories();
  return { ...emptyFeature(name, categoryEdges(categories)), categories };
}

/** Each held value as often as it stands for. */
const heldOf = (sketch: KllSketch): number[] => sketch.weighted().flatMap(({ value, weight }) => Array.from({ length: weight }, () => value));

/** Nobody says what an embedding is here: numbers that are named as the projections of one are. */
function embeddingsAmong(names: readonly string[]): string[] {
  const known = new Set(names);
  const stems = names.flatMap((name) => (/^input\.(.+)\.p0$/.exec(name)?.[1] ? [/^input\.(.+)\.p0$/.exec(name)![1]!] : []));
  return stems.filter((stem) => Array.from({ length: projection_dimensions }, (_, i) => `input.${stem}.p${i}`).every((name) => known.has(name)));
}

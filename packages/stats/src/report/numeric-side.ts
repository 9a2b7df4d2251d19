// stats/report: one numeric column, read value by value: the reference first, whose bins are then frozen, and the current values counted on them.
// Both counts are exact, so a test of them has no sketch error; while a side has at most 4,096 values, these are kept as well, for the exact tests.
// NaN and infinity are missing values.
import { type Moments, addToMoments, emptyMoments } from '../sketches/moments.ts';
import { binOf } from '../sketches/quantile-edges.ts';
import { IntervalCounts, type Intervals } from './interval-counts.ts';

const values_max = 4_096;
/** A bin with at least this share, and each where there are few, gets an edge below it too, so that a step off it to the left is seen. */
const heavy_share = 1 / 64;

export interface NumericSide {
  readonly moments: Readonly<Moments>;
  readonly missing: number;
  /** Of the missing, those that were infinite. */
  readonly infinite: number;
  /** Values outside of what the reference has. */
  readonly out_of_range: number;
  /** On the edges of the reference: edges.length + 1 counts. */
  readonly counts: readonly number[];
  /** All values, in the order of the file; null where there were more than are kept. */
  readonly values: readonly number[] | null;
}

export interface NumericReference extends NumericSide {
  /** Strictly ascending; a bin is open below and closed above. The first and the last bin are what lies outside of the reference: 0 there. */
  readonly edges: readonly number[];
  /** The values where there are few: each distinct one of the reference. Null where a bin is not one value. */
  readonly distinct: readonly number[] | null;
}

class Counted {
  readonly moments = emptyMoments();
  missing = 0;
  infinite = 0;
  values: number[] | null = [];

  /** False where the value is missing. */
  add(value: number): boolean {
    if (!Number.isFinite(value)) {
      this.missing += 1;
      if (!Number.isNaN(value)) this.infinite += 1;
      return false;
    }
    addToMoments(this.moments, value);
    if (this.values !== null && this.values.push(value) > values_max) this.values = null;
    return true;
  }
}

export class ReferenceNumbers {
  readonly #counted = new Counted();
  readonly #bins = new IntervalCounts();

  add(value: number): void {
    if (this.#counted.add(value)) this.#bins.add(value);
  }

  freeze(): NumericReference {
    const bins = this.#bins.intervals();
    const { moments, missing, infinite, values } = this.#counted;
    const distinct = bins.low.every((low, i) => low === bins.high[i]) ? bins.low : null;
    return { moments, missing, infinite, out_of_range: 0, values, distinct, ...onEdges(bins, moments.count) };
  }
}

export class CurrentNumbers {
  readonly #counted = new Counted();
  readonly #edges: Float64Array;
  readonly #counts: number[];
  /** Where the reference has no value it has no range, and nothing is outside of it. */
  readonly #range: readonly [number, number];
  #out_of_range = 0;

  constructor({ edges, moments }: Pick<NumericReference, 'edges' | 'moments'>) {
    this.#range = moments.count > 0 ? [moments.min, moments.max] : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    this.#edges = Float64Array.from(edges);
    this.#counts = Array.from({ length: edges.length + 1 }, () => 0);
  }

  add(value: number): void {
    if (!this.#counted.add(value)) return;
    this.#counts[binOf(this.#edges, value)]! += 1;
    if (value < this.#range[0] || value > this.#range[1]) this.#out_of_range += 1;
  }

  freeze(): NumericSide {
    const { moments, missing, infinite, values } = this.#counted;
    return { moments, missing, infinite, out_of_range: this.#out_of_range, values, counts: [...this.#counts] };
  }
}

function onEdges({ low, high, counts }: Intervals, total: number): { edges: number[]; counts: number[] } {
  const edges: number[] = [];
  const counted: number[] = [];
  counts.forEach((count, i) => {
    const before = justBelow(low[i]!);
    if ((i === 0 || counts.length * heavy_share <= 1 || count >= heavy_share * total) && before > (edges.at(-1) ?? Number.NEGATIVE_INFINITY)) {
      edges.push(before);
      counted.push(0);
    }
    edges.push(high[i]!);
    counted.push(count);
  });
  return { edges, counts: [...counted, 0] };
}

/** One or two steps of a double below. */
function justBelow(value: number): number {
  return Math.max(-Number.MAX_VALUE, value - Math.abs(value) * Number.EPSILON - Number.MIN_VALUE);
}

// stats/knn: the distances between all samples, kept while samples come and go: what is usual, which sample is redundant, which is contradicted.
// Complexity: O(samples x features) to add one, O(samples squared) numbers of memory. A table is not changed once it was given away: `without` makes another.
import type { Measured } from './distance.ts';
import { nearestOf } from './nearest.ts';

type Distance = (a: Measured, b: Measured) => number;

export class Gaps {
  /** Row i: from sample i to each sample; to itself it is infinite. */
  readonly #rows: number[][];
  #typical: number | null = null;

  constructor(rows: number[][] = []) {
    this.#rows = rows;
  }

  static of(samples: readonly Measured[], distance: Distance): Gaps {
    const gaps = new Gaps();
    for (let i = 0; i < samples.length; i++) gaps.add(samples.slice(0, i + 1), distance);
    return gaps;
  }

  /** Another table, without sample `place`; a copy where there is no such sample. */
  without(place: number): Gaps {
    const others = <T>(list: readonly T[]): T[] => list.filter((_, i) => i !== place);
    return new Gaps(others(this.#rows).map(others));
  }

  /** The last of the samples is new. */
  add(samples: readonly Measured[], distance: Distance): void {
    const sample = samples[samples.length - 1]!;
    const row = this.#rows.map((_, i) => distance(sample, samples[i]!));
    row.forEach((gap, i) => this.#rows[i]!.push(gap));
    this.#rows.push([...row, Number.POSITIVE_INFINITY]);
    this.#typical = null;
  }

  between(i: number, j: number): number {
    return this.#rows[i]![j]!;
  }

  /** The k samples that are nearest to sample i. */
  nearest(i: number, k: number): number[] {
    return nearestOf(this.#rows[i]!, k).filter((j) => j !== i);
  }

  /** Median of the distances to the nearest; NaN for fewer than two samples. */
  typical(): number {
    return (this.#typical ??= medianOf(this.#rows.length < 2 ? [] : this.#rows.map((row) => Math.min(...row))));
  }
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

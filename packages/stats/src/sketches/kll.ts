// stats/sketches: quantiles of a stream whose range nobody knows, in fixed memory: the KLL sketch. It is for a device that has no reference yet; where there
// is one, counts on its quantiles have no error at all (quantile-edges.ts).
// Formula: level h holds values of weight 2^h; a level that is full is sorted and every second value goes up, from the first or the second by a coin. Level
// capacities shrink by 2/3 downwards. So the rank of any value is right on average, and within 1.33 % of n in 99 of 100 cases at k = 200 (one-sided).
// Parameter k (200): 2.6 KB at a million values. NaN and infinities are the caller's to count. The coin is seeded: the same stream gives the same sketch.
// Complexity: O(1) a value on average, O(k log n) memory. Sources: Z. Karnin, K. Lang, E. Liberty, "Optimal quantile approximation in streams", FOCS 2016;
// the table of errors of Apache DataSketches, "KLL sketch accuracy and size".
import { next, type Seeded } from '../detectors/random.ts';

const shrink = 2 / 3;
const capacity_min = 8;

export interface KllState {
  readonly k: number;
  readonly random: number;
  readonly n: number;
  readonly levels: readonly (readonly number[])[];
}

export class KllSketch {
  readonly #k: number;
  readonly #coin: Seeded;
  readonly #levels: number[][] = [[]];
  #held = 0;
  #room: number;
  #n = 0;

  constructor(k = 200, seed = 1) {
    this.#k = k;
    this.#coin = { random: seed };
    this.#room = this.#roomOf();
  }

  /** Values that were added. */
  get n(): number {
    return this.#n;
  }

  /** Values that are held: what the memory grows with. */
  get held(): number {
    return this.#held;
  }

  add(value: number): void {
    this.#levels[0]!.push(value);
    this.#n++;
    if (++this.#held > this.#room) this.#compress();
  }

  /** All that it holds, for `KllSketch.of`. */
  get state(): KllState {
    return { k: this.#k, random: this.#coin.random, n: this.#n, levels: this.#levels };
  }

  /** As it was when the state was taken. */
  static of({ k, random, n, levels }: KllState): KllSketch {
    const sketch = new KllSketch(k, random);
    levels.forEach((values, level) => (sketch.#levels[level] = [...values]));
    sketch.#n = n;
    sketch.#held = levels.reduce((sum, values) => sum + values.length, 0);
    sketch.#room = sketch.#roomOf();
    return sketch;
  }

  /** Both streams together, in this sketch. */
  merge(other: KllSketch): void {
    other.#levels.forEach((values, level) => {
      while (this.#levels.length <= level) this.#levels.push([]);
      for (const value of values) this.#levels[level]!.push(value);
    });
    this.#n += other.#n;
    this.#held += other.#held;
    this.#room = this.#roomOf();
    while (this.#held > this.#room) this.#compress();
  }

  /** The held values in order, each with how many it stands for; their weights sum to about n. */
  weighted(): { value: number; weight: number }[] {
    return this.#levels.flatMap((values, level) => values.map((value) => ({ value, weight: 2 ** level }))).sort((a, b) => a.value - b.value);
  }

  /** The share of values at or below this one; 0 where there is none. */
  rank(value: number): number {
    let [below, all] = [0, 0];
    for (const [level, values] of this.#levels.entries()) {
      all += values.length * 2 ** level;
      below += values.filter((held) => held <= value).length * 2 ** level;
    }
    return all === 0 ? 0 : below / all;
  }

  #capacity(level: number): number {
    return Math.max(capacity_min, Math.ceil(this.#k * shrink ** (this.#levels.length - 1 - level)));
  }

  #roomOf(): number {
    return this.#levels.reduce((sum, _, level) => sum + this.#capacity(level), 0);
  }

  /** Halves the lowest level that is over its capacity; the weight of what goes up doubles, so the total stays within one value of each level. */
  #compress(): void {
    const level = this.#levels.findIndex((values, at) => values.length > this.#capacity(at));
    const from = this.#levels[level]!.sort((a, b) => a - b);
    if (level === this.#levels.length - 1) this.#levels.push([]);
    const odd = from.length % 2 === 1 ? [from.pop()!] : [];
    const start = next(this.#coin) < 0.5 ? 0 : 1;
    for (let i = start; i < from.length; i += 2) this.#levels[level + 1]!.push(from[i]!);
    this.#held -= from.length / 2;
    this.#levels[level] = odd;
    this.#room = this.#roomOf();
  }
}

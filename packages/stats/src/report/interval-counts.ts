// stats/report: exact counts of a stream of numbers on bins that form as it is read: one pass, any order, a fixed memory, and no sketch error.
// A bin is an interval between two values that were seen; bins do not overlap, and a value inside of a bin is counted there. Where there are more than
// `bins` (1,024), neighbours are put together, from the left, as long as both hold no more than 2 / bins of all: what is together stays together, so the
// counts are those of the stream at all times. Until so many distinct values were seen, each value is its own bin.
// Why not a quantile sketch: its counts are off by its rank error, and a Kolmogorov-Smirnov test of such counts alarms on large streams without cause.
// Cost of the form: where later values crowd into a bin that early values made wide, the resolution there is low; a test on it is then conservative.
// Complexity: O(log) a value, amortised (a sorted buffer of 8,192 is merged in); some 100 KB. NaN and infinity: the caller leaves them out.

export interface Intervals {
  /** Smallest and largest value of each bin, ascending; equal where the bin is one value. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly counts: readonly number[];
}

const buffer_values = 8_192;

export class IntervalCounts {
  readonly #bins: number;
  readonly #buffer = new Float64Array(buffer_values);
  #waiting = 0;
  #low: number[] = [];
  #high: number[] = [];
  #counts: number[] = [];
  #total = 0;

  constructor(bins = 1_024) {
    this.#bins = bins;
  }

  add(value: number): void {
    if (this.#waiting === buffer_values) this.#merge();
    this.#buffer[this.#waiting++] = value;
  }

  /** The bins as they stand. */
  intervals(): Intervals {
    this.#merge();
    return { low: [...this.#low], high: [...this.#high], counts: [...this.#counts] };
  }

  #merge(): void {
    const values = this.#buffer.subarray(0, this.#waiting).sort();
    const [low, high, counts]: [number[], number[], number[]] = [[], [], []];
    let bin = 0;
    const keep = (from: number, to: number, count: number) => {
      low.push(from);
      high.push(to);
      counts.push(count);
    };
    for (const value of values) {
      while (bin < this.#low.length && this.#high[bin]! < value) keep(this.#low[bin]!, this.#high[bin]!, this.#counts[bin++]!);
      if (bin < this.#low.length && this.#low[bin]! <= value) this.#counts[bin]! += 1;
      else if (high.length > 0 && high.at(-1) === value) counts[counts.length - 1]! += 1;
      else keep(value, value, 1);
    }
    for (; bin < this.#low.length; bin++) keep(this.#low[bin]!, this.#high[bin]!, this.#counts[bin]!);
    this.#total += this.#waiting;
    this.#waiting = 0;
    [this.#low, this.#high, this.#counts] = [low, high, counts];
    if (low.length > this.#bins) this.#close();
  }

  /** Of two neighbours that are left, both together hold more than the share: so there are at most `bins` and one of them. */
  #close(): void {
    const share = (2 * this.#total) / this.#bins;
    let last = 0;
    for (let i = 1; i < this.#low.length; i++) {
      if (this.#counts[last]! + this.#counts[i]! <= share) {
        this.#high[last] = this.#high[i]!;
        this.#counts[last]! += this.#counts[i]!;
        continue;
      }
      last++;
      this.#low[last] = this.#low[i]!;
      this.#high[last] = this.#high[i]!;
      this.#counts[last] = this.#counts[i]!;
    }
    for (const list of [this.#low, this.#high, this.#counts]) list.length = last + 1;
  }
}

// stats/sketches: a sum of doubles without any rounding until it is read: the same bits in whatever order the numbers came.
// Formula: the sum is kept as doubles that do not overlap (each exact remainder of an addition is kept); read, they are rounded once, half to even.
// Complexity: O(parts) an addition, a few parts for numbers of like size, 40 at most. Finite numbers only, with a sum below 1e308; empty gives 0.
// Source: J. R. Shewchuk, "Adaptive precision floating-point arithmetic", Discrete & Computational Geometry 18, 1997 (grow-expansion); the rounding is
// that of CPython's math.fsum.

export class ExactSum {
  /** Non-overlapping, ascending in size. */
  readonly #parts: number[] = [];

  add(value: number): void {
    let [x, kept] = [value, 0];
    for (const part of this.#parts) {
      const [large, small] = Math.abs(x) < Math.abs(part) ? [part, x] : [x, part];
      const high = large + small;
      const low = small - (high - large);
      if (low !== 0) this.#parts[kept++] = low;
      x = high;
    }
    this.#parts.length = kept;
    if (x !== 0) this.#parts.push(x);
  }

  value(): number {
    const parts = this.#parts;
    let at = parts.length - 1;
    let high = parts[at] ?? 0;
    let low = 0;
    while (low === 0 && --at >= 0) {
      const before = high;
      high = before + parts[at]!;
      low = parts[at]! - (high - before);
    }
    // half-way, and what follows decides: the next part on the same side rounds away
    if (at > 0 && low !== 0 && Math.sign(low) === Math.sign(parts[at - 1]!)) {
      const doubled = 2 * low;
      const next = high + doubled;
      if (next - high === doubled) high = next;
    }
    return high;
  }
}

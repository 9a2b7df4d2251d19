// agent/watch: mean and quantiles of latencies in fixed memory: 160 bins that grow by 12 % from 1 µs to about 75 s.
// A quantile is the middle of its bin, so it is within 6 % of the true one. NaN and negative values are not counted; empty gives NaN.

const bins = 160;
const first_ms = 0.001;
const growth = Math.log(1.12);

export class LatencyBins {
  readonly #counts = new Uint32Array(bins);
  #count = 0;
  #sum_ms = 0;

  add(latency_ms: number): void {
    if (!(latency_ms >= 0 && Number.isFinite(latency_ms))) return;
    const bin = latency_ms <= first_ms ? 0 : Math.min(bins - 1, Math.floor(Math.log(latency_ms / first_ms) / growth));
    this.#counts[bin]! += 1;
    this.#count += 1;
    this.#sum_ms += latency_ms;
  }

  mean_ms(): number {
    return this.#sum_ms / this.#count;
  }

  /** The smallest bin that `share` of the values do not exceed. */
  quantile_ms(share: number): number {
    if (this.#count === 0) return Number.NaN;
    let left = Math.ceil(share * this.#count);
    for (let bin = 0; bin < bins; bin++) {
      left -= this.#counts[bin]!;
      if (left <= 0) return first_ms * Math.exp((bin + 0.5) * growth);
    }
    return Number.NaN;
  }

  reset(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#sum_ms = 0;
  }
}

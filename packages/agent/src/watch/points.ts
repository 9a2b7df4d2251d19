// agent/watch: the device's own metrics, one sample at a time, packed into one chunk until somebody takes it.

import { type HealthReport, encodePoints } from '@holdfast/protocol';
import { LatencyBins } from './latency-bins.ts';

export const point_metrics = [
  'inferences_per_s',
  'latency_mean_ms',
  'latency_p95_ms',
  'cpu_share',
  'agent_rss_bytes',
  'memory_available_bytes',
  'disk_free_bytes',
  'load_1m',
  'temperature_c',
  'ring_lost',
  'outbox_records',
] as const;

/** A chunk that nobody takes is full at so many samples; 64 samples of 11 metrics are 6 KB. */
const samples_max = 64;

export interface PointReading {
  readonly health: HealthReport;
  readonly cpu_share: number;
  readonly ring_lost: number;
  readonly outbox_records: number;
}

interface Sample {
  readonly at_ms: number;
  readonly values: readonly number[];
}

export class Points {
  readonly #latency = new LatencyBins();
  #inferences = 0;
  #since_mono_ms: number;
  #samples: Sample[] = [];

  constructor(mono_ms: number) {
    this.#since_mono_ms = mono_ms;
  }

  inference(latency_ms: number): void {
    this.#inferences++;
    this.#latency.add(latency_ms);
  }

  /** Closes one sample; true where the chunk is full and must be taken. */
  sample(reading: PointReading, at_ms: number, mono_ms: number): boolean {
    const { health } = reading;
    const seconds = (mono_ms - this.#since_mono_ms) / 1000;
    const values = [
      this.#inferences / seconds,
      this.#latency.mean_ms(),
      this.#latency.quantile_ms(0.95),
      reading.cpu_share,
      health.agent_rss_bytes,
      health.memory_available_bytes,
      health.disk_free_bytes,
      health.load_1m,
      health.temperature_c ?? Number.NaN,
      reading.ring_lost,
      reading.outbox_records,
    ];
    this.#samples.push({ at_ms, values });
    this.#inferences = 0;
    this.#latency.reset();
    this.#since_mono_ms = mono_ms;
    return this.#samples.length >= samples_max;
  }

  /** The chunk of the samples so far, or null where there are none. */
  take(): Uint8Array | null {
    const samples = this.#samples;
    if (samples.length === 0) return null;
    this.#samples = [];
    // A corrected clock may have gone back between two samples; offsets cannot.
    const first_ms = Math.min(...samples.map((sample) => sample.at_ms));
    return encodePoints({
      first_ms,
      offsets_ms: Uint32Array.from(samples, (sample) => Math.min(sample.at_ms - first_ms, 0xffffffff)),
      metrics: point_metrics.map((name, m) => ({ name, values: Float64Array.from(samples, (sample) => sample.values[m]!) })),
    });
  }
}

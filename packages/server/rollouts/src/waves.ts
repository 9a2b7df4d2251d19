// Waves: how a rollout grows. Pure.
import { failure } from '@holdfast/base';

export interface WaveRow {
  readonly number: number;
  readonly state: 'waiting' | 'running' | 'watching' | 'succeeded' | 'stopped';
  readonly devices: number;
  readonly started_ms: number | null;
  /** When the last device of the wave was healthy; the watch is counted from here. */
  readonly healthy_ms: number | null;
  readonly finished_ms: number | null;
}

/**
 * Sizes of the waves from growing totals: ["1", "50%", "100%"] of 10 devices is [1, 4, 5]. A wave that adds no device is
 * left out. Fails with HF-ROLL-002 where the totals do not grow to 100%.
 */
export function waveSizes(totals: readonly string[], devices: number): number[] {
  const bad = () => failure('HF-ROLL-002', { saw: JSON.stringify(totals) });
  const ends = totals.map((text) => {
    const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text.trim());
    if (!match) throw bad();
    const value = Number(match[1]);
    return match[2] ? Math.ceil((Math.min(100, value) / 100) * devices) : Math.min(Math.ceil(value), devices);
  });
  if (ends.some((end, i) => i > 0 && end < ends[i - 1]!) || ends.at(-1) !== devices) throw bad();
  return ends.map((end, i) => end - (ends[i - 1] ?? 0)).filter((size) => size > 0);
}

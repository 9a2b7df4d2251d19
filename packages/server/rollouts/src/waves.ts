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

/** A total as it is written: so many devices, or a share of them in percent. */
interface Total {
  readonly value: number;
  readonly unit: '' | '%';
}

/**
 * Sizes of the waves from growing totals: ["1", "50%", "100%"] of 10 devices is [1, 4, 5]. A wave that adds no device is
 * left out. Fails with HF-ROLL-002 where the totals are not as they must be, whatever the number of devices.
 */
export function waveSizes(totals: readonly string[], devices: number): number[] {
  let taken = 0;
  return readTotals(totals)
    .map((total) => {
      const end = Math.max(taken, endOf(total, devices));
      const size = end - taken;
      taken = end;
      return size;
    })
    .filter((size) => size > 0);
}

/** Counts grow and shares grow; a count and a share are not compared, as which is more depends on the fleet. */
function readTotals(totals: readonly string[]): Total[] {
  const read = totals.map((text) => readTotal(text.trim()));
  const grows = (unit: Total['unit']) => {
    const values = read.filter((total) => total?.unit === unit).map((total) => total!.value);
    return values.every((value, i) => i === 0 || value > values[i - 1]!);
  };
  const last = read.at(-1);
  const whole = last?.unit === '%' && last.value === 100;
  const known = read.filter((total) => total !== null);
  if (!whole || known.length < read.length || !grows('') || !grows('%')) throw failure('HF-ROLL-002', { saw: JSON.stringify(totals) });
  return known;
}

function readTotal(text: string): Total | null {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  const value = Number(digits);
  if (unit === '%') return value > 0 && value <= 100 ? { value, unit } : null;
  return value > 0 && Number.isInteger(value) ? { value, unit: '' } : null;
}

const endOf = ({ value, unit }: Total, devices: number): number => (unit === '%' ? Math.ceil((value * devices) / 100) : Math.min(value, devices));

// fleet: what is wrong with a device itself, by its own report: a sentence a reason. Drift is another matter (alerts). Pure.
import type { DeviceRow } from './device-table.ts';

export interface Illness {
  readonly reason: 'disk_full' | 'outbox_refused' | 'records_dropped';
  /** Goes on after the device's name: "its disk is full: …". */
  readonly text: string;
}

/** Less than this free is full: an install needs as much beside itself; on a small disk, a hundredth of it. */
const free_bytes_min = 1_048_576;
/** A loss is news for so long; the timeline keeps its gap. */
const drop_news_ms = 3_600_000;

export function illnessOf({ reported }: Pick<DeviceRow, 'reported'>, now_ms: number): Illness[] {
  if (!reported) return [];
  const { health, outbox } = reported;
  const found: Illness[] = [];
  const [free, total] = [health.disk_free_bytes, health.disk_total_bytes];
  if (free < Math.min(free_bytes_min, total / 100)) found.push({ reason: 'disk_full', text: `its disk is full: ${free} of ${total} bytes are free` });
  if (typeof outbox.refused_since_ms === 'number') {
    const waiting = `${outbox.in_memory ?? 0} records wait in memory`;
    found.push({ reason: 'outbox_refused', text: `its disk has taken no record since ${timeText(outbox.refused_since_ms)}; ${waiting}` });
  }
  if (typeof outbox.dropped_ms === 'number' && now_ms - outbox.dropped_ms < drop_news_ms) {
    const since = `since its agent started, the last at ${timeText(outbox.dropped_ms)}`;
    found.push({ reason: 'records_dropped', text: `it dropped ${outbox.dropped} records ${since}` });
  }
  return found;
}

/** A device may say any number; one that is no time of the calendar is shown as it is. */
const timeText = (ms: number): string => (Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms));

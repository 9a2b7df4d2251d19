// fleet: what a device's own report says is wrong with it.
import type { OutboxReport, ReportedState } from '@holdfast/protocol';
import { describe, expect, it } from 'vitest';
import { illnessOf } from './illness.ts';

const now_ms = 1_800_000_000_000;
const well: OutboxReport = { records: 3, bytes: 100, oldest_ms: now_ms, dropped: 0, in_memory: 0, refused_since_ms: null, dropped_ms: null };

function reasons(outbox: Partial<OutboxReport> = {}, disk: { free: number; total: number } = { free: 5_000_000, total: 8_000_000 }): string[] {
  const health = { disk_free_bytes: disk.free, disk_total_bytes: disk.total };
  return illnessOf({ reported: { health, outbox: { ...well, ...outbox } } as ReportedState }, now_ms).map((found) => `${found.reason}: ${found.text}`);
}

describe('illnessOf', () => {
  it('finds nothing in a device that is well, that has said nothing, or whose agent is older than these words', () => {
    expect(reasons()).toEqual([]);
    expect(illnessOf({ reported: null }, now_ms)).toEqual([]);
    expect(reasons({ in_memory: undefined, refused_since_ms: undefined, dropped_ms: undefined } as unknown as OutboxReport)).toEqual([]);
    expect(reasons({}, { free: 0, total: 0 })).toEqual([]); // a runtime that cannot tell
  });

  it('names a full disk, by a limit that a small disk can meet', () => {
    expect(reasons({}, { free: 0, total: 1_048_576 })).toEqual(['disk_full: its disk is full: 0 of 1048576 bytes are free']);
    expect(reasons({}, { free: 500_000, total: 1_048_576 })).toEqual([]);
    expect(reasons({}, { free: 500_000, total: 8_000_000_000 })).toHaveLength(1);
  });

  it('says since when the disk takes no record, and how many wait in memory', () => {
    expect(reasons({ refused_since_ms: now_ms - 1_000, in_memory: 27 })).toEqual([
      'outbox_refused: its disk has taken no record since 2027-01-15T07:59:59.000Z; 27 records wait in memory',
    ]);
  });

  it('counts dropped records for an hour after the last', () => {
    expect(reasons({ dropped: 4, dropped_ms: now_ms - 3_599_999 })).toHaveLength(1);
    expect(reasons({ dropped: 4, dropped_ms: now_ms - 3_600_000 })).toEqual([]);
  });
});

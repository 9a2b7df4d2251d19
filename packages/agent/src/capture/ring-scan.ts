// agent/capture: what a ring file holds as a whole. Used when a reader attaches or has lost its place, not on the way of a record.

import { readSync } from 'node:fs';
import { type RingShape, readSlot, ring } from '@holdfast/protocol';

export interface RingEnds {
  /** Number of the newest whole slot, -1 where the ring is empty. */
  readonly newest: number;
  /** Number of the oldest whole slot at or after `from`, -1 where there is none. */
  readonly oldest: number;
}

/** Finds the newest slot, and the oldest one from `from` on that is of the newest lap. */
export function scanRing(fd: number, shape: RingShape, from: number): RingEnds {
  const batch = Math.max(1, Math.floor(65_536 / shape.slot_bytes));
  const bytes = new Uint8Array(batch * shape.slot_bytes);
  const view = new DataView(bytes.buffer);
  let newest = -1;
  let oldest = -1;
  for (let first = 0; first < shape.slot_count; first += batch) {
    const wanted = Math.min(batch, shape.slot_count - first) * shape.slot_bytes;
    const read = readSync(fd, bytes, 0, wanted, ring.header_bytes + first * shape.slot_bytes);
    for (let at = 0; at + shape.slot_bytes <= read; at += shape.slot_bytes) {
      const head = readSlot(bytes, view, at, shape.slot_bytes);
      if (!head || head.slot % shape.slot_count !== first + at / shape.slot_bytes) continue;
      if (head.slot > newest) newest = head.slot;
      if (head.slot >= from && (oldest < 0 || head.slot < oldest)) oldest = head.slot;
    }
  }
  return { newest, oldest };
}

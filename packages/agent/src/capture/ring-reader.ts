// agent/capture: reads what an app wrote into the ring file. It never makes the writer wait. It finds its place again after an
// overrun, after a writer that died in the middle of a record, and when the file is replaced; what it could not read is counted.

import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { type RingShape, decodeRingHeader, readSlot, ring } from '@holdfast/protocol';
import { RecordParts } from './record-parts.ts';
import { RingCursor, type RingPlace } from './ring-cursor.ts';
import { scanRing } from './ring-scan.ts';

/** `replayed` is true for a record that an agent before this one has seen already, but not brought into a closed window. */
export type TakeRecord = (payload: Uint8Array, replayed: boolean) => void;

/** A place in the ring that was attached as number `attached`; it means nothing in another one. */
export interface RingMark extends RingPlace {
  readonly attached: number;
}

interface Attached {
  readonly fd: number;
  readonly inode: number;
  readonly shape: RingShape;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly parts: RecordParts;
}

const batch_bytes = 65_536;
const record_bytes_max = 4_194_304;
/** Polls between two looks whether the file at the path is still the one that is open: a quarter second at 20 ms. */
const polls_between_looks = 12;
/** Polls without a whole slot, after which the whole ring is scanned; each scan waits ten times longer, up to the last value. */
const stall_first_polls = 5;
const stall_last_polls = 500;

export class RingReader {
  readonly #path: string;
  readonly #scan: typeof scanRing;
  readonly #cursor: RingCursor;
  #ring: Attached | null = null;
  #next: RingPlace = { slot: 0, seq: 0 };
  /** The place after the last whole record: `next` may stand in the middle of one. */
  #boundary: RingPlace = { slot: 0, seq: 0 };
  #window: RingPlace = { slot: 0, seq: 0 };
  #replay_to = 0;
  #polls = 0;
  #stalled = 0;
  #stall_limit = stall_first_polls;
  /** Records that were overwritten or torn before they could be read. */
  lost = 0;
  /** Counts the rings that were attached; a new value means that names and epoch may have changed. */
  attached = 0;

  constructor(path: string, scan = scanRing) {
    this.#path = path;
    this.#scan = scan;
    this.#cursor = new RingCursor(path);
  }

  /** Reads all that is there, at most two laps of the ring; returns the number of records. */
  poll(take: TakeRecord): number {
    if (this.#ring === null || ++this.#polls % polls_between_looks === 0) this.#follow(take);
    return this.#ring === null ? 0 : this.#drain(this.#ring, take);
  }

  /** The place after the record that was given last. */
  mark(): RingMark {
    return { ...this.#boundary, attached: this.attached };
  }

  /** What was read up to the mark is safe in the outbox: a restart need not read it again. */
  windowIsSafe(mark: RingMark): void {
    if (mark.attached !== this.attached || mark.slot <= this.#window.slot) return;
    this.#window = { slot: mark.slot, seq: mark.seq };
    this.#save();
  }

  close(): void {
    this.#save();
    if (this.#ring) closeSync(this.#ring.fd);
    this.#ring = null;
    this.#cursor.close();
  }

  #save(): void {
    if (this.#ring === null) return;
    const seen = this.#boundary.slot < this.#replay_to ? { slot: this.#replay_to, seq: this.#boundary.seq } : this.#boundary;
    this.#cursor.save({ epoch: this.#ring.shape.epoch, window: this.#window, seen });
  }

  /** Attaches the ring at the path where it is another than the open one; what the old one still held is read first. */
  #follow(take: TakeRecord): void {
    const inode = inodeOf(this.#path);
    if (inode === null || inode === this.#ring?.inode) return;
    const found = attach(this.#path);
    if (!found) return;
    if (this.#ring) {
      this.#drain(this.#ring, take);
      closeSync(this.#ring.fd);
    }
    this.#ring = found;
    this.attached++;
    this.#findPlace(found);
  }

  #findPlace(found: Attached): void {
    const stored = this.#cursor.load();
    const ends = this.#scan(found.fd, found.shape, 0);
    // A cursor past the end belongs to slots that this file no longer has (lost pages after a power cut): it tells nothing.
    const known = stored !== null && stored.epoch === found.shape.epoch && stored.seen.slot <= ends.newest + 1 ? stored : null;
    this.#window = known?.window ?? { slot: 0, seq: 0 };
    this.#next = this.#window;
    this.#boundary = this.#window;
    this.#replay_to = known?.seen.slot ?? 0;
    this.#stalled = 0;
    this.#stall_limit = stall_first_polls;
    if (ends.newest - this.#next.slot >= found.shape.slot_count) this.#jumpTo(ends.newest + 1 - found.shape.slot_count);
  }

  #drain(open: Attached, take: TakeRecord): number {
    let records = 0;
    let slots_left = 2 * open.shape.slot_count;
    let wanted = 1;
    while (slots_left > 0) {
      const step = this.#readBatch(open, wanted, take);
      records += step.records;
      if (step.ended) break;
      slots_left -= step.slots;
      wanted = open.bytes.length / open.shape.slot_bytes;
    }
    if (records > 0) this.#save();
    return records;
  }

  /** Reads up to `wanted` slots from the next place on. `ended` is true where the writer has not got further. */
  #readBatch(open: Attached, wanted: number, take: TakeRecord): { records: number; slots: number; ended: boolean } {
    const { slot_bytes, slot_count } = open.shape;
    const place = this.#next.slot % slot_count;
    const slots = Math.min(wanted, slot_count - place);
    const read = readSync(open.fd, open.bytes, 0, slots * slot_bytes, ring.header_bytes + place * slot_bytes);
    let records = 0;
    for (let i = 0; i < slots; i++) {
      const at = i * slot_bytes;
      const head = at + slot_bytes <= read ? readSlot(open.bytes, open.view, at, slot_bytes) : null;
      const expected = this.#next.slot;
      if (head === null) return { records, slots: i, ended: this.#stall(open) };
      if (head.slot > expected) {
        this.#jumpTo(Math.max(expected + 1, head.slot + 1 - Math.floor(slot_count * 0.75)));
        return { records, slots: i + 1, ended: false };
      }
      if (head.slot < expected) return { records, slots: i, ended: true };
      this.#stalled = 0;
      this.#stall_limit = stall_first_polls;
      const record = open.parts.take(head, open.bytes, at);
      if (record) records += this.#give(record, head.seq, take);
      else this.#next = { slot: expected + 1, seq: this.#next.seq };
    }
    return { records, slots, ended: false };
  }

  #give(record: Uint8Array, seq: number, take: TakeRecord): number {
    const missing = (seq - this.#next.seq) >>> 0;
    if (missing < 2 ** 31) this.lost += missing;
    const replayed = this.#next.slot < this.#replay_to;
    this.#next = { slot: this.#next.slot + 1, seq: (seq + 1) >>> 0 };
    this.#boundary = this.#next;
    take(record, replayed);
    return 1;
  }

  #jumpTo(slot: number): void {
    this.#next = { slot, seq: this.#next.seq };
    this.#boundary = this.#next;
    this.#ring?.parts.reset();
  }

  /** A slot that is not whole: never written, or torn. Where it stays so while later ones are whole, its writer died: go on after it. */
  #stall(open: Attached): boolean {
    if (++this.#stalled < this.#stall_limit) return true;
    this.#stalled = 0;
    this.#stall_limit = Math.min(this.#stall_limit * 10, stall_last_polls);
    const { oldest } = this.#scan(open.fd, open.shape, this.#next.slot + 1);
    if (oldest < 0) return true;
    // Slots are written in their order. Both may have come since the one was looked for: then nothing is torn.
    if (!isWritten(open, this.#next.slot)) this.#jumpTo(oldest);
    return false;
  }
}

/** True where the slot of this number, or of a later lap, is whole. */
function isWritten({ fd, shape, bytes, view }: Attached, slot: number): boolean {
  const read = readSync(fd, bytes, 0, shape.slot_bytes, ring.header_bytes + (slot % shape.slot_count) * shape.slot_bytes);
  return read === shape.slot_bytes && (readSlot(bytes, view, 0, shape.slot_bytes)?.slot ?? -1) >= slot;
}

function inodeOf(path: string): number | null {
  try {
    return statSync(path).ino;
  } catch {
    return null; // No ring yet: the app has not opened its log.
  }
}

/** Null where the file is not a whole ring of version 1: then the next look tries again. */
function attach(path: string): Attached | null {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return null; // Replaced or removed since the last look.
  }
  const head = new Uint8Array(ring.header_bytes);
  const shape = readSync(fd, head, 0, head.length, 0) === head.length ? decodeRingHeader(head) : null;
  const status = fstatSync(fd);
  if (!shape || !status.isFile() || status.size < ring.header_bytes + shape.slot_bytes * shape.slot_count) {
    closeSync(fd);
    return null;
  }
  const bytes = new Uint8Array(Math.max(1, Math.floor(batch_bytes / shape.slot_bytes)) * shape.slot_bytes);
  return { fd, inode: status.ino, shape, bytes, view: new DataView(bytes.buffer), parts: new RecordParts(record_bytes_max) };
}

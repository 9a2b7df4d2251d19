// agent/sdk: the ring file as its one writer opens it. A ring of the same shape is continued after its highest slot;
// any other file is replaced by a new ring under a new epoch (written aside, then renamed, so that a reader sees all or nothing).

import { closeSync, fstatSync, openSync, readSync, renameSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { type RingShape, decodeRingHeader, encodeRingHeader, readSlot, ring } from '@holdfast/protocol';

export interface OpenRing {
  readonly fd: number;
  readonly shape: RingShape;
  /** Number of the next slot to write. */
  readonly slot: number;
  /** Seq of the next record to write. */
  readonly seq: number;
}

export interface WantedShape {
  readonly slot_bytes: number;
  readonly slot_count: number;
}

/** Opens or makes the ring at `path`. Fails with the error of the file system, or for a shape that no ring has; the caller turns it into a reason. */
export function openRing(path: string, wanted: WantedShape, epoch: number): OpenRing {
  checkShape(wanted);
  return continueRing(path, wanted) ?? makeRing(path, { ...wanted, epoch });
}

/** The same limits as in the other SDKs: a slip of the pen must not fill the memory of the device. */
function checkShape({ slot_bytes, slot_count }: WantedShape): void {
  const within = (value: number, least: number, most: number) => Number.isInteger(value) && value >= least && value <= most;
  if (!within(slot_bytes, 64, 65_536) || !within(slot_count, 16, 1_048_576))
    throw new Error(`slot_bytes and slot_count: saw ${slot_bytes} and ${slot_count}, expected 64..65536 and 16..1048576`);
}

function continueRing(path: string, wanted: WantedShape): OpenRing | null {
  let fd: number;
  try {
    fd = openSync(path, 'r+');
  } catch {
    return null; // No ring, or one that cannot be continued: the attempt to make one tells why.
  }
  const shape = readShape(fd);
  const fits = shape !== null && shape.slot_bytes === wanted.slot_bytes && shape.slot_count === wanted.slot_count;
  if (fits && fstatSync(fd).size === ring.header_bytes + shape.slot_bytes * shape.slot_count) {
    return { fd, shape, ...findEnd(fd, shape) };
  }
  closeSync(fd);
  return null;
}

function readShape(fd: number): RingShape | null {
  const head = new Uint8Array(ring.header_bytes);
  return readSync(fd, head, 0, head.length, 0) === head.length ? decodeRingHeader(head) : null;
}

/** The place after the newest whole slot. A slot that its writer left torn is not whole, so it is written again. */
function findEnd(fd: number, shape: RingShape): { slot: number; seq: number } {
  const batch = Math.max(1, Math.floor(65_536 / shape.slot_bytes));
  const bytes = new Uint8Array(batch * shape.slot_bytes);
  const view = new DataView(bytes.buffer);
  let end = { slot: 0, seq: 0 };
  for (let first = 0; first < shape.slot_count; first += batch) {
    const read = readSync(fd, bytes, 0, bytes.length, ring.header_bytes + first * shape.slot_bytes);
    for (let at = 0; at + shape.slot_bytes <= read; at += shape.slot_bytes) {
      const head = readSlot(bytes, view, at, shape.slot_bytes);
      if (head !== null && head.slot >= end.slot) end = { slot: head.slot + 1, seq: (head.seq + 1) >>> 0 };
    }
  }
  return end;
}

/** Zeros are written, not left as a hole, so that a full disk is met here and not at the first inference. */
function makeRing(path: string, shape: RingShape): OpenRing {
  refuseOther(path);
  const temporary = `${path}.${process.pid}.new`;
  const fd = openSync(temporary, 'w+', 0o600);
  try {
    writeAll(fd, encodeRingHeader(shape), 0);
    const zeros = new Uint8Array(65_536);
    const end = ring.header_bytes + shape.slot_bytes * shape.slot_count;
    for (let at: number = ring.header_bytes; at < end; at += zeros.length) writeAll(fd, zeros.subarray(0, Math.min(zeros.length, end - at)), at);
    renameSync(temporary, path);
  } catch (error) {
    closeSync(fd);
    removeQuietly(temporary);
    throw error;
  }
  return { fd, shape, slot: 0, seq: 0 };
}

/** A path that names a folder or a device by mistake must not be replaced. */
function refuseOther(path: string): void {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status && !status.isFile()) throw new Error(`${path} is no file, and is not replaced by a ring`);
}

function writeAll(fd: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done, at + done);
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Gone already, or the folder is: what failed before is the reason that the caller gets.
  }
}

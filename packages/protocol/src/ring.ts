// The capture ring, version 1: a file of fixed size (best on /dev/shm) that one app writes and the agent reads.
// The writer never waits. The reader finds by slot numbers and CRCs what is whole, and counts what was overwritten.
// All numbers are little-endian. Golden vectors: golden/ring-v1.json, shared with the SDKs of other languages.
//
// file   = header (64 bytes) | slot_count slots of slot_bytes each
// header = "HFRING01" | u32 slot_bytes | u32 slot_count | f64 epoch (ms when the file was made) | zeros
// slot   = u32 crc32 of bytes [4, 24+used) | u32 used | f64 slot number (from 0, never reset within an epoch)
//        | u32 record seq (mod 2^32) | u16 part | u16 parts | payload part
// Slot number s stands at header + (s mod slot_count) * slot_bytes. A record takes `parts` slots in a row.

import { crc32 } from '@holdfast/base';

export const ring = {
  magic: 'HFRING01',
  header_bytes: 64,
  slot_header_bytes: 24,
  slot_bytes_default: 256,
  slot_count_default: 8192,
} as const;

export interface RingShape {
  readonly slot_bytes: number;
  readonly slot_count: number;
  readonly epoch: number;
}

/** The largest record that a ring takes: an eighth of it, so that a reader can keep up. */
export function recordBytesMax(shape: RingShape): number {
  return Math.floor(shape.slot_count / 8) * (shape.slot_bytes - ring.slot_header_bytes);
}

export function encodeRingHeader(shape: RingShape): Uint8Array {
  const bytes = new Uint8Array(ring.header_bytes);
  for (let i = 0; i < 8; i++) bytes[i] = ring.magic.charCodeAt(i);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, shape.slot_bytes, true);
  view.setUint32(12, shape.slot_count, true);
  view.setFloat64(16, shape.epoch, true);
  return bytes;
}

/** The shape of a ring file, or null where the bytes are not a ring of version 1. */
export function decodeRingHeader(bytes: Uint8Array): RingShape | null {
  if (bytes.length < ring.header_bytes) return null;
  for (let i = 0; i < 8; i++) if (bytes[i] !== ring.magic.charCodeAt(i)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = { slot_bytes: view.getUint32(8, true), slot_count: view.getUint32(12, true), epoch: view.getFloat64(16, true) };
  const sane = shape.slot_bytes >= 64 && shape.slot_bytes <= 65536 && shape.slot_count >= 16 && shape.slot_count <= 1 << 20;
  return sane ? shape : null;
}

export interface SlotHeader {
  readonly used: number;
  readonly slot: number;
  readonly seq: number;
  readonly part: number;
  readonly parts: number;
}

/** Writes one slot into `into` at `at`; `payload[from, to)` is its part of the record. Returns nothing; allocates nothing. */
export function writeSlot(into: Uint8Array, view: DataView, at: number, head: SlotHeader, payload: Uint8Array, from: number): void {
  view.setUint32(at + 4, head.used, true);
  view.setFloat64(at + 8, head.slot, true);
  view.setUint32(at + 16, head.seq >>> 0, true);
  view.setUint16(at + 20, head.part, true);
  view.setUint16(at + 22, head.parts, true);
  into.set(payload.subarray(from, from + head.used), at + ring.slot_header_bytes);
  view.setUint32(at, crc32(into, at + 4, at + ring.slot_header_bytes + head.used), true);
}

/** The header of the slot at `at`, or null where its CRC does not fit: torn, or never written. */
export function readSlot(bytes: Uint8Array, view: DataView, at: number, slot_bytes: number): SlotHeader | null {
  const used = view.getUint32(at + 4, true);
  if (used > slot_bytes - ring.slot_header_bytes) return null;
  if (view.getUint32(at, true) !== crc32(bytes, at + 4, at + ring.slot_header_bytes + used)) return null;
  return {
    used,
    slot: view.getFloat64(at + 8, true),
    seq: view.getUint32(at + 16, true),
    part: view.getUint16(at + 20, true),
    parts: view.getUint16(at + 22, true),
  };
}

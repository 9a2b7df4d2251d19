// journal: one record as bytes. u32 length of the payload | u32 CRC of all that follows | f64 seq | u32 stream | payload,
// little-endian. The CRC covers the length too, by its seed, so that a wrong length never fits.
import { crc32 } from '@holdfast/base';

export interface JournalRecord {
  readonly seq: number;
  readonly stream: number;
  readonly payload: Uint8Array;
}

export const head_bytes = 20;

export function encodeRecord(record: JournalRecord): Uint8Array {
  const bytes = new Uint8Array(head_bytes + record.payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, record.payload.length, true);
  view.setFloat64(8, record.seq, true);
  view.setUint32(16, record.stream, true);
  bytes.set(record.payload, head_bytes);
  view.setUint32(4, checksum(bytes, 0, bytes.length), true);
  return bytes;
}

function checksum(bytes: Uint8Array, from: number, to: number): number {
  return crc32(bytes, from + 8, to, crc32(bytes, from, from + 4));
}

/** The record at `from`, or null where the bytes are torn or damaged. Its payload is a view, not a copy. */
export function decodeRecord(bytes: Uint8Array, from: number): JournalRecord | null {
  if (bytes.length - from < head_bytes) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const to = from + head_bytes + view.getUint32(from, true);
  if (to > bytes.length || checksum(bytes, from, to) !== view.getUint32(from + 4, true)) return null;
  return { seq: view.getFloat64(from + 8, true), stream: view.getUint32(from + 16, true), payload: bytes.subarray(from + head_bytes, to) };
}

// journal: one file of records and its index in memory (12 bytes or so a record). Only what is durable is in the index.
import { decodeRecord, head_bytes } from './record.ts';

export class Segment {
  readonly file: string;
  readonly number: number;
  /** Seqs of the records, growing, and where each begins and ends in the file. */
  readonly seqs: number[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  size_bytes = 0;
  /** Nothing is appended any more. */
  sealed = false;
  /** A failed write may have left bytes after `size_bytes`; they are cut off before anything else is written. */
  dirty = false;

  constructor(file: string, number: number) {
    this.file = file;
    this.number = number;
  }

  get first_seq(): number {
    return this.seqs[0] ?? Infinity;
  }

  get last_seq(): number {
    return this.seqs[this.seqs.length - 1] ?? 0;
  }

  add(seq: number, length: number): void {
    this.seqs.push(seq);
    this.starts.push(this.size_bytes);
    this.size_bytes += length;
    this.ends.push(this.size_bytes);
  }

  /** How many records have a seq above `seq`. */
  countAfter(seq: number): number {
    return this.seqs.length - this.indexAfter(seq);
  }

  /** The place of the first record above `seq` (binary search). */
  indexAfter(seq: number): number {
    let low = 0;
    let high = this.seqs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.seqs[middle]! <= seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/**
 * Fills the index from the bytes of the file, up to the first bad record. Records up to `after_seq` are copies that a
 * failed sync left in an older segment. Returns true where bytes had to be left out.
 */
export function indexSegment(segment: Segment, bytes: Uint8Array, after_seq: number): boolean {
  let last = after_seq;
  for (let record = decodeRecord(bytes, 0); record !== null; record = decodeRecord(bytes, segment.size_bytes)) {
    const length = head_bytes + record.payload.length;
    const isCopy = record.seq <= last && segment.seqs.length === 0;
    if (record.seq <= last && !isCopy) return true; // the order is broken inside of a segment: damage
    if (isCopy) segment.size_bytes += length;
    else segment.add(record.seq, length);
    last = Math.max(last, record.seq);
  }
  return segment.size_bytes < bytes.length;
}

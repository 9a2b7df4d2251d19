// journal: the segments of one stream, oldest first. Writes go to the last one; an error seals it, and the bytes, which are
// still in memory, go to a new file (an fsync error means that they are lost on the old one).
import { concat } from '@holdfast/base';
import type { JournalDisk, JournalFile } from './disk.ts';
import { segmentName } from './names.ts';
import { type JournalRecord, decodeRecord, encodeRecord } from './record.ts';
import { Segment } from './segment.ts';

const ahead_bytes = 65_536;

export interface ChainPlace {
  readonly disk: JournalDisk;
  readonly folder: string;
  readonly segment_bytes: number;
  /** Told of each byte given to the disk. */
  readonly onWritten: (bytes: number) => void;
}

/** A record that waits in memory. */
export interface Waiting extends JournalRecord {
  readonly bytes: Uint8Array;
}

export function waiting(record: JournalRecord): Waiting {
  const bytes = encodeRecord(record);
  return { seq: record.seq, stream: record.stream, payload: bytes.subarray(bytes.length - record.payload.length), bytes };
}

export class Chain {
  readonly key: string;
  readonly segments: Segment[] = [];
  readonly #place: ChainPlace;
  #file: JournalFile | undefined;
  #number = 0;
  #ahead: { readonly file: string; readonly from: number; readonly bytes: Uint8Array } | undefined;

  constructor(key: string, place: ChainPlace) {
    this.key = key;
    this.#place = place;
  }

  get size_bytes(): number {
    return this.segments.reduce((sum, segment) => sum + segment.size_bytes, 0);
  }

  get last_seq(): number {
    return this.segments.reduce((last, segment) => Math.max(last, segment.last_seq), 0);
  }

  /** A segment found at open. */
  adopt(segment: Segment): void {
    this.segments.push(segment);
    this.#number = Math.max(this.#number, segment.number);
  }

  /** Makes the records durable, from the front of `queue`; each leaves the queue when it is. Throws at the first error. */
  async write(queue: Waiting[]): Promise<void> {
    await this.#cutDirty();
    while (queue.length > 0) {
      const segment = await this.#active();
      const batch = takeFitting(queue, this.#place.segment_bytes - segment.size_bytes);
      await this.#writeInto(segment, batch);
      queue.splice(0, batch.length);
    }
  }

  /** Cuts off what failed writes left, so that a later open cannot find records that were dropped since. */
  async #cutDirty(): Promise<void> {
    for (const segment of this.segments.filter((one) => one.dirty)) {
      await this.#place.disk.truncate(segment.file, segment.size_bytes);
      segment.dirty = false;
    }
  }

  async #active(): Promise<Segment> {
    const last = this.segments[this.segments.length - 1];
    if (last !== undefined && !last.sealed && last.size_bytes < this.#place.segment_bytes) {
      this.#file ??= await this.#place.disk.append(last.file);
      return last;
    }
    if (last !== undefined) await this.seal(last);
    return this.#create();
  }

  async #create(): Promise<Segment> {
    const { disk, folder } = this.#place;
    const number = ++this.#number;
    const segment = new Segment(`${folder}/${segmentName({ chain: this.key, number })}`, number);
    const file = await disk.append(segment.file);
    this.segments.push(segment);
    this.#file = file;
    try {
      await disk.syncFolder(folder);
    } catch (error) {
      await this.#spoil(segment);
      throw error;
    }
    return segment;
  }

  async #writeInto(segment: Segment, batch: readonly Waiting[]): Promise<void> {
    const file = this.#file!;
    try {
      await this.#writeAll(file, concat(batch.map((record) => record.bytes)));
      await file.datasync();
    } catch (error) {
      await this.#spoil(segment);
      throw error;
    }
    for (const record of batch) segment.add(record.seq, record.bytes.length);
  }

  async #writeAll(file: JournalFile, bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const count = await file.write(bytes.subarray(at));
      if (count <= 0) throw Object.assign(new Error('the disk took no bytes'), { code: 'ENOSPC' });
      at += count;
      this.#place.onWritten(count);
    }
  }

  async #spoil(segment: Segment): Promise<void> {
    segment.dirty = true;
    await this.seal(segment);
    await this.#cutDirty().catch(() => undefined); // it stays dirty: the next write tries again, before anything else
  }

  /** No more appends; the next write makes a new file. */
  async seal(segment: Segment): Promise<void> {
    segment.sealed = true;
    if (segment !== this.segments[this.segments.length - 1]) return;
    const file = this.#file;
    this.#file = undefined;
    // what is durable was synced before; a close error says nothing about it
    await file?.close().catch(() => undefined);
  }

  /** The records above `seq` in their order, each with a way to load it. */
  *after(seq: number): Generator<{ seq: number; stream: number; size_bytes: number; load: () => JournalRecord | null }, void> {
    for (const segment of this.segments) {
      for (let index = segment.indexAfter(seq); index < segment.seqs.length; index++) {
        const from = segment.starts[index]!;
        const size_bytes = segment.ends[index]! - from;
        yield { seq: segment.seqs[index]!, stream: Number(this.key), size_bytes, load: () => this.#load(segment, from, size_bytes) };
      }
    }
  }

  /** Records are read in their order, so a block is read ahead and kept. Null: the bytes on the disk are damaged. */
  #load(segment: Segment, from: number, size_bytes: number): JournalRecord | null {
    const ahead = this.#ahead;
    const known = ahead?.file === segment.file && from >= ahead.from && from + size_bytes <= ahead.from + ahead.bytes.length;
    if (known) return decodeRecord(ahead.bytes, from - ahead.from);
    const length = Math.min(Math.max(size_bytes, ahead_bytes), segment.size_bytes - from);
    const bytes = this.#place.disk.readPart(segment.file, from, length);
    this.#ahead = { file: segment.file, from, bytes };
    return decodeRecord(bytes, 0);
  }

  async close(): Promise<void> {
    const last = this.segments[this.segments.length - 1];
    if (last !== undefined) await this.seal(last);
  }
}

/** At least one record, then as many as fit. */
function takeFitting(queue: readonly Waiting[], room_bytes: number): readonly Waiting[] {
  let count = 0;
  for (let used = 0; count < queue.length; count++) {
    used += queue[count]!.bytes.length;
    if (used > room_bytes && count > 0) break;
  }
  return queue.slice(0, count);
}

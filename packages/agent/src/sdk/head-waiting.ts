// agent/sdk: the vectors of suspect inferences, which wait for their labels. Appended to a file, each with length and CRC: after a kill what was appended whole is
// there, and a torn tail is cut. After a power cut at most the last second is lost. In memory stands only where each begins.
// Record: u32 bytes of the body | u32 CRC-32 of the body | body: u32 reference | f64 time in ms | f32 x features; little-endian.
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs';
import { crc32 } from '@holdfast/base';
import { knn_limits } from '@holdfast/stats';
import type { HeadDisk } from './head-disk.ts';
import { floatsOf } from './head-sealed.ts';

export interface WaitingVector {
  readonly reference: number;
  readonly at_ms: number;
  /** Where its body begins, and how long it is. */
  readonly begin: number;
  readonly bytes: number;
}

const head_bytes = 8;
const fixed_bytes = 12;
const body_bytes_max = fixed_bytes + 4 * knn_limits.features_max;
const sync_every_ms = 1_000;

export class WaitingVectors {
  readonly #path: string;
  readonly #disk: HeadDisk;
  readonly #limits: { readonly max_size: number; readonly max_age_ms: number };
  #fd: number;
  #end = 0;
  /** Records in the file; those that are gone too, until it is written anew. */
  #records = 0;
  #synced_ms = Number.NEGATIVE_INFINITY;
  /** Oldest first. */
  #waiting: WaitingVector[] = [];

  constructor(path: string, limits: { readonly max_size: number; readonly max_age_ms: number }, disk: HeadDisk) {
    this.#path = path;
    this.#disk = disk;
    this.#limits = limits;
    this.#fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    this.#index();
  }

  get size(): number {
    return this.#waiting.length;
  }

  #index(): void {
    [this.#waiting, this.#records, this.#end] = [[], 0, 0];
    const size = fstatSync(this.#fd).size;
    for (let found = this.#at(0); found; found = this.#at(this.#end)) {
      this.#waiting.push(found);
      this.#records++;
      this.#end = found.begin + found.bytes;
    }
    if (this.#end < size) ftruncateSync(this.#fd, this.#end);
    this.#waiting = this.#waiting.slice(-this.#limits.max_size);
  }

  /** The record that begins here, or null where there is no whole one. */
  #at(begin: number): WaitingVector | null {
    const head = this.#bytes(begin, head_bytes);
    const bytes = head?.readUInt32LE(0) ?? 0;
    if (!head || bytes <= fixed_bytes || bytes > body_bytes_max || bytes % 4 !== 0) return null;
    const body = this.#bytes(begin + head_bytes, bytes);
    if (!body || crc32(body) !== head.readUInt32LE(4)) return null;
    return { reference: body.readUInt32LE(0), at_ms: body.readDoubleLE(4), begin: begin + head_bytes, bytes };
  }

  #bytes(at: number, count: number): Buffer | null {
    const buffer = Buffer.alloc(count);
    return readSync(this.#fd, buffer, 0, count, at) === count ? buffer : null;
  }

  append(reference: number, at_ms: number, features: Float32Array): void {
    const record = encode(reference, at_ms, features);
    this.#forget(at_ms);
    if (this.#records >= 2 * this.#limits.max_size) this.#rewrite();
    this.#disk.append(this.#fd, record, this.#end);
    this.#waiting.push({ reference, at_ms, begin: this.#end + head_bytes, bytes: record.length - head_bytes });
    this.#waiting = this.#waiting.slice(-this.#limits.max_size);
    this.#records++;
    this.#end += record.length;
    if (Math.abs(at_ms - this.#synced_ms) < sync_every_ms) return;
    this.#disk.sync(this.#fd);
    this.#synced_ms = at_ms;
  }

  #forget(now_ms: number): void {
    const oldest = this.#waiting[0];
    if (oldest && now_ms - oldest.at_ms > this.#limits.max_age_ms)
      this.#waiting = this.#waiting.filter(({ at_ms }) => now_ms - at_ms <= this.#limits.max_age_ms);
  }

  /** Once as many are gone as may be there: the file is bounded by twice its limit. */
  #rewrite(): void {
    const kept = this.#waiting.map(({ begin, bytes }) => this.#bytes(begin - head_bytes, head_bytes + bytes)!);
    this.#disk.write(this.#path, Buffer.concat(kept));
    closeSync(this.#fd);
    this.#fd = openSync(this.#path, 'r+');
    this.#index();
  }

  find(reference: number, now_ms: number): WaitingVector[] {
    this.#forget(now_ms);
    return this.#waiting.filter((one) => one.reference === reference);
  }

  featuresOf({ begin, bytes }: WaitingVector): Float32Array | null {
    const floats = this.#bytes(begin + fixed_bytes, bytes - fixed_bytes);
    return floats && floatsOf(floats);
  }

  close(): void {
    try {
      this.#disk.sync(this.#fd);
    } finally {
      closeSync(this.#fd);
    }
  }
}

function encode(reference: number, at_ms: number, features: Float32Array): Buffer {
  const bytes = fixed_bytes + 4 * features.length;
  const record = Buffer.alloc(head_bytes + bytes);
  record.writeUInt32LE(bytes, 0);
  record.writeUInt32LE(reference, head_bytes);
  record.writeDoubleLE(at_ms, head_bytes + 4);
  features.forEach((value, i) => record.writeFloatLE(value, head_bytes + fixed_bytes + 4 * i));
  record.writeUInt32LE(crc32(record.subarray(head_bytes)), 4);
  return record;
}

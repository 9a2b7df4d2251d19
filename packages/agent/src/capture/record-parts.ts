// agent/capture: puts the parts of one record together, in a buffer that is kept. A record whose parts do not follow each other is dropped;
// that it is missing shows in the seq of the next one.

import { type SlotHeader, ring } from '@holdfast/protocol';

export class RecordParts {
  #buffer = new Uint8Array(4096);
  #used = 0;
  #next_part = 0;
  #seq = -1;
  readonly #bytes_max: number;

  constructor(bytes_max: number) {
    this.#bytes_max = bytes_max;
  }

  reset(): void {
    this.#next_part = 0;
    this.#seq = -1;
  }

  /** Takes the slot at `at`; returns the record where it is whole now (a view, valid until the next call), else null. */
  take(head: SlotHeader, bytes: Uint8Array, at: number): Uint8Array | null {
    const from = at + ring.slot_header_bytes;
    if (head.parts === 1 && head.part === 0) {
      this.reset();
      return bytes.subarray(from, from + head.used);
    }
    if (head.part === 0) {
      this.#seq = head.seq;
      this.#next_part = 0;
      this.#used = 0;
    }
    if (head.seq !== this.#seq || head.part !== this.#next_part || this.#used + head.used > this.#bytes_max) {
      this.reset();
      return null;
    }
    this.#append(bytes, from, head.used);
    this.#next_part++;
    if (this.#next_part < head.parts) return null;
    this.reset();
    return this.#buffer.subarray(0, this.#used);
  }

  #append(bytes: Uint8Array, from: number, count: number): void {
    if (this.#used + count > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(this.#buffer.length * 2, this.#used + count));
      larger.set(this.#buffer.subarray(0, this.#used));
      this.#buffer = larger;
    }
    this.#buffer.set(bytes.subarray(from, from + count), this.#used);
    this.#used += count;
  }
}

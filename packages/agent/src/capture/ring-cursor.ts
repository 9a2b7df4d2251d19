// agent/capture: where the reader is, kept beside the ring (on the same shared memory, so it costs no flash and ends with the ring).
// Two places: `seen` is past every record that was read; `window` is past those whose closed window is safe in the outbox.
// After a kill the records between the two are read once more, for the window alone.

import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { crc32 } from '@holdfast/base';

export interface RingPlace {
  readonly slot: number;
  readonly seq: number;
}

export interface CursorValue {
  readonly epoch: number;
  readonly window: RingPlace;
  readonly seen: RingPlace;
}

const size = 36;

export class RingCursor {
  readonly #path: string;
  readonly #bytes = new Uint8Array(size);
  readonly #view = new DataView(this.#bytes.buffer);
  #fd: number | null = null;

  constructor(ring: string) {
    this.#path = `${ring}.cursor`;
  }

  /** The stored value, or null where there is none that is whole. */
  load(): CursorValue | null {
    try {
      const read = readSync(this.#open(), this.#bytes, 0, size, 0);
      if (read !== size || crc32(this.#bytes, 4) !== this.#view.getUint32(0, true)) return null;
    } catch {
      return null; // It cannot be read: the reader starts at the oldest record, which loses nothing.
    }
    const view = this.#view;
    return {
      epoch: view.getFloat64(4, true),
      window: { slot: view.getFloat64(12, true), seq: view.getUint32(20, true) },
      seen: { slot: view.getFloat64(24, true), seq: view.getUint32(32, true) },
    };
  }

  /** Returns false where the cursor could not be kept; then a restart of the agent reads some records twice. */
  save(value: CursorValue): boolean {
    const view = this.#view;
    view.setFloat64(4, value.epoch, true);
    view.setFloat64(12, value.window.slot, true);
    view.setUint32(20, value.window.seq, true);
    view.setFloat64(24, value.seen.slot, true);
    view.setUint32(32, value.seen.seq, true);
    view.setUint32(0, crc32(this.#bytes, 4), true);
    try {
      return writeSync(this.#open(), this.#bytes, 0, size, 0) === size;
    } catch {
      return false; // The caller is told by the result.
    }
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }

  #open(): number {
    this.#fd ??= openForUpdate(this.#path);
    return this.#fd;
  }
}

function openForUpdate(path: string): number {
  try {
    return openSync(path, 'r+');
  } catch {
    return openSync(path, 'w+', 0o600); // Not there yet; any other reason fails here again, and is thrown.
  }
}

// agent/supervise: what the program prints, in a file that is rotated by size. A disk that takes no more does not stop the program:
// the bytes that could not be written are counted.

import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

export interface LogLimits {
  readonly file_bytes_max: number;
  readonly files: number;
}

export class ProgramLog {
  readonly #path: string;
  readonly #limits: LogLimits;
  #fd: number | null = null;
  #size = 0;
  dropped_bytes = 0;

  constructor(path: string, limits: LogLimits = { file_bytes_max: 1_048_576, files: 4 }) {
    this.#path = path;
    this.#limits = limits;
  }

  write(chunk: Uint8Array): void {
    try {
      if (this.#fd === null) this.#open();
      if (this.#size + chunk.length > this.#limits.file_bytes_max && this.#size > 0) this.#rotate();
      this.#size += writeSync(this.#fd!, chunk);
    } catch {
      this.dropped_bytes += chunk.length; // Full or read-only disk: the log is the least that counts here; the loss is a number.
    }
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }

  #open(): void {
    this.#fd = openSync(this.#path, 'a', 0o640);
    this.#size = fstatSync(this.#fd).size;
  }

  /** program.log becomes program.log.1, and so on; the oldest is written over. */
  #rotate(): void {
    this.close();
    for (let n = this.#limits.files - 1; n >= 1; n--) {
      try {
        renameSync(n === 1 ? this.#path : `${this.#path}.${n - 1}`, `${this.#path}.${n}`);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
    this.#open();
  }
}

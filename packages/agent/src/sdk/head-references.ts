// agent/sdk: the numbers of inferences, unique for long: also over restarts and kills. A block of 4,096 is reserved on disk before the first of them is given, so a
// kill wastes numbers and gives none twice. After 2^32 they begin anew. A new folder begins at the time, not at 0: the folder before it may have been wiped.
import { isRecord, isReference } from './head-checks.ts';
import type { HeadDisk } from './head-disk.ts';
import { readSealed, sealed } from './head-sealed.ts';

const block = 4_096;
const unreserved = 64;
const numbers = 2 ** 32;

export class References {
  readonly #path: string;
  readonly #disk: HeadDisk;
  #next: number;
  /** How many are reserved. */
  #left = 0;

  readonly #on_error: (error: Error) => void;

  constructor(path: string, disk: HeadDisk, now_ms: number, on_error: (error: Error) => void) {
    this.#on_error = on_error;
    this.#path = path;
    this.#disk = disk;
    const kept = readSealed(path);
    this.#next = isRecord(kept) && isReference(kept['next']) ? kept['next'] : Math.floor(now_ms) % numbers;
  }

  next(): number {
    if (this.#left === 0) this.#reserve();
    const given = this.#next;
    this.#next = (given + 1) % numbers;
    this.#left--;
    return given;
  }

  /** Where the disk refuses, the app has its answer all the same, with numbers that a kill may give again; it is tried anew soon. */
  #reserve(): void {
    try {
      this.#disk.write(this.#path, sealed({ next: (this.#next + block) % numbers }));
      this.#left = block;
    } catch (error) {
      this.#on_error(error as Error);
      this.#left = unreserved;
    }
  }
}

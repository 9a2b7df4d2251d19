// agent/watch: how many places of the hour's quarantine are given away, for the next start: a restart gives none twice. Places are reserved a quarter of the hour's at
// a time, before the first of them is given, so that a whole hour costs the flash four small writes; a kill may leave what was reserved and not given unused.
import { readJson, writeDurableJson } from '../durable-file.ts';

export interface GivenPlaces {
  readonly hour: number;
  readonly places: number;
}

export class QuarantineFile {
  readonly #path: string;

  constructor(folder: string) {
    this.#path = `${folder}/quarantine.json`;
  }

  load(): GivenPlaces {
    const none = { hour: 0, places: 0 };
    try {
      const { hour, places } = (readJson(this.#path) ?? none) as GivenPlaces;
      return Number.isSafeInteger(hour) && Number.isSafeInteger(places) && places >= 0 ? { hour, places } : none;
    } catch {
      return none; // Damaged: an hour may then get its places once more, which costs some samples and no more.
    }
  }

  /** False where the disk refuses: the places are given all the same, and a restart may give them once more. */
  save(given: GivenPlaces): boolean {
    try {
      writeDurableJson(this.#path, given);
      return true;
    } catch {
      return false; // The caller is told by the result.
    }
  }
}

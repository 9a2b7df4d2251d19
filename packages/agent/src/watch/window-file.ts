// agent/watch: what a closed window leaves behind for the next start: the number of the next one, and the verdict so far.

import { readJson, writeDurableJson } from '../durable-file.ts';
import { type VerdictState, verdict_at_first } from './verdict.ts';

export interface WindowState {
  readonly bundle: string;
  readonly next_window: number;
  readonly verdict: VerdictState;
}

export class WindowFile {
  readonly #path: string;

  constructor(folder: string) {
    this.#path = `${folder}/windows.json`;
  }

  /** The state for a bundle; a bundle that was not watched last begins anew. */
  load(bundle: string): WindowState {
    const fresh = { bundle, next_window: 0, verdict: verdict_at_first };
    let stored: WindowState | undefined;
    try {
      stored = readJson(this.#path) as WindowState | undefined;
    } catch {
      return fresh; // Damaged: numbers start again; the server knows a window by its outbox seq, not by this number.
    }
    if (stored?.bundle !== bundle || !Number.isSafeInteger(stored.next_window) || !Array.isArray(stored.verdict?.drifted)) return fresh;
    return { ...stored, verdict: { ...verdict_at_first, ...stored.verdict } }; // an agent before this one kept no streaks: they begin anew
  }

  /** False where the disk refuses: then a number may be given twice after a restart, which the server does not build on. */
  save(state: WindowState): boolean {
    try {
      writeDurableJson(this.#path, state);
      return true;
    } catch {
      return false; // The window itself goes to the outbox, which counts what it cannot keep.
    }
  }
}

// agent/capture: decodes what the ring reader gives, with the names that the app wrote beside the ring.

import { statSync } from 'node:fs';
import { type Inference, decodeInference } from '@holdfast/protocol';
import { type Names, namesPath, readNames } from '../sdk/names-file.ts';
import { type RingMark, RingReader } from './ring-reader.ts';

export type TakeInference = (inference: Inference, replayed: boolean) => void;

/** Polls between two looks at the file of names: one second at 20 ms. */
const polls_between_looks = 50;

export class InferenceSource {
  readonly #path: string;
  readonly #reader: RingReader;
  readonly #on_names: (names: Names | null) => void;
  #polls = 0;
  #names_version = '';
  #attached = 0;
  /** Records that are whole but no inference of version 1. */
  unreadable = 0;

  constructor(path: string, on_names: (names: Names | null) => void) {
    this.#path = path;
    this.#reader = new RingReader(path);
    this.#on_names = on_names;
  }

  get lost(): number {
    return this.#reader.lost;
  }

  /** An app has written a ring since the start. */
  get hasApp(): boolean {
    return this.#reader.attached > 0;
  }

  poll(take: TakeInference): number {
    if (this.#polls++ % polls_between_looks === 0) this.#lookAtNames();
    return this.#reader.poll((payload, replayed) => {
      // Names are written before the ring is; so they are there with the first record of a new ring.
      if (this.#reader.attached !== this.#attached) this.#lookAtNames();
      const inference = decodeInference(payload);
      if (inference) take(inference, replayed);
      else this.unreadable++;
    });
  }

  mark(): RingMark {
    return this.#reader.mark();
  }

  windowIsSafe(mark: RingMark): void {
    this.#reader.windowIsSafe(mark);
  }

  close(): void {
    this.#reader.close();
  }

  #lookAtNames(): void {
    this.#attached = this.#reader.attached;
    const version = versionOf(namesPath(this.#path));
    if (version === this.#names_version) return;
    this.#names_version = version;
    this.#on_names(readNames(this.#path));
  }
}

function versionOf(path: string): string {
  try {
    const status = statSync(path);
    return `${status.ino}.${status.mtimeMs}`;
  } catch {
    return ''; // The app gave no names.
  }
}

// agent/watch: the profile that this device made of its own first inferences, where the bundle brought none: kept for the next start, so that windows
// before and after it count on the same bins. It is of one bundle and of one set of names that the app gave; another makes it anew.
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { type ReferenceProfile, parseProfile, profile_limits } from '@holdfast/stats';
import { writeDurableJson } from '../durable-file.ts';
import type { Names } from '../sdk/names-file.ts';
import { WarmingFile } from './warming-file.ts';
import type { WatchedProfile } from './watched-bundle.ts';

interface Stored {
  readonly bundle: string;
  readonly names: Names | null;
  readonly profile: string;
}

export class WarmUpFile {
  readonly #path: string;
  /** How far one has come that is not over. */
  readonly warming: WarmingFile;

  constructor(folder: string) {
    this.#path = `${folder}/warm-up.json`;
    this.warming = new WarmingFile(folder);
  }

  /** The profile, or null where there is none for this bundle and these names. */
  load(bundle: string, names: Names | null): WatchedProfile | null {
    try {
      if (statSync(this.#path).size > 2 * profile_limits.text_chars_max) return null;
      const stored = JSON.parse(readFileSync(this.#path, 'utf8')) as Stored;
      const is_it = stored.bundle === bundle && JSON.stringify(stored.names) === JSON.stringify(names);
      return is_it ? watchedText(stored.profile) : null;
    } catch {
      return null; // Absent or damaged: the next inferences make it anew.
    }
  }

  /** Gives what is watched from now on, and its text. Where the disk refuses, the next start warms up again. */
  save(bundle: string, names: Names | null, profile: ReferenceProfile): { watched: WatchedProfile; text: string } {
    const text = `${JSON.stringify(profile)}\n`;
    const stored: Stored = { bundle, names, profile: text };
    try {
      writeDurableJson(this.#path, stored);
      this.warming.remove();
    } catch {
      // The profile is used and sent all the same.
    }
    return { watched: watchedText(text), text };
  }
}

/** The digest of the text is the key that its windows go by, on the server too. */
function watchedText(text: string): WatchedProfile {
  return { digest: createHash('sha256').update(text).digest('hex'), profile: parseProfile(text) };
}

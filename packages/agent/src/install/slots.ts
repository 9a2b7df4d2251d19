// agent/install: the slots: one folder a bundle, `slots/<digest>`, and the pointer file `current`, moved by one rename.
// A slot is there whole or not at all: it is filled under another name, synced to disk, then renamed.

import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDigest } from '@holdfast/base';
import { type BundleManifest, checkManifest } from '@holdfast/protocol';
import { readJson, syncFolder, writeDurable, writeDurableJson } from '../durable-file.ts';

export class Slots {
  readonly #folder: string;
  readonly #slots: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.#slots = join(folder, 'slots');
    mkdirSync(this.#slots, { recursive: true });
  }

  folderOf(digest: string): string {
    return join(this.#slots, digest);
  }

  /** Digest of the bundle that the program runs, or null. */
  current(): string | null {
    let text: string;
    try {
      text = readFileSync(join(this.#folder, 'current'), 'utf8').trim();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
    // A pointer to a slot that is gone (a damaged disk) points to nothing.
    return isDigest(text) && this.#names().includes(text) ? text : null;
  }

  point(digest: string | null): void {
    if (digest !== null) writeDurable(join(this.#folder, 'current'), `${digest}\n`);
    else {
      rmSync(join(this.#folder, 'current'), { force: true });
      syncFolder(this.#folder);
    }
  }

  /** The manifest of a whole slot, or null where there is no such slot. */
  manifest(digest: string): BundleManifest | null {
    if (!this.#names().includes(digest)) return null;
    const value = readJson(join(this.#slots, `${digest}.json`));
    return value === undefined ? null : checkManifest(value);
  }

  /** An empty folder to unpack into; what an earlier try has left is removed. */
  begin(digest: string): string {
    const folder = join(this.#slots, `${digest}.new`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    return folder;
  }

  /** Makes the unpacked folder the slot. Its files and folders must be synced already. */
  finish(digest: string, manifest: BundleManifest): void {
    writeDurableJson(join(this.#slots, `${digest}.json`), manifest);
    rmSync(this.folderOf(digest), { recursive: true, force: true });
    renameSync(join(this.#slots, `${digest}.new`), this.folderOf(digest));
    syncFolder(this.#slots);
  }

  /** Removes every slot but those named, and what was left half done. */
  keepOnly(digests: readonly (string | null)[]): void {
    for (const name of this.#names()) {
      if (!digests.includes(name.replace(/\.json$/, ''))) rmSync(join(this.#slots, name), { recursive: true, force: true });
    }
  }

  #names(): string[] {
    return readdirSync(this.#slots);
  }
}

// monitors: the words of a profile that a device made, which has their codes alone: named by the packaged profiles, and by the words.json, of the bundles of the model's
// last versions. Only what is shown is changed: evidence and verdicts go by codes.
import { HoldfastError } from '@holdfast/base';
import type { Registry } from '@holdfast/registry';
import { KnownWords, type ReferenceProfile, hasCodes, parseWords } from '@holdfast/stats';
import type { Profiles } from './profiles.ts';

const last_versions = 20;

export class WordsOfModels {
  readonly #registry: Registry;
  readonly #profiles: Profiles;

  constructor(registry: Registry, profiles: Profiles) {
    this.#registry = registry;
    this.#profiles = profiles;
  }

  async named(model: string, profile: ReferenceProfile): Promise<ReferenceProfile> {
    if (!hasCodes(profile)) return profile;
    const known = new KnownWords();
    for (const { version } of (await this.#registry.versions(model)).slice(0, last_versions))
      for (const { digest, profile: packaged } of await this.#registry.bundles(model, version)) {
        await this.#addList(known, digest);
        const found = packaged === '' ? null : await this.#profiles.find(packaged);
        if (found && 'profile' in found) known.addProfile(found.profile);
      }
    return known.named(profile);
  }

  async #addList(known: KnownWords, bundle: string): Promise<void> {
    try {
      const file = (await this.#registry.bundleFiles(bundle)).find(({ path }) => path === 'words.json');
      if (!file) return;
      for (const [name, words] of parseWords(new TextDecoder().decode(await this.#registry.blobs.bytes(file.digest)))) known.add(`input.${name}`, words);
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.retryable) throw error;
      // its file is gone, or was written by other rules: its words go by their codes
    }
  }
}

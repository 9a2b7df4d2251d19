// The profiles that windows are judged by: from the blobs of the registry, or made and sent by a device whose bundle had none. A device names its profile by digest, so it may name anything:
// what cannot be read is told with its reason and must not stop the windows of others.
import { HoldfastError } from '@holdfast/base';
import type { Registry } from '@holdfast/registry';
import { type ProfileLaw, type ReferenceProfile, parseProfile, profileLaw, profile_limits } from '@holdfast/stats';
import type { Telemetry } from '@holdfast/telemetry';

/** Why a window is not judged. */
export const not_judged_reasons = {
  profile_unknown: 'its reference profile is not on this server',
  profile_unusable: 'what it names as its reference profile is none',
  profile_replaced: 'it came late, and the device runs on another reference profile since',
  future: 'it ends in the future',
  twice: 'it came before',
} as const;
export type NotJudgedReason = keyof typeof not_judged_reasons;

export type FoundProfile = { readonly profile: ReferenceProfile; readonly law: ProfileLaw } | { readonly reason: NotJudgedReason; readonly detail: string };

const cached_max = 100;

export class Profiles {
  readonly #registry: Registry;
  readonly #telemetry: Telemetry;
  readonly #cached = new Map<string, FoundProfile>();

  constructor(registry: Registry, telemetry: Telemetry) {
    this.#registry = registry;
    this.#telemetry = telemetry;
  }

  async find(digest: string): Promise<FoundProfile> {
    const cached = this.#cached.get(digest);
    if (cached) return cached;
    const found = await this.#read(digest);
    if ('reason' in found && found.reason === 'profile_unknown') return found; // it may still come
    if (this.#cached.size >= cached_max) this.#cached.clear();
    this.#cached.set(digest, found);
    return found;
  }

  async #read(digest: string): Promise<FoundProfile> {
    const stat = await this.#registry.blobs.stat(digest);
    if (!stat) return this.#ofDevice(digest);
    if (stat.size_bytes > profile_limits.text_chars_max)
      return { reason: 'profile_unusable', detail: `${stat.size_bytes} bytes, expected ${profile_limits.text_chars_max} at most` };
    return parsed(new TextDecoder().decode(await this.#registry.blobs.bytes(digest)));
  }

  async #ofDevice(digest: string): Promise<FoundProfile> {
    const text = await this.#telemetry.deviceProfile(digest);
    return text === null ? { reason: 'profile_unknown', detail: digest } : parsed(text);
  }
}

function parsed(text: string): FoundProfile {
  try {
    const profile = parseProfile(text);
    return { profile, law: profileLaw(profile) };
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return { reason: 'profile_unusable', detail: error.message };
  }
}

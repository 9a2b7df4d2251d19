// monitors: the monitors that came to devices with the bundles of a model version, and the features that each may name: what a device says of its own monitors is
// held against it. Bundles are named by their content, so what was read of one stays true.
import { HoldfastError } from '@holdfast/base';
import type { Registry } from '@holdfast/registry';
import { MonitorSet, parsePlan } from '@holdfast/stats';

/** By the name of the monitor. */
export type OwnMonitors = ReadonlyMap<string, ReadonlySet<string>>;

const none: OwnMonitors = new Map();
const cached_max = 200;
const output = 'output.';
/** An agent of before does not say of which version its monitor is: one of the last, the newest first. */
const last_versions = 20;

export class BundleMonitors {
  readonly #registry: Registry;
  readonly #cached = new Map<string, OwnMonitors>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** Of all bundles of a version, whatever platform they are for; of the last versions where it is not said which. Null where the registry knows no such version. */
  async of(model: string, version: number | null): Promise<OwnMonitors | null> {
    const versions = version === null ? await this.#lastOf(model) : (await this.#isKnown(model, version)) ? [version] : [];
    if (versions.length === 0) return null;
    const found = new Map<string, Set<string>>();
    for (const one of versions)
      for (const { digest } of await this.#registry.bundles(model, one))
        for (const [name, features] of await this.#ofBundle(digest)) found.set(name, new Set([...(found.get(name) ?? []), ...features]));
    return found;
  }

  async #isKnown(model: string, version: number): Promise<boolean> {
    try {
      await this.#registry.version(model, version);
      return true;
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.code !== 'HF-REG-003') throw error;
      return false;
    }
  }

  async #lastOf(model: string): Promise<number[]> {
    return (await this.#registry.versions(model)).slice(0, last_versions).map((one) => one.version);
  }

  async #ofBundle(digest: string): Promise<OwnMonitors> {
    const cached = this.#cached.get(digest);
    if (cached) return cached;
    const own = await this.#read(digest);
    if (own === null) return none;
    if (this.#cached.size >= cached_max) this.#cached.clear();
    this.#cached.set(digest, own);
    return own;
  }

  /** Null where it cannot be read now; it is asked for again the next time. */
  async #read(digest: string): Promise<OwnMonitors | null> {
    try {
      const file = (await this.#registry.bundleFiles(digest)).find(({ path }) => path === 'monitors.json');
      return file ? named(new TextDecoder().decode(await this.#registry.blobs.bytes(file.digest))) : none;
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.retryable) throw error;
      return null; // its file is gone, or was written by other rules: nothing is known of it, and the firings of others must go on
    }
  }
}

/** A test of named values may name any of them; every other monitor looks at one thing. */
function named(text: string): OwnMonitors {
  const plan = parsePlan(text);
  return new Map(
    new MonitorSet(plan).monitors.map(({ name, monitor }, i) => {
      const { reference } = plan.monitors[i]!;
      if (reference) return [name, new Set(Object.keys(reference).map((key) => (key.startsWith(output) ? key : `${output}${key}`)))];
      return [name, new Set(monitor.feature === null ? [] : [monitor.feature])];
    }),
  );
}

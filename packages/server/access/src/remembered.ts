// access: what was found out about somebody, remembered for a short while: who a secret belongs to (a passphrase costs a tenth of a second to check, and
// scripts send it with each request), and what a subject was granted.
import { hashToken } from './secrets.ts';

/** A change of this server counts at once; one of another server on the same database after this time. */
const life_ms = 30_000;
const entries_max = 1_000;

interface Entry<T> {
  readonly found: Promise<T>;
  readonly until_ms: number;
}

export class Remembered<T> {
  readonly #entries = new Map<string, Entry<T>>();

  /** What it is, as found before or now; requests that come together are one check. A refusal is not remembered. */
  of(secret: string, now_ms: number, find: () => Promise<T>): Promise<T> {
    const key = hashToken(secret);
    const known = this.#entries.get(key);
    if (known && known.until_ms > now_ms) return known.found;
    const found = find();
    this.#entries.delete(key);
    this.#entries.set(key, { found, until_ms: now_ms + life_ms });
    found.catch(() => this.#entries.delete(key));
    if (this.#entries.size > entries_max) this.#entries.delete(this.#entries.keys().next().value!);
    return found;
  }
  clear(): void {
    this.#entries.clear();
  }
}

// access: who a secret belongs to, remembered for a short while: a passphrase costs a tenth of a second to check, and scripts send it with each request.
import { hashToken } from './secrets.ts';
import type { Principal } from './types.ts';

/** A change of this server counts at once; one of another server on the same database after this time. */
const life_ms = 30_000;
const entries_max = 1_000;

interface Entry {
  readonly principal: Promise<Principal>;
  readonly until_ms: number;
}

export class Remembered {
  readonly #entries = new Map<string, Entry>();

  /** Who it is, as found before or now; requests that come together are one check. A refusal is not remembered. */
  of(secret: string, now_ms: number, find: () => Promise<Principal>): Promise<Principal> {
    const key = hashToken(secret);
    const known = this.#entries.get(key);
    if (known && known.until_ms > now_ms) return known.principal;
    const principal = find();
    this.#entries.delete(key);
    this.#entries.set(key, { principal, until_ms: now_ms + life_ms });
    principal.catch(() => this.#entries.delete(key));
    if (this.#entries.size > entries_max) this.#entries.delete(this.#entries.keys().next().value!);
    return principal;
  }
  clear(): void {
    this.#entries.clear();
  }
}

// Webhooks: makes the calls that are due, some at a time, outside of any transaction. A call that died with its server is made again when its lease is over.
import { type Clock, type RandomBytes, backOff_ms } from '@holdfast/base';
import { type Db, announce } from '@holdfast/postgres';
import { type Mail, mail_deadline_ms } from './mail.ts';
import { type Sending, call_deadline_ms, post } from './post.ts';
import type { Outcome } from './types.ts';
import * as table from './webhook-table.ts';

const calls_max = 16;
const calls_each = 2;
const attempts_max = 15;
/** Longer than a call may take: whoever holds an older lease is over. */
const leases_ms = { call: call_deadline_ms + 5_000, mail: mail_deadline_ms + 5_000 } as const;
export const lease_ms_max = Math.max(leases_ms.call, leases_ms.mail);
const kept_max = 100;
/** Fifteen tries are spread over three to six hours: a receiver that is mended within a morning misses nothing. */
const rule = { base_ms: 2_000, max_ms: 7_200_000 } as const;

export interface DeliveryOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly allow_private: boolean;
  readonly mail: Mail;
  readonly on_error: (error: Error) => void;
}

export class Deliveries {
  readonly #o: DeliveryOptions;
  readonly #calls = new Map<Promise<void>, string>();
  readonly #stop = new AbortController();

  constructor(options: DeliveryOptions) {
    this.#o = options;
  }

  /** Starts the calls that are due and that there is room for. It waits for none of them: whoever is free again says so. */
  async turn(): Promise<false> {
    const all = calls_max - this.#calls.size;
    if (all <= 0 || this.#stop.signal.aborted) return false;
    const counts = Map.groupBy(this.#calls.values(), (webhook) => webhook);
    const busy = [...counts].filter(([, calls]) => calls.length >= calls_each).map(([webhook]) => webhook);
    const now_ms = this.#o.clock.wall_ms();
    const claims = await table.claim(this.#o.db, { now_ms, leases_ms }, { all, each: calls_each, busy });
    for (const claim of claims) this.#start(claim);
    return false;
  }
  /** Ends the calls at hand; what came of none of them is known, so they are made again. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('the server stops'));
    await Promise.all(this.#calls.keys());
  }

  /** Sends once, now. Never fails: what went wrong is in the outcome. */
  send(sending: Sending): Promise<Outcome> {
    if (sending.kind === 'email') return this.#o.mail.send(sending, this.#stop.signal);
    return post(sending, { allow_private: this.#o.allow_private, stop: this.#stop.signal });
  }

  #start(claim: table.Claim): void {
    const call: Promise<void> = this.#call(claim)
      .catch((error: unknown) => this.#o.on_error(error as Error)) // its lease ends, and it is tried again
      .finally(() => this.#calls.delete(call));
    this.#calls.set(call, claim.webhook);
  }
  async #call(claim: table.Claim): Promise<void> {
    const outcome = await this.send({ ...claim, at_ms: this.#o.clock.wall_ms() });
    if (this.#stop.signal.aborted && outcome.error !== null) return;
    await this.#o.db.transaction().execute(async (trx) => {
      const now_ms = this.#o.clock.wall_ms();
      const end = this.#endOf(claim, outcome, now_ms);
      if (!(await table.finish(trx, claim, now_ms, { ...end, outcome }))) return;
      if (end.state !== 'waiting') await table.forgetOld(trx, claim.webhook, kept_max);
      await announce(trx, 'webhooks');
    });
  }
  #endOf({ attempts }: table.Claim, { error }: Outcome, now_ms: number) {
    if (error === null) return { state: 'delivered', next_ms: now_ms } as const;
    if (attempts >= attempts_max) return { state: 'failed', next_ms: now_ms } as const;
    const bytes = this.#o.random(4);
    const chance = ((bytes[0]! << 16) | (bytes[1]! << 8) | bytes[2]!) / 0x1000000;
    // half of the wait is sure, so that a receiver gets the time to come back
    const wait_ms = backOff_ms(attempts - 1, rule, () => 0.5 + chance / 2);
    return { state: 'waiting', next_ms: Math.ceil(now_ms + wait_ms) } as const;
  }
}

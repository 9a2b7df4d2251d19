// access: the audit of every room: who changed what, with before and after, as rows that are never changed. Written in the transaction of the change.
import { type Clock, failure } from '@holdfast/base';
import type { Audit } from '@holdfast/postgres';
import { addAudit } from './audit-table.ts';

/** The port that main hands to the rooms. A row outside of the transaction of its change could be alone in the world: HF-ACCESS-012. */
export function makeAudit(clock: Clock): Audit {
  return async (trx, { by, action, object, before, after }) => {
    if (!trx.isTransaction) throw failure('HF-ACCESS-012', { action });
    await addAudit(trx, { at_ms: clock.wall_ms(), actor: by.name, action, object, before: clean(before), after: clean(after), source: by.source });
  };
}

const kept_chars_max = 20_000;
/** Names whose values may be secrets: rooms give none, but settings of people (the params of an execution, the `env` of a step) may hold some. */
const secret_keys = new Set(['passphrase', 'password', 'secret', 'token', 'hash', 'private_key', 'env']);

/** A value as the audit keeps it: without secrets, and no longer than a person reads. */
export function clean(value: unknown): unknown {
  const text = JSON.stringify(value ?? null, (key, inner: unknown) => (secret_keys.has(key.toLowerCase()) ? '(hidden)' : inner));
  return text.length > kept_chars_max ? { left_out_chars: text.length } : (JSON.parse(text) as unknown);
}

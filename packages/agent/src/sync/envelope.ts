// agent/sync: opening a DSSE envelope. Nothing of its payload is looked at before a signature of a trusted key fits.

import { createPublicKey, verify } from 'node:crypto';
import { failure } from '@holdfast/base';
import { type Envelope, preAuthEncoding } from '@holdfast/protocol';
import type { TrustedKey } from '../identity.ts';

const signatures_max = 16;

/** Ids of the keys that an envelope claims, for a sentence; and its payload, or null where no trusted key signed it. */
export interface Opened {
  readonly payload: Uint8Array | null;
  readonly keyids: string;
}

export function openEnvelope(envelope: Envelope, payload_type: string, keys: readonly TrustedKey[]): Opened {
  const signatures = Array.isArray(envelope?.signatures) ? envelope.signatures.slice(0, signatures_max) : [];
  const keyids = signatures.map((signature) => String(signature?.keyid).slice(0, 100)).join(', ') || 'none';
  if (envelope?.payloadType !== payload_type || typeof envelope.payload !== 'string') return { payload: null, keyids };
  const payload = decoded(envelope.payload);
  if (payload === null) return { payload: null, keyids };
  const signed = preAuthEncoding(payload_type, payload);
  const fits = signatures.some((signature) => keys.some((key) => key.keyid === signature?.keyid && verifies(signed, key, signature.sig)));
  return { payload: fits ? payload : null, keyids };
}

/** Node's decoder passes over what is no base64; here bytes have one text, so that a flipped letter is seen. */
function decoded(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

function verifies(signed: Uint8Array, key: TrustedKey, signature: unknown): boolean {
  if (typeof signature !== 'string') return false;
  const bytes = decoded(signature);
  if (bytes === null) return false;
  const public_key = createPublicKey({ key: Buffer.from(key.public_key, 'base64'), format: 'der', type: 'spki' });
  return public_key.asymmetricKeyType === 'ed25519' && verify(null, signed, public_key, bytes);
}

/** The payload as JSON. Fails with HF-BUNDLE-003 or HF-AGENT-006, whichever fits what was signed. */
export function openJson(envelope: Envelope, payload_type: string, keys: readonly TrustedKey[], code: 'HF-BUNDLE-003' | 'HF-AGENT-006'): unknown {
  const { payload, keyids } = openEnvelope(envelope, payload_type, keys);
  if (payload === null) throw failure(code, { saw: keyids });
  return JSON.parse(new TextDecoder().decode(payload));
}

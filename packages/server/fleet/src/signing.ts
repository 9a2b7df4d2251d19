// The release key: the server signs desired states and bundles with it, and devices learn its public half when they join.
import { type KeyObject, createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { failure } from '@holdfast/base';
import type { Db } from '@holdfast/postgres';
import { type Envelope, preAuthEncoding } from '@holdfast/protocol';
import { type ReleaseKeyRow, insertReleaseKey, listReleaseKeys, lockReleaseKeys } from './join-table.ts';

export interface ReleaseKeys {
  /** What devices are told: key id and Ed25519 SPKI DER, base64; newest first. */
  readonly public: readonly { readonly keyid: string; readonly public_key: string }[];
  /** A DSSE envelope over the payload, by the newest key. */
  sign(payload_type: string, payload: Uint8Array): Envelope;
}

function makeRow(now_ms: number): ReleaseKeyRow {
  const pair = generateKeyPairSync('ed25519');
  const spki = pair.publicKey.export({ type: 'spki', format: 'der' });
  return {
    keyid: createHash('sha256').update(spki).digest('hex').slice(0, 16),
    public_key: spki.toString('base64'),
    private_key: pair.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    created_ms: now_ms,
  };
}

/** Reads the keys, and makes the first one where there is none; of two servers that start at once one makes it. */
export async function openReleaseKeys(db: Db, now_ms: number): Promise<ReleaseKeys> {
  const rows = await db.transaction().execute(async (trx) => {
    await lockReleaseKeys(trx);
    if ((await listReleaseKeys(trx)).length === 0) await insertReleaseKey(trx, makeRow(now_ms));
    return listReleaseKeys(trx);
  });
  const newest = rows[0]!;
  const key = createPrivateKey({ key: Buffer.from(newest.private_key, 'base64'), format: 'der', type: 'pkcs8' });
  return {
    public: rows.map(({ keyid, public_key }) => ({ keyid, public_key })),
    sign(payload_type, payload) {
      const sig = sign(null, preAuthEncoding(payload_type, payload), key).toString('base64');
      return { payloadType: payload_type, payload: Buffer.from(payload).toString('base64'), signatures: [{ keyid: newest.keyid, sig }] };
    },
  };
}

/** An Ed25519 public key from SPKI DER in base64. Fails with HF-FLEET-002. */
export function readDeviceKey(base64: string): KeyObject {
  try {
    const key = createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (cause) {
    throw failure('HF-FLEET-002', {}, cause);
  }
  throw failure('HF-FLEET-002');
}

export function signatureFits(key: KeyObject, text: string, signature: string): boolean {
  return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
}

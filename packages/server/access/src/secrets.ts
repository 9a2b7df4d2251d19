// Secrets: passphrases are kept as Argon2id, random tokens as SHA-256 (they have 160 bits, a slow hash adds nothing).
import { argon2, createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { failure } from '@holdfast/base';

/** OWASP Password Storage Cheat Sheet (2023), Argon2id: 19 MiB, 2 passes, 1 lane. */
const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const;
export const passphrase_length_min = 12;

export function hashToken(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Equal in constant time. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(hashToken(a), 'hex'), Buffer.from(hashToken(b), 'hex'));
}

function derive(passphrase: string, nonce: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    argon2('argon2id', { message: passphrase.normalize('NFKC'), nonce, ...cost }, (error, tag) => (error ? reject(error) : resolve(tag)));
  });
}

/** `argon2id$nonce$tag` (base64). Fails with HF-ACCESS-005 where the passphrase is short. */
export async function hashPassphrase(passphrase: string): Promise<string> {
  if (passphrase.length < passphrase_length_min) throw failure('HF-ACCESS-005', { saw: passphrase.length, expected: passphrase_length_min });
  const nonce = randomBytes(16);
  return `argon2id$${nonce.toString('base64')}$${(await derive(passphrase, nonce)).toString('base64')}`;
}

/** Takes as long for a user that does not exist (`stored` null) as for one that does. */
export async function checkPassphrase(passphrase: string, stored: string | null): Promise<boolean> {
  const [, nonce = '', tag = ''] = (stored ?? `argon2id$${Buffer.alloc(16).toString('base64')}$${Buffer.alloc(32).toString('base64')}`).split('$');
  const seen = await derive(passphrase, Buffer.from(nonce, 'base64'));
  return timingSafeEqual(seen, Buffer.from(tag, 'base64')) && stored !== null;
}

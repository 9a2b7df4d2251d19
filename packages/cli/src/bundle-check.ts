// A bundle file, checked as a device checks it: signature by the given key, each file's size and digest. No server is asked.
import { type KeyObject, createHash, createPublicKey } from 'node:crypto';
import { existsSync } from 'node:fs';
import { verifyBundle } from '@holdfast/agent';
import { failure } from '@holdfast/base';
import { digestOf, fileSize, readText } from './files.ts';

export async function verifyBundleFile(file: string, key: string) {
  const [size_bytes, digest] = [await fileSize(file), await digestOf(file)];
  const keys = await readKeys(key);
  const { model, target, created_ms, files } = await verifyBundle(file, { digest, size_bytes, keys, platform: null });
  return { digest, size_bytes, model: model.name, version: model.version, target: `${target.os}/${target.arch}`, created_ms, files };
}

/** PEM, or SPKI DER in base64, one a line (`holdfast release-key ls` prints it behind its id): from a file, or as it stands. */
async function readKeys(given: string): Promise<{ keyid: string; public_key: string }[]> {
  const text = existsSync(given) ? await readText(given) : given;
  const pem = /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/.exec(text)?.[0];
  const words = pem === undefined ? text.split(/\s+/).filter((word) => word.length > 40) : [];
  const found = [...(pem === undefined ? [] : [keyOf(pem)]), ...words.map((word) => keyOf({ key: Buffer.from(word, 'base64'), format: 'der', type: 'spki' }))];
  const keys = found.filter((k) => k?.asymmetricKeyType === 'ed25519').map((k) => k!.export({ format: 'der', type: 'spki' }));
  if (keys.length === 0)
    throw failure('HF-CLI-006', {
      option: '--key',
      saw: JSON.stringify(given.slice(0, 80)),
      expected: 'an Ed25519 public key: a file, PEM or base64',
      command: 'bundle verify',
    });
  return keys.map((spki) => ({ keyid: createHash('sha256').update(spki).digest('hex').slice(0, 16), public_key: spki.toString('base64') }));
}

function keyOf(source: string | { key: Buffer; format: 'der'; type: 'spki' }): KeyObject | null {
  try {
    return createPublicKey(source);
  } catch {
    return null; // no key: the caller says what was expected
  }
}

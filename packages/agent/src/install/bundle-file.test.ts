// agent/install: no bit of a bundle may change without it being seen, whatever the digest that it is announced with.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DevicePeer } from '../../test/device-peer.ts';
import { verifyBundle } from './bundle-file.ts';

let peer: DevicePeer;
const folder = mkdtempSync(join(tmpdir(), 'holdfast-flips-'));
beforeAll(async () => void (peer = await DevicePeer.start()));
afterAll(async () => {
  await peer.stop();
  rmSync(folder, { recursive: true });
});

/** The code of the refusal, or null where the bytes pass; the digest of the whole is always right, as a thief would make it. */
async function refusalOf(bytes: Uint8Array): Promise<string | null> {
  const path = join(folder, 'one.bundle');
  writeFileSync(path, bytes);
  const digest = createHash('sha256').update(bytes).digest('hex');
  try {
    await verifyBundle(path, { digest, size_bytes: bytes.length, keys: peer.keys, platform: null });
    return null;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

describe('a bundle', () => {
  it('passes as it was signed, and with any one bit flipped it does not (each third one is)', async () => {
    const { bytes } = peer.bundle({ 'model.onnx': 'weights', 'names.txt': 'a\n' });
    expect(await refusalOf(bytes)).toBe(null);
    const wrong: string[] = [];
    for (let bit = 0; bit < bytes.length * 8; bit += 3) {
      const flipped = bytes.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const code = await refusalOf(flipped);
      if (!code?.startsWith('HF-BUNDLE-')) wrong.push(`bit ${bit & 7} of byte ${bit >> 3}: ${code}`);
    }
    expect(wrong).toEqual([]);
  });
});

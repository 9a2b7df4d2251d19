// blobs: what both engines check, so that both say it in the same words.
import { failure, isDigest } from '@holdfast/base';
import type { BlobRange, BlobStat } from './types.ts';

/** A digest comes from outside and becomes a path: nothing else may pass. An odd one names no blob. */
export function checkDigest(digest: string): string {
  if (!isDigest(digest)) throw missing(digest.slice(0, 80));
  return digest;
}

export function missing(digest: string, cause?: unknown): Error {
  return failure('HF-BLOB-001', { digest }, cause);
}

export function checkExpected(saw: string, expected: string | undefined): void {
  if (expected !== undefined && saw !== expected) throw failure('HF-BLOB-002', { saw, expected });
}

export function checkRange(range: BlobRange, stat: BlobStat): void {
  const { from, to } = range;
  const fits = Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0 && from <= to && to <= stat.size_bytes;
  if (!fits) throw failure('HF-BLOB-003', { saw: `${from} to ${to}`, size: stat.size_bytes });
}

export async function* chunksOf(source: Uint8Array | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (source instanceof Uint8Array) yield source;
  else yield* source;
}

// blobs: the port. Both engines keep it; tests/contract holds them to it.
import type { Readable } from 'node:stream';

export interface BlobStat {
  /** SHA-256, 64 lower-case hex digits. */
  readonly digest: string;
  readonly size_bytes: number;
}

export interface BlobRange {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

export interface Blobs {
  /** Stores the bytes, streaming; durable when it resolves. With `expected`, another digest is HF-BLOB-002 and stores nothing. */
  put(source: Uint8Array | AsyncIterable<Uint8Array>, expected?: string): Promise<BlobStat>;
  stat(digest: string): Promise<BlobStat | null>;
  /** HF-BLOB-001 where it is not stored, HF-BLOB-003 for a range outside. */
  read(digest: string, range?: BlobRange): Promise<Readable>;
  bytes(digest: string): Promise<Uint8Array>;
  /** A blob that is not there is fine. */
  remove(digest: string): Promise<void>;
  list(): AsyncIterable<BlobStat>;
}

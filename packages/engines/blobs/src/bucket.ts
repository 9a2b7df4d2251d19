// blobs: the engine on S3 and what speaks it. A small blob is one request; a large one goes to a temporary key in parts,
// because its digest, and so its key, is known only at the end, and is then copied to its key inside of the store.
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import * as s3 from '@aws-sdk/client-s3';
import { HoldfastError, concat, failure, isDigest } from '@holdfast/base';
import { parseBucketUrl } from './bucket-url.ts';
import { checkDigest, checkExpected, checkRange, chunksOf, missing } from './checks.ts';
import type { BlobRange, BlobStat, Blobs } from './types.ts';

const part_bytes = 8 * 1024 * 1024;
/** S3 copies at most 5 GiB in one request; above it a copy goes by parts. */
const copy_bytes_max = 5 * 1024 ** 3;
const copy_part_bytes = 1024 ** 3;

interface Filled {
  readonly parts: s3.CompletedPart[];
  readonly size_bytes: number;
}

type Source = Uint8Array | AsyncIterable<Uint8Array>;

export async function openBucket(url: string): Promise<Blobs> {
  const { bucket, prefix, endpoint, region } = parseBucketUrl(url);
  const client = new s3.S3Client({
    region,
    // some stores keep the framing of the SDK's default checksums as content (reference: s3rver)
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(endpoint === null ? {} : { endpoint, forcePathStyle: true }),
  });
  const engine = new BucketBlobs(client, bucket, prefix);
  await engine.guard(() => client.send(new s3.HeadBucketCommand({ Bucket: bucket })));
  return engine;
}

// not named `Bucket`: tsc 7.0.2 writes the key `Bucket` of an object literal inside of a class `Bucket` as `_a`
class BucketBlobs implements Blobs {
  readonly #client: s3.S3Client;
  readonly #bucket: string;
  readonly #prefix: string;

  constructor(client: s3.S3Client, bucket: string, prefix: string) {
    this.#client = client;
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  async put(source: Source, expected?: string): Promise<BlobStat> {
    const hash = createHash('sha256');
    const parts = partsOf(source, (chunk) => hash.update(chunk));
    const first = await parts.next();
    const head = first.done ? new Uint8Array(0) : first.value;
    if (head.length < part_bytes) {
      const digest = hash.digest('hex');
      checkExpected(digest, expected);
      await this.guard(() => this.#client.send(new s3.PutObjectCommand({ ...this.#at(this.#key(digest)), Body: head })));
      return { digest, size_bytes: head.length };
    }
    return this.#putLarge(head, parts, () => hash.digest('hex'), expected);
  }

  async stat(digest: string): Promise<BlobStat | null> {
    if (!isDigest(digest)) return null;
    try {
      const found = await this.#client.send(new s3.HeadObjectCommand(this.#at(this.#key(digest))));
      return { digest, size_bytes: found.ContentLength ?? 0 };
    } catch (error) {
      if (isMissing(error)) return null;
      throw unusable(error);
    }
  }

  async read(digest: string, range?: BlobRange): Promise<Readable> {
    checkDigest(digest);
    if (range !== undefined) {
      const found = await this.stat(digest);
      if (found === null) throw missing(digest);
      checkRange(range, found);
      if (range.from === range.to) return Readable.from([]); // HTTP has no empty range
    }
    const part = range === undefined ? {} : { Range: `bytes=${range.from}-${range.to - 1}` };
    try {
      const found = await this.#client.send(new s3.GetObjectCommand({ ...this.#at(this.#key(digest)), ...part }));
      return found.Body as Readable;
    } catch (error) {
      throw isMissing(error) ? missing(digest, error) : unusable(error);
    }
  }

  async bytes(digest: string): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of await this.read(digest)) chunks.push(chunk as Uint8Array);
    return concat(chunks);
  }

  async remove(digest: string): Promise<void> {
    if (isDigest(digest)) await this.#delete(this.#key(digest));
  }

  async *list(): AsyncGenerator<BlobStat> {
    let token: string | undefined;
    do {
      const more = token === undefined ? {} : { ContinuationToken: token };
      const page = await this.guard(() => this.#client.send(new s3.ListObjectsV2Command({ Bucket: this.#bucket, Prefix: this.#prefix, ...more })));
      for (const one of page.Contents ?? []) {
        const digest = one.Key?.slice(one.Key.lastIndexOf('/') + 1) ?? '';
        if (isDigest(digest)) yield { digest, size_bytes: one.Size ?? 0 };
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  /** Errors of the store become errors of the catalogue. */
  async guard<T>(use: () => Promise<T>): Promise<T> {
    try {
      return await use();
    } catch (error) {
      throw unusable(error);
    }
  }

  #key(digest: string): string {
    return `${this.#prefix}${digest.slice(0, 2)}/${digest}`;
  }

  #at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: key };
  }

  async #delete(key: string): Promise<void> {
    await this.guard(() => this.#client.send(new s3.DeleteObjectCommand(this.#at(key))));
  }

  async #putLarge(head: Uint8Array, rest: AsyncGenerator<Uint8Array>, digestOf: () => string, expected?: string): Promise<BlobStat> {
    const draft = this.#at(`${this.#prefix}incoming/${randomBytes(16).toString('hex')}`);
    const size_bytes = await this.#multipart(draft, async (upload) => this.#uploadParts(draft, upload, head, rest));
    try {
      const digest = digestOf();
      checkExpected(digest, expected);
      await this.#copy(draft, this.#at(this.#key(digest)), size_bytes);
      return { digest, size_bytes };
    } finally {
      await this.#delete(draft.Key);
    }
  }

  /** Opens an upload, lets `fill` send its parts, and completes it; after an error nothing stays in the store. */
  async #multipart(at: { Bucket: string; Key: string }, fill: (upload: string) => Promise<Filled>): Promise<number> {
    const { UploadId: upload = '' } = await this.guard(() => this.#client.send(new s3.CreateMultipartUploadCommand(at)));
    try {
      const { parts, size_bytes } = await fill(upload);
      const done = { ...at, UploadId: upload, MultipartUpload: { Parts: parts } };
      await this.guard(() => this.#client.send(new s3.CompleteMultipartUploadCommand(done)));
      return size_bytes;
    } catch (error) {
      // the first error is the one to report; a rule of the bucket removes what could not be aborted
      await this.#client.send(new s3.AbortMultipartUploadCommand({ ...at, UploadId: upload })).catch(() => undefined);
      throw error;
    }
  }

  async #uploadParts(at: { Bucket: string; Key: string }, upload: string, head: Uint8Array, rest: AsyncGenerator<Uint8Array>): Promise<Filled> {
    const parts: s3.CompletedPart[] = [];
    let size_bytes = 0;
    let body: Uint8Array | undefined = head;
    while (body !== undefined) {
      const part = { ...at, UploadId: upload, PartNumber: parts.length + 1, Body: body };
      const sent = await this.guard(() => this.#client.send(new s3.UploadPartCommand(part)));
      parts.push({ ETag: sent.ETag, PartNumber: part.PartNumber });
      size_bytes += body.length;
      const next: IteratorResult<Uint8Array, void> = await rest.next();
      body = next.done ? undefined : next.value;
    }
    return { parts, size_bytes };
  }

  async #copy(from: { Bucket: string; Key: string }, to: { Bucket: string; Key: string }, size_bytes: number): Promise<void> {
    const CopySource = `${from.Bucket}/${from.Key.split('/').map(encodeURIComponent).join('/')}`;
    if (size_bytes <= copy_bytes_max) {
      await this.guard(() => this.#client.send(new s3.CopyObjectCommand({ ...to, CopySource })));
      return;
    }
    await this.#multipart(to, async (upload) => ({ parts: await this.#copyParts(to, upload, CopySource, size_bytes), size_bytes }));
  }

  async #copyParts(to: { Bucket: string; Key: string }, upload: string, CopySource: string, size_bytes: number): Promise<s3.CompletedPart[]> {
    const parts: s3.CompletedPart[] = [];
    for (let from = 0; from < size_bytes; from += copy_part_bytes) {
      const range = `bytes=${from}-${Math.min(from + copy_part_bytes, size_bytes) - 1}`;
      const part = { ...to, UploadId: upload, PartNumber: parts.length + 1, CopySource, CopySourceRange: range };
      const copied = await this.guard(() => this.#client.send(new s3.UploadPartCopyCommand(part)));
      parts.push({ ETag: copied.CopyPartResult?.ETag, PartNumber: part.PartNumber });
    }
    return parts;
  }
}

/** Chunks of any size become parts of exactly `part_bytes`, the last one excepted. Each byte passes `onChunk` once. */
async function* partsOf(source: Source, onChunk: (chunk: Uint8Array) => void): AsyncGenerator<Uint8Array, void> {
  let waiting: Uint8Array[] = [];
  let size_bytes = 0;
  for await (const whole of chunksOf(source)) {
    onChunk(whole);
    for (let at = 0; at < whole.length;) {
      const piece = new Uint8Array(whole.subarray(at, at + part_bytes - size_bytes)); // a copy: the source may use its buffer again
      waiting.push(piece);
      at += piece.length;
      size_bytes += piece.length;
      if (size_bytes < part_bytes) continue;
      yield concat(waiting);
      waiting = [];
      size_bytes = 0;
    }
  }
  if (size_bytes > 0) yield concat(waiting);
}

function isMissing(error: unknown): boolean {
  return error instanceof s3.S3ServiceException && (error.name === 'NoSuchKey' || error.name === 'NotFound');
}

function unusable(error: unknown): unknown {
  if (error instanceof HoldfastError) return error;
  return failure('HF-BLOB-004', { reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error) }, error);
}

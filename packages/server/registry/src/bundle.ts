// Puts a bundle together: a signed manifest, then the files, streamed from the blob store into it; and reads the manifest of one back.
import type { Readable } from 'node:stream';
import type { Blobs } from '@holdfast/blobs';
import { failure } from '@holdfast/base';
import { type BundleFile, type BundleManifest, type Envelope, bundleHeadBytes, checkManifest, encodeBundleHead, payload_types } from '@holdfast/protocol';

/** Signs a payload as a DSSE envelope. */
export type Sign = (payload_type: string, payload: Uint8Array) => Envelope;

export interface BundleParts {
  readonly model: BundleManifest['model'];
  readonly target: BundleManifest['target'];
  readonly created_ms: number;
  readonly files: readonly { readonly path: string; readonly digest: string }[];
}

async function statFile(blobs: Blobs, file: BundleParts['files'][number]): Promise<BundleFile> {
  const stat = await blobs.stat(file.digest);
  if (!stat) throw failure('HF-BLOB-001', { digest: file.digest });
  return { path: file.path, size_bytes: stat.size_bytes, sha256: file.digest };
}

/** Writes the bundle into the blob store; its digest names it. Memory stays bounded whatever the size of the model. */
export async function writeBundle(blobs: Blobs, sign: Sign, parts: BundleParts): Promise<{ digest: string; size_bytes: number }> {
  const files = await Promise.all(parts.files.map((file) => statFile(blobs, file)));
  const manifest = checkManifest({ v: 1, model: parts.model, target: parts.target, created_ms: parts.created_ms, files } satisfies BundleManifest);
  const head = encodeBundleHead(sign(payload_types.bundle, new TextEncoder().encode(JSON.stringify(manifest))));
  return blobs.put(content(blobs, head, files));
}

async function* content(blobs: Blobs, head: Uint8Array, files: readonly BundleFile[]): AsyncIterable<Uint8Array> {
  yield head;
  for (const file of files) {
    const stream: Readable = await blobs.read(file.sha256);
    for await (const chunk of stream) yield chunk as Uint8Array;
  }
}

const start_bytes = 12;

/** The manifest of a bundle of ours, from its head alone. */
export async function readManifest(blobs: Blobs, digest: string): Promise<BundleManifest> {
  const head_bytes = bundleHeadBytes(await readRange(blobs, digest, 0, start_bytes));
  const envelope = JSON.parse(new TextDecoder().decode(await readRange(blobs, digest, start_bytes, head_bytes))) as Envelope;
  return checkManifest(JSON.parse(Buffer.from(envelope.payload, 'base64').toString('utf8')));
}

async function readRange(blobs: Blobs, digest: string, from: number, to: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of await blobs.read(digest, { from, to })) parts.push(part as Uint8Array);
  return Buffer.concat(parts);
}

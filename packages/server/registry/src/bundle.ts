// Puts a bundle together: a signed manifest, then the files, streamed from the blob store into it.
import type { Readable } from 'node:stream';
import type { Blobs } from '@holdfast/blobs';
import { failure } from '@holdfast/base';
import { type BundleFile, type BundleManifest, type Envelope, checkManifest, encodeBundleHead, payload_types } from '@holdfast/protocol';

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

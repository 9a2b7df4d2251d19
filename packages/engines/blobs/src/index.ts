// blobs: content-addressed bytes in a folder or a bucket. The address decides: a path, file:///…, or s3://bucket/prefix?endpoint=…
import { fileURLToPath } from 'node:url';
import { failure } from '@holdfast/base';
import { openFolder } from './folder.ts';
import type { Blobs } from './types.ts';

export type { BlobRange, BlobStat, Blobs } from './types.ts';

export async function openBlobs(url: string): Promise<Blobs> {
  if (url.startsWith('s3://')) return (await import('./bucket.ts')).openBucket(url); // 100 ms and 30 MB, for whoever needs it
  if (url.startsWith('file:')) return openFolder(fileURLToPath(url));
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) {
    throw failure('HF-BLOB-004', { reason: `the address ${JSON.stringify(url)} is neither a folder, file:// nor s3://` });
  }
  return openFolder(url);
}

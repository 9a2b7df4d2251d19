// Files on their way to and from the blob store: hashed first, sent only where the server does not have them, checked when they come back.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { HoldfastError, failure } from '@holdfast/base';
import type { Client } from '@holdfast/client';
import { digestOf, fileSize, filesBelow, withFile, writeWhole } from './files.ts';

const files_max = 100_000;
const blobPath = (digest: string): string => `/api/v1/blobs/${digest}`;

/** Uploads a file and returns its digest. */
export async function putFile(client: Client, file: string): Promise<string> {
  const digest = await digestOf(file);
  if (!(await has(client, digest))) await withFile(file, () => client.raw('PUT', blobPath(digest), { bytes: createReadStream(file) }));
  return digest;
}

/** Uploads a text and returns its digest. */
export async function putText(client: Client, text: string): Promise<string> {
  const digest = createHash('sha256').update(text).digest('hex');
  if (!(await has(client, digest))) await client.raw('PUT', blobPath(digest), { bytes: Buffer.from(text) });
  return digest;
}

/** True where the server has it, false where it says 404; every other refusal is an error. */
async function has(client: Client, digest: string): Promise<boolean> {
  try {
    await client.raw('HEAD', blobPath(digest));
    return true;
  } catch (error) {
    if (error instanceof HoldfastError && error.status === 404) return false;
    await worded(client, digest);
    throw error;
  }
}

/** The answer to a HEAD has no body: what the server says of a refusal comes with a GET. */
async function worded(client: Client, digest: string): Promise<void> {
  const answer = await client.raw('GET', blobPath(digest));
  await answer.body?.cancel();
}

/** Writes a blob to a file; fails with HF-BLOB-002 where its bytes are not those of its digest, and leaves nothing then. */
export async function getFile(client: Client, digest: string, file: string): Promise<void> {
  const answer = await client.raw('GET', blobPath(digest));
  await writeWhole(file, checked(answer.body as unknown as AsyncIterable<Uint8Array>, digest));
}

async function* checked(bytes: AsyncIterable<Uint8Array>, digest: string): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
  const saw = hash.digest('hex');
  if (saw !== digest) throw failure('HF-BLOB-002', { saw, expected: digest });
}

/** Uploads every file below a folder, and lists them as a manifest does. */
export async function addFolder(client: Client, place: string): Promise<{ path: string; sha256: string; size_bytes: number }[]> {
  const files = await filesBelow(place);
  if (files.length === 0 || files.length > files_max) throw failure('HF-CLI-010', { file: place, saw: `${files.length} files`, expected: `1 to ${files_max}` });
  const listed = [];
  for (const name of files) {
    const file = path.join(place, name);
    listed.push({ path: name, sha256: await putFile(client, file), size_bytes: await fileSize(file) });
  }
  return listed;
}

// Files on their way to the blob store: hashed first, sent only where the server does not have them.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { HoldfastError } from '@holdfast/base';
import type { Client } from '@holdfast/client';

export async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Uploads a file and returns its digest. */
export async function putFile(client: Client, file: string): Promise<string> {
  const digest = await digestOf(file);
  if (!(await has(client, digest))) await client.raw('PUT', `/api/v1/blobs/${digest}`, { bytes: createReadStream(file) });
  return digest;
}

async function has(client: Client, digest: string): Promise<boolean> {
  try {
    const answer = await client.raw('HEAD', `/api/v1/blobs/${digest}`);
    return answer.ok;
  } catch (error) {
    if (error instanceof HoldfastError && error.code !== 'HF-CLI-003') return false;
    if (error instanceof HoldfastError && error.message.includes('status 404')) return false;
    throw error;
  }
}

/** Uploads every file below a folder, and lists them as a manifest does. */
export async function addFolder(client: Client, folder: string): Promise<{ path: string; sha256: string; size_bytes: number }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((e) => e.isFile()).map((e) => path.join(e.parentPath, e.name));
  const listed = [];
  for (const file of files) {
    listed.push({ path: path.relative(folder, file).split(path.sep).join('/'), sha256: await putFile(client, file), size_bytes: (await stat(file)).size });
  }
  return listed;
}

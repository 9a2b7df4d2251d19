// mlflow: files below an address of artifacts that this machine reaches by itself.
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { failure } from '@holdfast/base';
import type { StoredFile } from './store.ts';

/** The path in the proxy's store of `mlflow-artifacts:[//host]/PATH`; null for any other address. */
export function storePath(address: string): string | null {
  const match = /^mlflow-artifacts:(?:\/\/[^/]*)?\/*(.*?)\/*$/.exec(address);
  return match ? match[1]! : null;
}

export const unreachable = (address: string): Error => failure('HF-CLI-015', { address });

/** The files below `file://…` or a path of this machine; null for an address of another kind. A folder that is not there holds none. */
export async function localFiles(address: string): Promise<AsyncIterable<StoredFile> | null> {
  if (address.startsWith('file:')) return filesIn(fileURLToPath(address.startsWith('file://') ? address : address.replace(/^file:/, 'file://')));
  return /^[a-z][a-z0-9+.-]+:/i.test(address) ? null : filesIn(address);
}

export async function* filesIn(folder: string): AsyncIterable<StoredFile> {
  for (const file of await filesBelow(folder)) {
    const name = path.relative(folder, file).split(path.sep).join('/');
    yield { path: name, read: async () => createReadStream(file) };
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true, recursive: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

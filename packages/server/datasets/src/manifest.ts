// A manifest lists the files of a dataset version. Its digest names the version: same files, same version.
import { createHash } from 'node:crypto';
import { failure } from '@holdfast/base';
import { isSafePath } from '@holdfast/protocol';

export interface ManifestFile {
  readonly path: string;
  readonly sha256: string;
  readonly size_bytes: number;
}

/** Sorted by path (code points), each path once and inside the folder. Fails with HF-DATA-002 or HF-REQ-005. */
export function sortManifest(files: readonly ManifestFile[]): ManifestFile[] {
  const sorted = files
    .map(({ path, sha256, size_bytes }) => ({ path, sha256, size_bytes }))
    .toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  sorted.forEach((file, i) => {
    if (!isSafePath(file.path)) throw failure('HF-DATA-002', { saw: JSON.stringify(file.path) });
    if (i > 0 && sorted[i - 1]!.path === file.path) throw failure('HF-REQ-005', { kind: 'file', name: file.path });
  });
  return sorted;
}

export function manifestDigest(sorted: readonly ManifestFile[]): string {
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}

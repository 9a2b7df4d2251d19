// web/datasets: what changed between two versions: files by path, told apart by their digest. Pure.
import type { DatasetVersion } from './queries.ts';

export interface FileChange {
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed' | 'same';
  readonly before_bytes: number | null;
  readonly after_bytes: number | null;
}

const order = { added: 0, removed: 1, changed: 2, same: 3 } as const;

export function compareFiles(before: DatasetVersion | undefined, after: DatasetVersion): FileChange[] {
  const [old, now] = [new Map((before?.files ?? []).map((file) => [file.path, file])), new Map(after.files.map((file) => [file.path, file]))];
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((path): FileChange => {
      const [was, is] = [old.get(path), now.get(path)];
      const change = !was ? 'added' : !is ? 'removed' : was.sha256 === is.sha256 ? 'same' : 'changed';
      return { path, change, before_bytes: was?.size_bytes ?? null, after_bytes: is?.size_bytes ?? null };
    })
    .toSorted((a, b) => order[a.change] - order[b.change] || (a.path < b.path ? -1 : 1));
}

// Conditions of a reference that is a folder: each folder inside is one, by its path; files beside them are `clean`.
import path from 'node:path';

export interface Conditions {
  readonly names: readonly string[];
  /** Of each file, as an index into the names. */
  readonly of: readonly number[];
}

/** In the order in which the files meet them; null where there is but one. */
export function conditionsOf(files: readonly string[]): Conditions | null {
  const folders = files.map((file) => (path.dirname(file) === '.' ? 'clean' : path.dirname(file)));
  const names = [...new Set(folders)];
  return names.length > 1 ? { names, of: folders.map((folder) => names.indexOf(folder)) } : null;
}

// A disk that is really full, for tests: a small tmpfs. Needs the right to mount, which root has.
import { spawnSync } from 'node:child_process';
import { statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Mounts a tmpfs of so many bytes; false where this user may not. What `undo` is given takes it away. */
export function mountSmall(folder: string, size_bytes: number, undo: (one: () => void) => void): boolean {
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size_bytes}`, 'tmpfs', folder]).status !== 0) return false;
  undo(() => void spawnSync('umount', [folder]));
  return true;
}

/** Fills what is free, to the last page. */
export function fill(file: string): void {
  const { bavail, bsize } = statfsSync(join(file, '..'));
  let left = bavail * bsize;
  for (let part = 0; left > 0 && part < 20; part++, left = Math.floor(left / 2)) {
    try {
      writeFileSync(`${file}.${part}`, Buffer.alloc(left));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error; // full, as wished
    }
  }
}

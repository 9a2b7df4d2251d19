// agent: small files that must be whole after any cut: temporary name in the same folder, fsync, rename, fsync of the folder.

import { closeSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** A file whole or not at all: a test cuts the power at it. */
export type WriteWhole = (path: string, content: string | Uint8Array) => void;

export function writeDurable(path: string, content: string | Uint8Array, mode = 0o644): void {
  const temporary = `${path}.new`;
  const fd = openSync(temporary, 'w', mode);
  try {
    writeFileSync(fd, content);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

export function writeDurableJson(path: string, value: unknown, mode = 0o644): void {
  writeDurable(path, `${JSON.stringify(value, null, 2)}\n`, mode);
}

/** Moves a file that cannot be used out of the way, for somebody to look at. False where the folder refuses, which refuses the next write too, and that is said there. */
export function setAside(path: string): boolean {
  try {
    renameSync(path, `${path}.set-aside`);
    return true;
  } catch {
    return false; // The caller is told by the result.
  }
}

/** The JSON in a file, or undefined where the file is absent. Fails where it is there and cannot be read. */
export function readJson(path: string, bytes_max = 16_777_216): unknown {
  let size: number;
  try {
    size = statSync(path).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  if (size > bytes_max) throw new RangeError(`${path} has ${size} bytes, expected at most ${bytes_max}`);
  return JSON.parse(readFileSync(path, 'utf8'));
}

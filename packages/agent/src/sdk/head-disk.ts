// agent/sdk: the few writes that a head makes, as a port, so that a test can cut the power at each of them.
import { fdatasyncSync, ftruncateSync, unlinkSync, writeSync } from 'node:fs';
import { writeDurable } from '../durable-file.ts';

export interface HeadDisk {
  /** Whole or not at all: temporary name, fsync, rename, fsync of the folder. */
  write(path: string, content: string | Uint8Array): void;
  remove(path: string): void;
  /** At the end of an open file. What is there after a kill may be a part of it. */
  append(fd: number, bytes: Uint8Array, at: number): void;
  sync(fd: number): void;
}

export const realDisk: HeadDisk = {
  write: (path, content) => writeDurable(path, content, 0o600),
  remove: (path) => unlinkSync(path),
  append(fd, bytes, at) {
    const written = writeSync(fd, bytes, 0, bytes.length, at);
    if (written === bytes.length) return;
    ftruncateSync(fd, at);
    throw new Error(`the disk took ${written} of ${bytes.length} bytes`);
  },
  sync: (fd) => fdatasyncSync(fd),
};

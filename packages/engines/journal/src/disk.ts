// journal: the few file calls that it makes, as a port, so that tests can inject a full disk, bad sectors, and power cuts.
import { closeSync, openSync, readSync } from 'node:fs';
import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';

export interface JournalFile {
  /** Appends; returns how many bytes were taken, which may be fewer than given. */
  write(bytes: Uint8Array): Promise<number>;
  /** What was written is on the disk. After an error nothing may be assumed of it (see "fsyncgate", PostgreSQL 2018). */
  datasync(): Promise<void>;
  close(): Promise<void>;
}

export interface JournalDisk {
  makeFolder(folder: string): Promise<void>;
  list(folder: string): Promise<readonly string[]>;
  /** The whole file, or null where there is none. */
  read(file: string): Promise<Uint8Array | null>;
  readPart(file: string, position: number, length: number): Uint8Array;
  /** Opens for append; makes the file where there is none. */
  append(file: string): Promise<JournalFile>;
  /** Shortens the file, durably. */
  truncate(file: string, size_bytes: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** A file that is not there is fine. */
  unlink(file: string): Promise<void>;
  /** Names made, changed and removed so far are on the disk. */
  syncFolder(folder: string): Promise<void>;
}

export const nodeDisk: JournalDisk = {
  async makeFolder(folder) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  },
  list: (folder) => readdir(folder),
  read: readWhole,
  readPart,
  append: openAppend,
  async truncate(file, size_bytes) {
    const handle = await open(file, 'r+');
    try {
      await handle.truncate(size_bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  rename,
  unlink: (file) => rm(file, { force: true }),
  async syncFolder(folder) {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

async function readWhole(file: string): Promise<Uint8Array | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function openAppend(file: string): Promise<JournalFile> {
  const handle = await open(file, 'a', 0o600);
  return {
    write: async (bytes) => (await handle.write(bytes, 0, bytes.length, null)).bytesWritten,
    datasync: () => handle.datasync(),
    close: () => handle.close(),
  };
}

function readPart(file: string, position: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const descriptor = openSync(file, 'r');
  try {
    let at = 0;
    while (at < length) {
      const count = readSync(descriptor, bytes, at, length - at, position + at);
      if (count === 0) return bytes.subarray(0, at);
      at += count;
    }
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}

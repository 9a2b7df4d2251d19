// Files that a person names: what cannot be read, written or understood is an error of the catalogue that names the file.
import { createReadStream } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { failure } from '@holdfast/base';

const text_bytes_max = 268_435_456;
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'it may not be opened',
  EISDIR: 'it is a folder, expected a file',
  ENOTDIR: 'it is a file, expected a folder',
  ENOSPC: 'no space is left on its disk',
};

/** Fails with HF-CLI-009 where the file system refuses. */
export async function withFile<T>(file: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    const { code, syscall, message } = cause as NodeJS.ErrnoException;
    if (code === undefined || syscall === undefined) throw cause; // not of the file system
    throw failure('HF-CLI-009', { file, reason: reasons[code] ?? message }, cause);
  }
}

export async function fileSize(file: string): Promise<number> {
  const found = await withFile(file, () => stat(file));
  if (!found.isFile()) throw failure('HF-CLI-009', { file, reason: found.isDirectory() ? reasons['EISDIR'] : 'it is no regular file' });
  return found.size;
}

export async function readBytes(file: string): Promise<Buffer> {
  const size = await fileSize(file);
  if (size > text_bytes_max) throw failure('HF-CLI-009', { file, reason: `it has ${size} bytes, the limit is ${text_bytes_max}` });
  return withFile(file, () => readFile(file));
}

export const readText = async (file: string): Promise<string> => (await readBytes(file)).toString('utf8');

/** Fails with HF-CLI-010 where it is not JSON. */
export async function readJsonFile(file: string): Promise<unknown> {
  const text = await readText(file);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw failure('HF-CLI-010', { file, saw: (cause as Error).message, expected: 'one JSON value' }, cause);
  }
}

export async function digestOf(file: string): Promise<string> {
  await fileSize(file);
  return withFile(file, async () => {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
    return hash.digest('hex');
  });
}

/** Whole or not at all: written beside its place, then renamed. */
export function writeWhole(file: string, content: string | Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
  const beside = `${file}.part-${process.pid}`;
  return withFile(file, async () => {
    await mkdir(path.dirname(path.resolve(file)), { recursive: true });
    try {
      await writeFile(beside, content, { flush: true });
      await rename(beside, file);
    } catch (error) {
      await rm(beside, { force: true });
      throw error;
    }
  });
}

/** Every regular file below a folder, by its path there with "/", in order. What is neither file nor folder is refused by its name: HF-CLI-009. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await withFile(folder, () => readdir(folder, { recursive: true, withFileTypes: true }));
  const other = entries.find((e) => !e.isFile() && !e.isDirectory());
  if (other) throw failure('HF-CLI-009', { file: path.join(other.parentPath, other.name), reason: 'it is a link or a device, and a file was expected' });
  const files = entries.filter((e) => e.isFile()).map((e) => path.relative(folder, path.join(e.parentPath, e.name)).split(path.sep).join('/'));
  return files.toSorted();
}

// blobs: the engine on files. A blob appears whole or not at all: temporary name in the same folder, fsync, rename, fsync the folder.
import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { HoldfastError, failure, isDigest } from '@holdfast/base';
import { checkDigest, checkExpected, checkRange, chunksOf, missing } from './checks.ts';
import type { BlobRange, BlobStat, Blobs } from './types.ts';

/** Younger ones may belong to another process that still writes them. */
const draft_age_ms = 24 * 60 * 60 * 1000;
const draftFolder = 'incoming';

export async function openFolder(root: string): Promise<Blobs> {
  const folder = path.resolve(root);
  try {
    await mkdir(path.join(folder, draftFolder), { recursive: true, mode: 0o700 });
    await sweep(path.join(folder, draftFolder), Date.now() - draft_age_ms);
  } catch (error) {
    throw unusable(error, folder);
  }
  return {
    put: (source, expected) => put(folder, source, expected),
    stat: (digest) => statOf(folder, digest),
    read: (digest, range) => read(folder, digest, range),
    bytes: (digest) => bytes(folder, digest),
    remove: (digest) => remove(folder, digest),
    list: () => list(folder),
  };
}

async function sweep(drafts: string, before_ms: number): Promise<void> {
  for (const name of await readdir(drafts)) {
    const file = path.join(drafts, name);
    const found = await stat(file).catch(() => null); // renamed meanwhile
    if (found !== null && found.mtimeMs < before_ms) await rm(file, { force: true });
  }
}

function placeOf(folder: string, digest: string): string {
  return path.join(folder, checkDigest(digest).slice(0, 2), digest);
}

async function put(folder: string, source: Uint8Array | AsyncIterable<Uint8Array>, expected?: string): Promise<BlobStat> {
  const draft = path.join(folder, draftFolder, `${process.pid}-${randomBytes(8).toString('hex')}`);
  try {
    const written = await writeDraft(draft, source);
    checkExpected(written.digest, expected);
    await publish(folder, draft, written.digest);
    return written;
  } catch (error) {
    throw unusable(error, folder);
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeDraft(draft: string, source: Uint8Array | AsyncIterable<Uint8Array>): Promise<BlobStat> {
  const handle = await open(draft, 'wx', 0o600);
  const hash = createHash('sha256');
  let size_bytes = 0;
  try {
    for await (const chunk of chunksOf(source)) {
      hash.update(chunk);
      await writeWhole(handle, chunk);
      size_bytes += chunk.length;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { digest: hash.digest('hex'), size_bytes };
}

async function writeWhole(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length;) at += (await handle.write(chunk, at)).bytesWritten;
}

/** The same bytes again replace themselves: nothing changes for a reader, and a damaged copy heals. */
async function publish(folder: string, draft: string, digest: string): Promise<void> {
  const place = placeOf(folder, digest);
  const made = await mkdir(path.dirname(place), { mode: 0o700, recursive: true });
  await rename(draft, place);
  await syncFolder(path.dirname(place));
  if (made !== undefined) await syncFolder(folder);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function statOf(folder: string, digest: string): Promise<BlobStat | null> {
  if (!isDigest(digest)) return null;
  try {
    return { digest, size_bytes: (await stat(placeOf(folder, digest))).size };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw unusable(error, folder);
  }
}

async function read(folder: string, digest: string, range?: BlobRange): Promise<Readable> {
  const handle = await openBlob(folder, digest);
  try {
    const size_bytes = (await handle.stat()).size;
    if (range !== undefined) checkRange(range, { digest, size_bytes });
    const { from, to } = range ?? { from: 0, to: size_bytes };
    if (from < to) return handle.createReadStream({ start: from, end: to - 1 });
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return Readable.from([]);
}

async function openBlob(folder: string, digest: string): Promise<FileHandle> {
  try {
    return await open(placeOf(folder, digest));
  } catch (error) {
    throw notThere(error, folder, digest);
  }
}

async function bytes(folder: string, digest: string): Promise<Uint8Array> {
  try {
    return await readFile(placeOf(folder, digest));
  } catch (error) {
    throw notThere(error, folder, digest);
  }
}

function notThere(error: unknown, folder: string, digest: string): unknown {
  return (error as NodeJS.ErrnoException).code === 'ENOENT' ? missing(digest, error) : unusable(error, folder);
}

async function remove(folder: string, digest: string): Promise<void> {
  if (!isDigest(digest)) return;
  try {
    await rm(placeOf(folder, digest), { force: true });
  } catch (error) {
    throw unusable(error, folder);
  }
}

async function* list(folder: string): AsyncGenerator<BlobStat> {
  for (const name of (await readdir(folder)).filter((one) => /^[0-9a-f]{2}$/.test(one)).sort()) {
    for (const digest of (await readdir(path.join(folder, name))).filter(isDigest).sort()) {
      const found = await statOf(folder, digest); // null: removed meanwhile
      if (found !== null) yield found;
    }
  }
}

/** File errors become errors of the catalogue; an error of the source (a cut upload) stays what it is. */
function unusable(error: unknown, folder: string): unknown {
  if (error instanceof HoldfastError) return error;
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return failure('HF-DISK-001', { folder }, error);
  const isFileError = syscall !== undefined && ['open', 'mkdir', 'rename', 'write', 'fsync', 'stat', 'scandir', 'unlink', 'rm'].includes(syscall);
  return isFileError ? failure('HF-BLOB-004', { reason: message }, error) : error;
}

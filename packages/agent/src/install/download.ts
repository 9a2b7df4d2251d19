// agent/install: fetching a bundle by ranges into one file. A cut costs nothing: the next try goes on at the byte where the file ends.
// A server that answers with the whole body instead of the rest starts it anew. No more than the announced size is written.

import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { failure } from '@holdfast/base';
import { problemOf } from '../sync/problem.ts';
import type { Exchange } from '../sync/http-peer.ts';

export interface BundleSource {
  stream(exchange: Exchange): Promise<{
    readonly status: number;
    readonly headers: Readonly<Record<string, string | string[] | undefined>>;
    readonly chunks: AsyncIterable<Uint8Array>;
  }>;
}

export interface Wanted {
  readonly digest: string;
  readonly size_bytes: number;
}

/** Bytes of the file that are there; 0 where there is none. */
export function bytesAt(path: string): number {
  try {
    return statSync(path).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

/**
 * Fetches what is missing. Resolves when the file has the announced size; fails with HF-AGENT-004 (cut: try again),
 * HF-BUNDLE-001 (the server has other bytes than announced), HF-BUNDLE-006 (disk full), or what the server said.
 */
export async function downloadBundle(source: BundleSource, wanted: Wanted, path: string, on_bytes: (done: number) => void): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const have = bytesAt(path);
  if (have === wanted.size_bytes) return;
  const from = have < wanted.size_bytes ? have : 0;
  const answer = await source.stream({ method: 'GET', path: `/api/device/v1/bundles/${wanted.digest}`, headers: { range: `bytes=${from}-` } });
  if (answer.status !== 206 && answer.status !== 200) throw problemOf({ ...answer, body: await firstBytes(answer.chunks) });
  const start = answer.status === 206 ? startOf(answer.headers['content-range'], from) : 0;
  await writeFrom(path, start, answer.chunks, wanted.size_bytes, on_bytes);
}

/** The first byte of a Content-Range such as "bytes 100-199/200" (RFC 9110, section 14.4); it must be the one that was asked for. */
function startOf(range: string | string[] | undefined, from: number): number {
  const start = Number(/^bytes (\d+)-/.exec(String(range))?.[1] ?? Number.NaN);
  if (start !== from) throw failure('HF-AGENT-005', { reason: `range ${String(range)} for bytes=${from}-`, hint: 'Check the server, or the proxy before it.' });
  return start;
}

async function writeFrom(path: string, start: number, chunks: AsyncIterable<Uint8Array>, size: number, on_bytes: (done: number) => void): Promise<void> {
  const fd = openSync(path, bytesAt(path) === 0 ? 'w' : 'r+');
  try {
    ftruncateSync(fd, start);
    let at = start;
    for await (const chunk of chunks) {
      if (at + chunk.length > size) throw failure('HF-BUNDLE-001', { saw: at + chunk.length, expected: size });
      for (let done = 0; done < chunk.length;) done += writeSync(fd, chunk, done, chunk.length - done, at + done);
      at += chunk.length;
      on_bytes(at);
    }
    if (at !== size) throw failure('HF-BUNDLE-001', { saw: at, expected: size });
    fsyncSync(fd);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw failure('HF-BUNDLE-006', { saw: size, free: 0 }, error);
    throw error;
  } finally {
    closeSync(fd);
  }
}

async function firstBytes(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    size += chunk.length;
    if (size > 65_536) break;
  }
  return Buffer.concat(parts);
}

import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import Fastify from 'fastify';
import { expect, it, onTestFinished } from 'vitest';
import { passing, sendChunks } from './chunks.ts';

it('gives the memory of a chunk back when the next is asked for, and leaves alone what is a part of more', async () => {
  const own = new Uint8Array([1, 2, 3]);
  const shared = new Uint8Array([4, 5, 6, 7]);
  const seen: number[][] = [];
  for await (const chunk of passing(feed([own, shared.subarray(1, 3), shared.subarray(3)]))) {
    seen.push([...chunk]);
    if (chunk !== own) expect(own.byteLength).toBe(0);
  }
  expect(seen).toEqual([[1, 2, 3], [5, 6], [7]]);
  expect([...shared]).toEqual([4, 5, 6, 7]);
});

it('sends every byte of a file that is larger than all buffers, to a reader that is slow', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-chunks-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const bytes = randomBytes(9_000_001);
  const file = path.join(folder, 'file');
  await writeFile(file, bytes);
  const { url, errors } = await serving(() => createReadStream(file), bytes.length);
  const answer = await fetch(url);
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  const digest = createHash('sha256');
  for await (const chunk of answer.body!) {
    digest.update(chunk);
    await new Promise((next) => setTimeout(next, 1));
  }
  expect(digest.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
  expect(errors).toEqual([]);
});

it('cuts the connection where the file ends in an error, and says why', async () => {
  const broken = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(1_000, 1);
    await new Promise((next) => setTimeout(next, 20));
    throw new Error('the disk is gone');
  };
  const { url, errors } = await serving(() => Readable.from(broken()), 5_000);
  await expect(fetch(url).then((answer) => answer.arrayBuffer())).rejects.toThrow();
  expect(errors.map((error) => error.message)).toEqual(['the disk is gone']);
});

it('stops reading where the client goes away, which is no error', async () => {
  const endless = new Readable({ read: () => void endless.push(Buffer.alloc(65_536)) });
  const closed = new Promise((done) => endless.once('close', done));
  const { url, errors } = await serving(() => endless, 1e12);
  const leaving = new AbortController();
  const answer = await fetch(url, { signal: leaving.signal });
  await answer.body!.getReader().read();
  leaving.abort();
  await closed;
  expect(errors).toEqual([]);
});

async function serving(file: () => Readable, size_bytes: number): Promise<{ url: string; errors: Error[] }> {
  const errors: Error[] = [];
  const app = Fastify();
  app.get('/', (_, reply) => sendChunks(reply.header('content-length', size_bytes), file(), (error) => errors.push(error)));
  await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => app.close());
  return { url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/`, errors };
}

async function* feed(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

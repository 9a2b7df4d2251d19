// contract: what every blob store promises, run on each engine.
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { type Blobs, openBlobs } from '@holdfast/blobs';
import { startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface Engine {
  readonly name: string;
  start(): Promise<{ url: string; stop(): Promise<void> }>;
}

const tempFolder = (): string => mkdtempSync(path.join(os.tmpdir(), 'hf-blobs-'));

const engines: readonly Engine[] = [
  {
    name: 'a folder',
    start: async () => {
      const folder = tempFolder();
      return { url: pathToFileURL(folder).href, stop: async () => rmSync(folder, { recursive: true, force: true }) };
    },
  },
  {
    name: 'S3',
    start: async () => {
      const server = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
      server.createBucket('models');
      process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
      process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';
      const url = `s3://models/some/prefix?endpoint=http://127.0.0.1:${server.port}&region=us-east-1`;
      return { url, stop: () => server.stop() };
    },
  },
  // npm run test:interop gives the address of a bucket on an S3 server that we did not write
  ...(process.env['HOLDFAST_TEST_S3']
    ? [{ name: 'a real S3 server', start: async () => ({ url: process.env['HOLDFAST_TEST_S3']!, stop: async () => {} }) }]
    : []),
];

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const absent = 'a'.repeat(64);

async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function digestsOf(blobs: Blobs): Promise<string[]> {
  const digests: string[] = [];
  for await (const one of blobs.list()) digests.push(one.digest);
  return digests.sort();
}

describe.each(engines)('blobs on $name', (engine) => {
  let blobs: Blobs;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const started = await engine.start();
    stop = started.stop;
    blobs = await openBlobs(started.url);
  });
  afterAll(() => stop());

  it.each([0, 1, 100_000])('gives back %i bytes as they were put', async (size) => {
    const bytes = randomBytes(size);
    const stat = await blobs.put(bytes);
    expect(stat).toEqual({ digest: sha256(bytes), size_bytes: size });
    expect(Buffer.from(await blobs.bytes(stat.digest)).equals(bytes)).toBe(true);
    expect(await blobs.stat(stat.digest)).toEqual(stat);
  });

  it('streams a blob of several parts, in chunks that fit none of them', async () => {
    const bytes = randomBytes(17 * 1024 * 1024 + 5);
    const stat = await blobs.put(chunked(bytes, 777_777), sha256(bytes));
    expect(stat.size_bytes).toBe(bytes.length);
    expect((await buffer(await blobs.read(stat.digest))).equals(bytes)).toBe(true);
    const around = { from: 8 * 1024 * 1024 - 3, to: 8 * 1024 * 1024 + 3 };
    expect((await buffer(await blobs.read(stat.digest, around))).equals(bytes.subarray(around.from, around.to))).toBe(true);
  });

  it('reads ranges, empty ones too, and refuses those outside', async () => {
    const { digest } = await blobs.put(Buffer.from('0123456789'));
    expect((await buffer(await blobs.read(digest, { from: 2, to: 5 }))).toString()).toBe('234');
    expect((await buffer(await blobs.read(digest, { from: 10, to: 10 }))).length).toBe(0);
    for (const range of [
      { from: 0, to: 11 },
      { from: -1, to: 2 },
      { from: 5, to: 4 },
      { from: 0.5, to: 2 },
    ]) {
      await expect(blobs.read(digest, range)).rejects.toMatchObject({ code: 'HF-BLOB-003' });
    }
  });

  it.each([
    ['small', 10],
    ['large', 9 * 1024 * 1024],
  ])('stores nothing of a %s upload with another digest', async (_, size) => {
    const before = await digestsOf(blobs);
    await expect(blobs.put(chunked(randomBytes(size), 1_000_000), absent)).rejects.toMatchObject({ code: 'HF-BLOB-002' });
    expect(await digestsOf(blobs)).toEqual(before);
  });

  it.each([
    ['small', 10],
    ['large', 9 * 1024 * 1024],
  ])('stores nothing of a %s upload that is cut, and passes its error on', async (_, size) => {
    const before = await digestsOf(blobs);
    async function* cut(): AsyncGenerator<Uint8Array> {
      yield* chunked(randomBytes(size), 1_000_000);
      throw new Error('the client went away');
    }
    await expect(blobs.put(cut())).rejects.toThrow('the client went away');
    expect(await digestsOf(blobs)).toEqual(before);
  });

  it('says what is missing, and an odd digest names nothing', async () => {
    for (const digest of [absent, '../../etc/passwd', '']) {
      expect(await blobs.stat(digest)).toBeNull();
      await expect(blobs.read(digest)).rejects.toMatchObject({ code: 'HF-BLOB-001' });
      await expect(blobs.bytes(digest)).rejects.toMatchObject({ code: 'HF-BLOB-001' });
      await expect(blobs.read(digest, { from: 0, to: 1 })).rejects.toMatchObject({ code: 'HF-BLOB-001' });
      await blobs.remove(digest);
    }
  });

  it('is idempotent: the same bytes, put at the same time, are one blob; a removed one is gone', async () => {
    const bytes = randomBytes(1_000);
    const before = await digestsOf(blobs);
    await Promise.all([1, 2, 3, 4].map(() => blobs.put(bytes)));
    expect(await digestsOf(blobs)).toEqual([...before, sha256(bytes)].sort());
    await blobs.remove(sha256(bytes));
    await blobs.remove(sha256(bytes));
    expect(await digestsOf(blobs)).toEqual(before);
  });

  it('takes a source that uses one buffer again and again', async () => {
    const whole = randomBytes(10 * 1024 * 1024);
    const shared = Buffer.alloc(1024 * 1024);
    async function* reusing(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < whole.length; at += shared.length) {
        whole.copy(shared, 0, at);
        yield shared;
      }
    }
    const { digest } = await blobs.put(reusing());
    expect(digest).toBe(sha256(whole));
    expect((await buffer(await blobs.read(digest))).equals(whole)).toBe(true);
  });
});

describe('openBlobs', () => {
  it('lists more blobs than one page of S3 holds', async () => {
    const started = await engines[1]!.start();
    const blobs = await openBlobs(started.url);
    for (let i = 0; i < 1_050; i += 50) await Promise.all(Array.from({ length: 50 }, (_, k) => blobs.put(Buffer.from(String(i + k)))));
    expect(await digestsOf(blobs)).toHaveLength(1_050);
    await started.stop();
  });

  it('refuses addresses that it does not know, and a bucket that is not there', async () => {
    for (const url of ['ftp://x/y', 's3://', 's3://b?secret=1', 's3://user@b/x']) {
      await expect(openBlobs(url)).rejects.toMatchObject({ code: 'HF-BLOB-004' });
    }
    const started = await engines[1]!.start();
    await expect(openBlobs(started.url.replace('models', 'nothing'))).rejects.toMatchObject({ code: 'HF-BLOB-004' });
    await started.stop();
  });

  it('sweeps old half-written files of a folder, not young ones', async () => {
    const folder = tempFolder();
    mkdirSync(path.join(folder, 'incoming'));
    for (const name of ['old', 'young']) writeFileSync(path.join(folder, 'incoming', name), 'x');
    utimesSync(path.join(folder, 'incoming', 'old'), 1, 1);
    const blobs = await openBlobs(folder);
    expect(readdirSync(path.join(folder, 'incoming'))).toEqual(['young']);
    const { digest } = await blobs.put(Buffer.from('kept'));
    expect(readFileSync(path.join(folder, digest.slice(0, 2), digest), 'utf8')).toBe('kept');
    rmSync(folder, { recursive: true, force: true });
  });
});

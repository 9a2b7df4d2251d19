// agent/install: reading a bundle file from disk in small pieces. It is verified whole before one file of it is unpacked:
// size and digest, signature by a trusted key, target, paths, and each file's size and digest.

import { createHash } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { failure } from '@holdfast/base';
import { type BundleManifest, type Envelope, bundleHeadBytes, checkManifest, payload_types } from '@holdfast/protocol';
import { syncFolder } from '../durable-file.ts';
import type { TrustedKey } from '../identity.ts';
import { openJson } from '../sync/envelope.ts';

export interface Expected {
  readonly digest: string;
  readonly size_bytes: number;
  readonly keys: readonly TrustedKey[];
  /** Null where it is not to be installed here. */
  readonly platform: { readonly os: string; readonly arch: string } | null;
}

const piece_bytes = 65_536;

/** The manifest of a bundle that is right in every way. Fails with HF-BUNDLE-001 to -005. Lets other work run between pieces. */
export async function verifyBundle(path: string, expected: Expected): Promise<BundleManifest> {
  const fd = openSync(path, 'r');
  try {
    const size = fstatSync(fd).size;
    if (size !== expected.size_bytes) throw failure('HF-BUNDLE-001', { saw: size, expected: expected.size_bytes });
    const digest = await digestOf(fd, 0, size);
    if (digest !== expected.digest) throw failure('HF-BUNDLE-002', { file: '(whole)', saw: digest, expected: expected.digest });
    const { manifest, files_at } = readHead(fd, size, expected);
    await verifyFiles(fd, manifest, files_at);
    return manifest;
  } finally {
    closeSync(fd);
  }
}

function readHead(fd: number, size: number, expected: Expected): { manifest: BundleManifest; files_at: number } {
  const files_at = bundleHeadBytes(readExactly(fd, 0, Math.min(12, size)));
  if (files_at > size) throw failure('HF-BUNDLE-001', { saw: size, expected: files_at });
  const envelope = parseEnvelope(readExactly(fd, 12, files_at - 12));
  const manifest = checkManifest(openJson(envelope, payload_types.bundle, expected.keys, 'HF-BUNDLE-003'));
  if (expected.platform) checkTarget(manifest, expected.platform);
  const whole = manifest.files.reduce((sum, file) => sum + file.size_bytes, files_at);
  if (whole !== size) throw failure('HF-BUNDLE-005', { reason: `its files take ${whole} bytes by the manifest, the bundle has ${size}` });
  return { manifest, files_at };
}

function checkTarget({ target: { os, arch } }: BundleManifest, here: NonNullable<Expected['platform']>): void {
  const fits = (os === 'any' || os === here.os) && (arch === 'any' || arch === here.arch);
  if (!fits) throw failure('HF-BUNDLE-004', { saw: `${os}/${arch}`, expected: `${here.os}/${here.arch}` });
}

function parseEnvelope(bytes: Uint8Array): Envelope {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as Envelope;
  } catch (cause) {
    throw failure('HF-BUNDLE-005', { reason: 'its envelope is not JSON' }, cause);
  }
}

async function verifyFiles(fd: number, manifest: BundleManifest, files_at: number): Promise<void> {
  let at = files_at;
  for (const file of manifest.files) {
    const digest = await digestOf(fd, at, file.size_bytes);
    if (digest !== file.sha256) throw failure('HF-BUNDLE-002', { file: file.path, saw: digest, expected: file.sha256 });
    at += file.size_bytes;
  }
}

async function digestOf(fd: number, from: number, size: number): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of piecesOf(fd, from, size)) hash.update(piece);
  return hash.digest('hex');
}

/** Views into one buffer, each valid until the next. */
async function* piecesOf(fd: number, from: number, size: number): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(piece_bytes);
  for (let done = 0; done < size;) {
    const read = readSync(fd, buffer, 0, Math.min(piece_bytes, size - done), from + done);
    if (read === 0) throw failure('HF-BUNDLE-001', { saw: from + done, expected: from + size });
    yield buffer.subarray(0, read);
    done += read;
    // A large bundle must not keep the ring unread: every MiB the loop may turn.
    if (done % 1_048_576 < piece_bytes) await new Promise((resolve) => setImmediate(resolve));
  }
}

function readExactly(fd: number, from: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  const read = readSync(fd, bytes, 0, size, from);
  if (read !== size) throw failure('HF-BUNDLE-001', { saw: from + read, expected: from + size });
  return bytes;
}

/** Unpacks a verified bundle into an empty folder. Each digest is taken again on the way, and everything is synced to disk. */
export async function unpackBundle(path: string, manifest: BundleManifest, folder: string): Promise<void> {
  const fd = openSync(path, 'r');
  try {
    let at = fstatSync(fd).size - manifest.files.reduce((sum, file) => sum + file.size_bytes, 0);
    const folders = new Set([folder]);
    for (const file of manifest.files) {
      const target = join(folder, file.path);
      for (let parent = dirname(target); !folders.has(parent); parent = dirname(parent)) folders.add(parent);
      mkdirSync(dirname(target), { recursive: true });
      const digest = await copyOut(fd, at, file.size_bytes, target);
      if (digest !== file.sha256) throw failure('HF-BUNDLE-002', { file: file.path, saw: digest, expected: file.sha256 });
      at += file.size_bytes;
    }
    for (const each of folders) syncFolder(each);
  } finally {
    closeSync(fd);
  }
}

async function copyOut(fd: number, from: number, size: number, target: string): Promise<string> {
  const hash = createHash('sha256');
  const out = openSync(target, 'wx', 0o644);
  try {
    for await (const piece of piecesOf(fd, from, size)) {
      hash.update(piece);
      for (let done = 0; done < piece.length;) done += writeSync(out, piece, done);
    }
    fsyncSync(out);
  } finally {
    closeSync(out);
  }
  return hash.digest('hex');
}

/** True where every file of an unpacked slot still has its digest. */
export async function verifySlot(folder: string, manifest: BundleManifest): Promise<boolean> {
  for (const file of manifest.files) {
    let fd: number;
    try {
      fd = openSync(join(folder, file.path), 'r');
    } catch {
      return false; // Missing: the bundle is fetched again.
    }
    try {
      if (fstatSync(fd).size !== file.size_bytes || (await digestOf(fd, 0, file.size_bytes)) !== file.sha256) return false;
    } finally {
      closeSync(fd);
    }
  }
  return true;
}

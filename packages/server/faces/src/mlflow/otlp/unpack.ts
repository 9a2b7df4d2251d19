// mlflow: the body of an OTLP request: bytes up to a limit, gzip or deflate unpacked up to another, whatever their header promises.
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip, inflate, inflateRaw } from 'node:zlib';
import { failure } from '@holdfast/base';
import { otlp_limits } from './span-draft.ts';

const unpackers = { gzip: promisify(gunzip), deflate: promisify(inflate), raw: promisify(inflateRaw) } as const;
const tooLarge = (limit: number): Error => failure('HF-MLF-016', { limit });

export async function readUpTo(body: Readable, limit: number = otlp_limits.body_bytes_max): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** Fails with HF-MLF-015 where the bytes are not what `encoding` says, with HF-MLF-016 where they become too many. */
export async function unpacked(bytes: Buffer, encoding: string | undefined): Promise<Buffer> {
  const name = (encoding ?? 'identity').trim().toLowerCase();
  if (name === 'identity' || name === '') return bytes;
  if (name !== 'gzip' && name !== 'deflate') throw failure('HF-MLF-015', { why: `Unsupported Content-Encoding: ${name.slice(0, 40)}` });
  // RFC 9110 means zlib's format by "deflate"; some clients send the bare stream
  const way = name === 'deflate' && !isZlib(bytes) ? 'raw' : name;
  try {
    return await unpackers[way](bytes, { maxOutputLength: otlp_limits.unpacked_bytes_max });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(otlp_limits.unpacked_bytes_max);
    throw failure('HF-MLF-015', { why: `Failed to decompress ${name} payload` });
  }
}
/** RFC 1950: the method is 8, and the first two bytes are a multiple of 31. */
const isZlib = (bytes: Buffer): boolean => bytes.length >= 2 && (bytes[0]! & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0;

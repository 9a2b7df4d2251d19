// agent/sdk: a JSON file of a head, with its CRC before it: what was torn, or is of somebody else, is known as such, set aside and said.
// Layout: eight hex digits of the CRC-32 of the JSON's bytes, a space, the JSON, a newline. Samples stand in it as base64 of little-endian float32.
import { readFileSync, renameSync, statSync } from 'node:fs';
import { crc32 } from '@holdfast/base';
import { type KnnSample, knn_limits, sampleOf } from '@holdfast/stats';
import { isRecord } from './head-checks.ts';

/** 500 samples of 4,096 float32 in base64, and what stands beside them. */
const bytes_max = 50_000_000;

export function sealed(value: unknown): string {
  const text = JSON.stringify(value);
  return `${crc32(Buffer.from(text)).toString(16).padStart(8, '0')} ${text}\n`;
}

/** The value in a file; undefined where there is no file; null where what is there is not what was written. */
export function readSealed(path: string): unknown {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return undefined;
  if (!found.isFile() || found.size > bytes_max) return null;
  const bytes = readFileSync(path);
  if (bytes[8] !== 0x20 || bytes[bytes.length - 1] !== 0x0a) return null;
  const body = bytes.subarray(9, -1);
  if (bytes.toString('latin1', 0, 8) !== crc32(body).toString(16).padStart(8, '0')) return null;
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null; // Whole, and no JSON: not written by a head.
  }
}

/** Out of the way, but still there for who wants to look. */
export function setAside(path: string): string {
  renameSync(path, `${path}.bad`);
  return `${path}.bad`;
}

export interface SampleRecord {
  readonly label: number;
  readonly reference: number | null;
  readonly at_ms: number;
  readonly features: string;
}

export const recordOfSample = ({ label, reference, at_ms, features }: KnnSample): SampleRecord => ({
  label,
  reference,
  at_ms,
  features: Buffer.from(features.buffer, features.byteOffset, features.byteLength).toString('base64'),
});

/** Samples of `length` features each; null where a record is none. */
export function readSamples(records: unknown, length: number): KnnSample[] | null {
  if (!Array.isArray(records) || records.length > knn_limits.samples_max) return null;
  const samples = records.map((record: unknown) => readSample(record, length));
  return samples.includes(null) ? null : (samples as KnnSample[]);
}

function readSample(record: unknown, length: number): KnnSample | null {
  if (!isRecord(record)) return null;
  const { label, reference, at_ms, features } = record;
  if (!Number.isInteger(label) || typeof features !== 'string' || typeof at_ms !== 'number') return null;
  if (reference !== null && !Number.isInteger(reference)) return null;
  const bytes = Buffer.from(features, 'base64');
  if (bytes.length !== 4 * length) return null;
  return sampleOf(floatsOf(bytes), label as number, reference as number | null, at_ms);
}

/** Little-endian float32 at any place of a buffer. */
export function floatsOf(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.length >> 2 }, (_, i) => view.getFloat32(4 * i, true));
}

// The bundle: a signed installable. One file:
//
// "HFBUNDL1" | u32 length of the envelope | envelope (DSSE over the manifest, JSON) | the files, in the order of the manifest
// The digest of a bundle is the SHA-256 of the whole file.

import type { Envelope } from './sync.ts';
import { failure } from '@holdfast/base';

export interface BundleFile {
  /** Relative path, "/" between the parts, no "..". */
  readonly path: string;
  readonly size_bytes: number;
  readonly sha256: string;
}

export interface BundleManifest {
  readonly v: 1;
  readonly model: { readonly name: string; readonly version: number; readonly digest: string };
  /** Node's names: os `linux`, arch `x64`, `arm64`, `arm`; `any` fits every device. */
  readonly target: { readonly os: string; readonly arch: string };
  readonly created_ms: number;
  /** `model.onnx`, `pipeline.json`, `profile.json` and what else the program needs. */
  readonly files: readonly BundleFile[];
}

export const bundle_limits = { envelope_bytes_max: 1_048_576, files_max: 1_000, size_bytes_max: 2_147_483_648 } as const;
export const bundle_magic = 'HFBUNDL1';

/** The start of a bundle file: all before the first file's bytes. */
export function encodeBundleHead(envelope: Envelope): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(envelope));
  const out = new Uint8Array(12 + json.length);
  for (let i = 0; i < 8; i++) out[i] = bundle_magic.charCodeAt(i);
  new DataView(out.buffer).setUint32(8, json.length, true);
  out.set(json, 12);
  return out;
}

/** Bytes before the first file, from the first 12 bytes of a bundle. Fails with HF-BUNDLE-005. */
export function bundleHeadBytes(start: Uint8Array): number {
  const magic = String.fromCharCode(...start.subarray(0, 8));
  if (start.length < 12 || magic !== bundle_magic)
    throw failure('HF-BUNDLE-005', { reason: `it starts with ${JSON.stringify(magic)}, expected "${bundle_magic}"` });
  const length = new DataView(start.buffer, start.byteOffset, start.byteLength).getUint32(8, true);
  if (length > bundle_limits.envelope_bytes_max)
    throw failure('HF-BUNDLE-005', { reason: `its envelope has ${length} bytes, the limit is ${bundle_limits.envelope_bytes_max}` });
  return 12 + length;
}

/** A relative path that stays inside its folder: no "..", no empty part, no leading "/", no backslash, no NUL. */
export function isSafePath(path: string): boolean {
  return path.length > 0 && path.length <= 500 && !/[\\\0]/.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** Checks the shape of a manifest that came from outside. Fails with HF-BUNDLE-005. */
export function checkManifest(value: unknown): BundleManifest {
  const manifest = value as BundleManifest;
  const bad = (reason: string) => failure('HF-BUNDLE-005', { reason });
  if (manifest?.v !== 1) throw bad(`its manifest has version ${String(manifest?.v)}, expected 1`);
  if (typeof manifest.model?.name !== 'string' || !Number.isInteger(manifest.model.version)) throw bad('its manifest names no model version');
  if (typeof manifest.target?.os !== 'string' || typeof manifest.target.arch !== 'string') throw bad('its manifest names no target');
  if (!Array.isArray(manifest.files) || manifest.files.length > bundle_limits.files_max)
    throw bad(`its manifest lists no files, or more than ${bundle_limits.files_max}`);
  const seen = new Set<string>();
  for (const file of manifest.files as BundleFile[]) {
    if (typeof file?.path !== 'string' || !isSafePath(file.path) || seen.has(file.path)) throw bad(`the path ${JSON.stringify(file?.path)} is not allowed`);
    if (!Number.isSafeInteger(file.size_bytes) || file.size_bytes < 0 || !/^[0-9a-f]{64}$/.test(file.sha256))
      throw bad(`the entry of ${file.path} is not whole`);
    seen.add(file.path);
  }
  return manifest;
}

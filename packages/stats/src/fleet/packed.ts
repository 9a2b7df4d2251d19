// stats/fleet: the evidence of a device in bytes, for a table: little endian, versioned; the form is fixed by the profile, so no name travels.
// Layout: u8 version, then of each stream: u32 windows, f32 total, f32 values, missing and unseen (version 1 had none of these: they begin); since: f64 from (NaN: none), u32 windows, f64 inferences and
// missing, f64 of the four moments, u32 counts; held: u8 stage, u8 fault, f64 since, u16 changed and clean, f32 back; f64 anew.
// Counts are kept up to 2^32 - 1, rows up to 2^16 - 1: more tells no more. Bytes of another version or profile are none: null.
import { greater_count } from '../greater-shares.ts';
import { emptyMoments } from '../sketches/moments.ts';
import { DeviceEvidence, type ProfileLaw, type Stream } from './device-evidence.ts';
import type { Hold, Stage } from './hold.ts';
import type { StreamLaw } from './law.ts';
import { type Since, emptyStream, unseenStates, valueStates } from './stream.ts';

const version = 2;
const stages: readonly Stage[] = ['none', 'suspect', 'confirmed'];
const since_bytes = 8 + 4 + 6 * 8;
const held_bytes = 1 + 1 + 8 + 2 + 2 + 4;

const unseenIn = (law: StreamLaw, in_version: number): number => (in_version === 1 ? 0 : unseenStates(law));
const streamBytes = (law: StreamLaw, in_version: number): number =>
  8 + 4 * (valueStates(law) + greater_count + unseenIn(law, in_version)) + since_bytes + 4 * law.bins + held_bytes + 8;
const sizeOf = (law: ProfileLaw, in_version: number): number => law.reduce((sum, one) => sum + streamBytes(one, in_version), 1);

/** Writes or reads one number after the other. */
class Cursor {
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  #step(bytes: number): number {
    this.#at += bytes;
    return this.#at - bytes;
  }
  putU8(value: number): void {
    this.#view.setUint8(this.#step(1), value);
  }
  putU16(value: number): void {
    this.#view.setUint16(this.#step(2), Math.min(value, 0xffff), true);
  }
  putU32(value: number): void {
    this.#view.setUint32(this.#step(4), Math.min(value, 0xffff_ffff), true);
  }
  putF32(value: number): void {
    this.#view.setFloat32(this.#step(4), value, true);
  }
  putF64(value: number): void {
    this.#view.setFloat64(this.#step(8), value, true);
  }
  u8(): number {
    return this.#view.getUint8(this.#step(1));
  }
  u16(): number {
    return this.#view.getUint16(this.#step(2), true);
  }
  u32(): number {
    return this.#view.getUint32(this.#step(4), true);
  }
  f32(): number {
    return this.#view.getFloat32(this.#step(4), true);
  }
  f64(): number {
    return this.#view.getFloat64(this.#step(8), true);
  }
}

export function packEvidence({ law, streams }: DeviceEvidence): Uint8Array {
  const bytes = new Uint8Array(sizeOf(law, version));
  const to = new Cursor(bytes);
  to.putU8(version);
  for (const { state, held, anew_ms } of streams) {
    to.putU32(state.windows);
    to.putF32(state.total);
    for (const list of [state.values, state.missing, state.unseen]) for (const value of list) to.putF32(value);
    putSince(to, state.since);
    putHold(to, held);
    to.putF64(anew_ms);
  }
  return bytes;
}

function putSince(to: Cursor, { from_ms, windows, inferences, missing, moments, counts }: Since): void {
  to.putF64(from_ms ?? Number.NaN);
  to.putU32(windows);
  for (const value of [inferences, missing, moments.mean, moments.m2, moments.min, moments.max]) to.putF64(value);
  for (const count of counts) to.putU32(count);
}

function putHold(to: Cursor, { stage, fault, since_ms, changed, clean, back }: Hold): void {
  to.putU8(stages.indexOf(stage));
  to.putU8(fault === 'missing' ? 1 : 0);
  to.putF64(since_ms);
  to.putU16(changed);
  to.putU16(clean);
  to.putF32(back);
}

export function unpackEvidence(bytes: Uint8Array, law: ProfileLaw): DeviceEvidence | null {
  const from = new Cursor(bytes);
  const in_version = bytes.length > 0 ? from.u8() : 0;
  if ((in_version !== 1 && in_version !== version) || bytes.length !== sizeOf(law, in_version)) return null;
  return new DeviceEvidence(
    law,
    law.map((one) => streamFrom(from, one, in_version)),
  );
}

function streamFrom(from: Cursor, law: StreamLaw, in_version: number): Stream {
  const [windows, total] = [from.u32(), from.f32()];
  const values = Float32Array.from({ length: valueStates(law) }, () => from.f32());
  const missing = Float32Array.from({ length: greater_count }, () => from.f32());
  const { unseen } = emptyStream(law);
  for (let i = 0; i < unseenIn(law, in_version); i++) unseen[i] = from.f32();
  const since = sinceFrom(from, law);
  const held = holdFrom(from);
  return { state: { windows, total, values, missing, unseen, since }, held, anew_ms: from.f64() };
}

function sinceFrom(from: Cursor, law: StreamLaw): Since {
  const from_ms = from.f64();
  const windows = from.u32();
  const [inferences, missing, mean, m2, min, max] = Array.from({ length: 6 }, () => from.f64()) as [number, number, number, number, number, number];
  const counts = Array.from({ length: law.bins }, () => from.u32());
  const count = counts.reduce((sum, one) => sum + one, 0);
  const moments = count === 0 || law.kind === 'classes' ? emptyMoments() : { count, mean, m2, min, max };
  return { from_ms: Number.isNaN(from_ms) ? null : from_ms, windows, inferences, missing, counts, moments };
}

function holdFrom(from: Cursor): Hold {
  const [stage, fault] = [stages[from.u8()] ?? 'none', from.u8() === 1 ? ('missing' as const) : ('distribution' as const)];
  return { stage, fault, since_ms: from.f64(), changed: from.u16(), clean: from.u16(), back: from.f32() };
}

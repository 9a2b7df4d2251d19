// agent/watch: the evidence that was gathered up to a closed window, for the next start. It is written once the window is safe in the outbox, never before,
// so that no value counts twice as evidence after a kill; and at most once in ten minutes, for the sake of the flash. What is lost is evidence since then.
// File, little-endian: u32 CRC-32 of the rest | "HFE1" | 32 bytes SHA-256 of the profile | f32 x state. Another profile, or a damaged file, begins anew.
import { readFileSync, statSync } from 'node:fs';
import { crc32 } from '@holdfast/base';
import { writeDurable } from '../durable-file.ts';

const head_bytes = 40;
const bytes_max = 33_554_432;
export const evidence_interval_ms = 600_000;

export class EvidenceFile {
  readonly #path: string;

  constructor(folder: string) {
    this.#path = `${folder}/evidence.bin`;
  }

  /** The state of this profile, or null where there is none that is whole. */
  load(profile_digest: string): Float32Array | null {
    try {
      if (statSync(this.#path).size > bytes_max) return null;
      const bytes = readFileSync(this.#path);
      const is_mine = bytes.toString('latin1', 4, 8) === 'HFE1' && bytes.toString('hex', 8, head_bytes) === profile_digest;
      if (!is_mine || bytes.length % 4 !== 0 || crc32(bytes, 4) !== bytes.readUInt32LE(0)) return null;
      return Float32Array.from({ length: (bytes.length - head_bytes) / 4 }, (_, i) => bytes.readFloatLE(head_bytes + 4 * i));
    } catch {
      return null; // Absent or unreadable: evidence begins anew, which costs time until a drift is found and no false alarm.
    }
  }

  /** False where the disk refuses; then the file stays as it was. */
  save(profile_digest: string, state: Float32Array): boolean {
    const bytes = Buffer.alloc(head_bytes + 4 * state.length);
    bytes.write('HFE1', 4, 'latin1');
    bytes.write(profile_digest, 8, 'hex');
    state.forEach((value, i) => bytes.writeFloatLE(value, head_bytes + 4 * i));
    bytes.writeUInt32LE(crc32(bytes, 4), 0);
    try {
      writeDurable(this.#path, bytes);
      return true;
    } catch {
      return false; // The caller is told by the result.
    }
  }
}

// agent/watch: how far a warm-up has come, for the next start: of one bundle, one set of names and one length. Written whole and renamed, never half. A file that
// is damaged or foreign is set aside under another name; one of another bundle is passed over. Either way the warm-up begins anew.
// File, little-endian: u32 CRC-32 of the rest | "HFU1" | u32 length of the head | head, JSON | f64 x the numbers of the state, in the order of this machine, which alone
// reads them: a thousand features have 700,000 of them.
import { readFileSync, rmSync, statSync } from 'node:fs';
import { crc32 } from '@holdfast/base';
import type { WarmUpState } from '@holdfast/stats';
import { type WriteWhole, setAside, writeDurable } from '../durable-file.ts';
import type { Names } from '../sdk/names-file.ts';

const head_at = 12;
/** A warm-up of a thousand features takes some 6 MB. */
const bytes_max = 33_554_432;

export interface WarmingKey {
  readonly bundle: string;
  readonly names: Names | null;
  readonly rows: number;
}
interface Head {
  readonly of: WarmingKey;
  /** What the first inference brought: the columns. */
  readonly columns: readonly string[];
  readonly state: WarmUpState['head'];
}
export interface StoredWarming {
  readonly columns: readonly string[];
  readonly state: WarmUpState;
}

export class WarmingFile {
  readonly #path: string;
  readonly #write: WriteWhole;

  constructor(folder: string, write: WriteWhole = writeDurable) {
    this.#write = write;
    this.#path = `${folder}/warming.bin`;
  }

  /** What is kept of this warm-up, or null. `problem` says what was set aside. */
  load(of: WarmingKey): { readonly stored: StoredWarming | null; readonly problem: string | null } {
    let bytes: Buffer;
    try {
      if (statSync(this.#path).size > bytes_max) return { stored: null, problem: this.setAside('it is too large') };
      bytes = readFileSync(this.#path);
    } catch {
      return { stored: null, problem: null }; // Absent or not readable: it begins anew.
    }
    try {
      const { head, numbers } = parse(bytes);
      const is_it = JSON.stringify(head.of) === JSON.stringify(of);
      return { stored: is_it ? { columns: head.columns, state: { head: head.state, numbers } } : null, problem: null };
    } catch (error) {
      return { stored: null, problem: this.setAside(error instanceof Error ? error.message : String(error)) };
    }
  }

  setAside(reason: string): string {
    return setAside(this.#path) ? `the warm-up so far was set aside: ${reason}` : `the warm-up so far is not used: ${reason}`;
  }

  /** False where the disk refuses; then the file stays as it was. */
  save(of: WarmingKey, { columns, state }: StoredWarming): boolean {
    const head = Buffer.from(JSON.stringify({ of, columns, state: state.head } satisfies Head));
    const padded = Math.ceil((head_at + head.length) / 8) * 8; // numbers begin at a multiple of their size
    const bytes = Buffer.alloc(padded + 8 * state.numbers.length, ' ');
    bytes.write('HFU1', 4, 'latin1');
    bytes.writeUInt32LE(padded - head_at, 8);
    head.copy(bytes, head_at);
    bytes.set(new Uint8Array(state.numbers.buffer, state.numbers.byteOffset, state.numbers.byteLength), padded);
    bytes.writeUInt32LE(crc32(bytes, 4), 0);
    try {
      this.#write(this.#path, bytes);
      return true;
    } catch {
      return false; // The caller is told by the result.
    }
  }

  /** The profile is made: nothing is to be gone on with. */
  remove(): void {
    try {
      rmSync(this.#path, { force: true });
    } catch {
      // It is of a warm-up that is over: passed over from now on, since there is a profile.
    }
  }
}

function parse(bytes: Buffer): { head: Head; numbers: Float64Array } {
  const is_whole = bytes.length >= head_at && bytes.toString('latin1', 4, 8) === 'HFU1' && crc32(bytes, 4) === bytes.readUInt32LE(0);
  const numbers_at = is_whole ? head_at + bytes.readUInt32LE(8) : 0;
  if (!is_whole || numbers_at > bytes.length || (bytes.length - numbers_at) % 8 !== 0) throw new RangeError('it is damaged');
  const numbers = new Float64Array((bytes.length - numbers_at) / 8);
  new Uint8Array(numbers.buffer).set(bytes.subarray(numbers_at));
  return { head: JSON.parse(bytes.toString('utf8', head_at, numbers_at)) as Head, numbers };
}

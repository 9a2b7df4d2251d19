// protocol: the numbers and texts that a binary record is made of, written and read one after the other. Little-endian; whole numbers as LEB128 varints of
// up to 53 bits (DWARF 5, section 7.6); a digest (64 hexadecimal digits) as 32 bytes. The reader fails with RangeError where bytes end or exceed a limit.
import { toHex } from '@holdfast/base';

const digest_digits = 64;

export class ByteWriter {
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  #used = 0;

  varint(value: number): this {
    this.#reserve(8);
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.#bytes[this.#used++] = (rest % 128) | 128;
    this.#bytes[this.#used++] = rest;
    return this;
  }

  f32(value: number): this {
    this.#reserve(4);
    this.#view.setFloat32(this.#used, value, true);
    this.#used += 4;
    return this;
  }

  f64(...values: readonly number[]): this {
    for (const value of values) {
      this.#reserve(8);
      this.#view.setFloat64(this.#used, value, true);
      this.#used += 8;
    }
    return this;
  }

  raw(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#used);
    this.#used += bytes.length;
    return this;
  }

  text(value: string): this {
    const bytes = new TextEncoder().encode(value);
    return this.varint(bytes.length).raw(bytes);
  }

  /** 0 and 32 bytes for a digest; another text as it is, with its length before it. */
  digest(value: string): this {
    if (!/^[0-9a-f]{64}$/.test(value)) return this.text(value);
    return this.varint(0).raw(Uint8Array.from({ length: digest_digits / 2 }, (_, i) => Number.parseInt(value.slice(2 * i, 2 * i + 2), 16)));
  }

  counts(values: readonly number[]): this {
    this.varint(values.length);
    for (const value of values) this.varint(value);
    return this;
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#used);
  }

  #reserve(count: number): void {
    if (this.#used + count <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#used + count));
    larger.set(this.#bytes.subarray(0, this.#used));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = at;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  varint(max: number = Number.MAX_SAFE_INTEGER): number {
    let [value, scale] = [0, 1];
    for (let i = 0; i < 8; i++, scale *= 128) {
      const byte = this.#bytes[this.#take(1)]!;
      value += (byte & 127) * scale;
      if (byte < 128) return within(value, max);
    }
    throw new RangeError('a whole number of more than eight bytes');
  }

  f32(): number {
    return this.#view.getFloat32(this.#take(4), true);
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  raw(count: number): Uint8Array {
    const at = this.#take(count);
    return this.#bytes.subarray(at, at + count);
  }

  text(bytes_max: number): string {
    return new TextDecoder('utf-8', { fatal: true }).decode(this.raw(this.varint(bytes_max)));
  }

  digest(): string {
    const length = this.varint(4 * digest_digits);
    return length === 0 ? toHex(this.raw(digest_digits / 2)) : new TextDecoder('utf-8', { fatal: true }).decode(this.raw(length));
  }

  counts(length_max: number): number[] {
    return Array.from({ length: within(this.varint(length_max), this.left) }, () => this.varint());
  }

  #take(count: number): number {
    if (count > this.left) throw new RangeError(`${this.left} bytes left, expected ${count}`);
    this.#at += count;
    return this.#at - count;
  }
}

function within(value: number, max: number): number {
  if (value > max) throw new RangeError(`saw ${value}, expected ${max} at most`);
  return value;
}

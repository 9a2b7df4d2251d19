// web/onnx: the wire format of Protocol Buffers (protobuf.dev/programming-guides/encoding), read strictly from bytes of somebody else.
// Each byte is passed once, a field that nobody asks for is skipped by its length, and what is no field is refused with its place.

/** What is wrong with a file, in one sentence to be shown. */
export class FileFault extends Error {}

export interface Field {
  readonly number: number;
  /** 0 varint, 1 eight bytes, 2 a run of bytes, 5 four bytes. */
  readonly wire: 0 | 1 | 2 | 5;
  /** Where its value begins and ends. */
  readonly from: number;
  readonly to: number;
  /** Of a varint alone. */
  readonly value: number | bigint;
}

const varint_bytes_max = 10;
const fault = (at: number, saw: string): FileFault => new FileFault(`Byte ${at}: saw ${saw}, which no model of ONNX has there.`);

/** An int64; a bigint where a number would not hold it. */
function readVarint(bytes: Uint8Array, at: number, end: number): { value: number | bigint; at: number } {
  let [value, scale] = [0, 1];
  for (let i = at; i < end && i < at + varint_bytes_max; i++) {
    const byte = bytes[i]!;
    if (i - at < 7) {
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 128) return { value, at: i + 1 };
    } else if (byte < 128) return { value: wide(bytes.subarray(at, i + 1)), at: i + 1 };
  }
  throw fault(at, end - at < varint_bytes_max ? 'a number that the file cuts off' : 'a number of more than ten bytes');
}

function wide(digits: Uint8Array): number | bigint {
  const all = digits.reduceRight((sum, byte) => (sum << 7n) | BigInt(byte & 0x7f), 0n);
  const signed = BigInt.asIntN(64, all);
  return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
}

export function* fieldsOf(bytes: Uint8Array, from = 0, to = bytes.length): Generator<Field> {
  let at = from;
  while (at < to) {
    const key = readVarint(bytes, at, to);
    const number = Number(key.value) / 8;
    const wire = Number(key.value) % 8;
    if (!(number >= 1 && number < 2 ** 29)) throw fault(at, `a field with the number ${Math.floor(number)}`);
    const field = valueOf(bytes, Math.floor(number), wire, key.at, to);
    yield field;
    at = field.to;
  }
}

function valueOf(bytes: Uint8Array, number: number, wire: number, at: number, to: number): Field {
  if (wire === 0) {
    const varint = readVarint(bytes, at, to);
    return { number, wire, from: at, to: varint.at, value: varint.value };
  }
  if (wire !== 1 && wire !== 2 && wire !== 5) throw fault(at, `a value of kind ${wire}`);
  const length = wire === 2 ? readVarint(bytes, at, to) : { value: wire === 1 ? 8 : 4, at };
  const size = Number(length.value);
  if (!(size >= 0 && size <= to - length.at)) throw fault(at, `a value of ${size} bytes where ${to - length.at} are left`);
  return { number, wire, from: length.at, to: length.at + size, value: 0 };
}

const decoder = new TextDecoder();
const text_bytes_max = 1_000;

/** A name or the like; a longer one is cut. */
export function textOf(bytes: Uint8Array, { from, to }: Field): string {
  const cut = to - from > text_bytes_max;
  return decoder.decode(bytes.subarray(from, cut ? from + text_bytes_max : to)) + (cut ? '…' : '');
}

/** Numbers of a repeated field: one, or several in a row. At most `count_max`, and how many there are. */
export function wholesOf(bytes: Uint8Array, field: Field, count_max: number): { shown: (number | bigint)[]; total: number } {
  if (field.wire === 0) return { shown: [field.value], total: 1 };
  const shown: (number | bigint)[] = [];
  let total = 0;
  for (let at = field.from; at < field.to; total++) {
    const one = readVarint(bytes, at, field.to);
    if (shown.length < count_max) shown.push(one.value);
    at = one.at;
  }
  return { shown, total };
}

export function floatsOf(bytes: Uint8Array, field: Field, count_max: number): { shown: number[]; total: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const total = Math.floor((field.to - field.from) / 4);
  return { shown: Array.from({ length: Math.min(total, count_max) }, (_, i) => view.getFloat32(field.from + 4 * i, true)), total };
}

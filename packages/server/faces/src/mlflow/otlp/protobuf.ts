// mlflow: reads protobuf off untrusted bytes (protobuf.dev/programming-guides/encoding). Strict: what is cut, too long or of no known wire
// type is refused; nothing is copied, and no length is believed before it was held against the bytes that are there.

/** What cannot be read, and where: the caller makes an answer of it. */
export class NotProtobuf extends Error {}

const text = new TextDecoder('utf-8', { fatal: true });
export type WireType = 0 | 1 | 2 | 5;

/** How much one request may make of its bytes: two bytes are a message, and a message is an object. */
export interface Budget {
  messages: number;
  readonly depth_max: number;
}

export class ProtobufReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #budget: Budget;
  readonly #depth: number;
  #at = 0;

  constructor(bytes: Uint8Array, budget: Budget, depth = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#budget = budget;
    this.#depth = depth;
  }

  /** The next field, or null at the end. Its value is to be read or skipped before the next one. */
  next(): { field: number; wire: WireType } | null {
    if (this.#at === this.#bytes.length) return null;
    const tag = this.varint();
    const [field, wire] = [Number(tag >> 3n), Number(tag & 7n)];
    if (tag > 0xffff_ffffn || field === 0) throw this.#wrong('a field number that is none');
    if (wire !== 0 && wire !== 1 && wire !== 2 && wire !== 5) throw this.#wrong(`the wire type ${wire}`);
    return { field, wire };
  }
  /** Unsigned, 64 bits: at most ten bytes. */
  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw this.#wrong('the end inside of a number');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw this.#wrong('a number of more than ten bytes');
  }
  fixed64(): bigint {
    const at = this.#take(8);
    return this.#view.getBigUint64(at, true);
  }
  double(): number {
    const at = this.#take(8);
    return this.#view.getFloat64(at, true);
  }
  bytes(): Uint8Array {
    const length = this.varint();
    if (length > BigInt(this.#bytes.length - this.#at)) throw this.#wrong(`a length of ${length} bytes, ${this.#bytes.length - this.#at} are left`);
    const at = this.#take(Number(length));
    return this.#bytes.subarray(at, this.#at);
  }
  string(): string {
    try {
      return text.decode(this.bytes());
    } catch (error) {
      if (error instanceof NotProtobuf) throw error;
      throw this.#wrong('a text that is not UTF-8');
    }
  }
  /** A message inside of this one. */
  message<T>(fields: Fields<T>, into: T): T {
    if (this.#depth >= this.#budget.depth_max) throw this.#wrong(`messages in each other deeper than ${this.#budget.depth_max}`);
    if (this.#budget.messages-- <= 0) throw this.#wrong('more parts than one request may have');
    return new ProtobufReader(this.bytes(), this.#budget, this.#depth + 1).fields(fields, into);
  }
  fields<T>(known: Fields<T>, into: T): T {
    for (let tag = this.next(); tag !== null; tag = this.next()) {
      const found = Object.hasOwn(known, tag.field) ? known[tag.field] : undefined;
      if (found?.[0] === tag.wire) found[1](this, into);
      else this.skip(tag.wire);
    }
    return into;
  }
  skip(wire: WireType): void {
    if (wire === 0) this.varint();
    else if (wire === 2) this.bytes();
    else this.#take(wire === 1 ? 8 : 4);
  }

  #take(count: number): number {
    const at = this.#at;
    if (count > this.#bytes.length - at) throw this.#wrong('the end inside of a value');
    this.#at += count;
    return at;
  }
  #wrong(saw: string): NotProtobuf {
    return new NotProtobuf(`${saw}, before byte ${this.#at}`);
  }
}

type Read<T> = (reader: ProtobufReader, into: T) => void;
/** How each known field of a message is read, by its number; a field of another wire type than described is an unknown one, as in protobuf. */
export type Fields<T> = Readonly<Record<number, readonly [WireType, Read<T>]>>;

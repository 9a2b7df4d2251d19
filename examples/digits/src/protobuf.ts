// examples/digits: as much of the protocol buffers wire format as an ONNX file needs: varints, bytes, strings, messages in messages.
// Source: Protocol Buffers documentation, "Encoding". A field is a varint of (number << 3 | wire type), then its value.
import { concat } from '@holdfast/base';

/** The bytes of one field, or of several one after the other. */
export type Field = Uint8Array;

/** A non-negative whole number below 2^53 as a varint: seven bits a byte, the lowest first. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.of(...bytes, rest);
}

export function whole(number: number, value: number): Field {
  return concat([varint(number * 8), varint(value)]);
}

export function bytes(number: number, value: Uint8Array): Field {
  return concat([varint(number * 8 + 2), varint(value.length), value]);
}

export function text(number: number, value: string): Field {
  return bytes(number, new TextEncoder().encode(value));
}

export function message(number: number, ...fields: readonly Field[]): Field {
  return bytes(number, concat(fields));
}

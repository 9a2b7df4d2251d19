// web/onnx: tensors and types of ONNX (onnx/onnx.proto: TensorProto, TypeProto): what they are and how large, never their content.
import { FileFault, type Field, fieldsOf, textOf, wholesOf } from './protobuf.ts';

/** TensorProto.DataType: name, and bits of one element; a text has none. */
const element_types: Readonly<Record<number, readonly [string, number]>> = {
  1: ['float32', 32],
  2: ['uint8', 8],
  3: ['int8', 8],
  4: ['uint16', 16],
  5: ['int16', 16],
  6: ['int32', 32],
  7: ['int64', 64],
  8: ['string', 0],
  9: ['bool', 8],
  10: ['float16', 16],
  11: ['float64', 64],
  12: ['uint32', 32],
  13: ['uint64', 64],
  14: ['complex64', 64],
  15: ['complex128', 128],
  16: ['bfloat16', 16],
  17: ['float8e4m3fn', 8],
  18: ['float8e4m3fnuz', 8],
  19: ['float8e5m2', 8],
  20: ['float8e5m2fnuz', 8],
  21: ['uint4', 4],
  22: ['int4', 4],
  23: ['float4e2m1', 4],
};
const typeName = (code: number | bigint): string => element_types[Number(code)]?.[0] ?? `type ${code}`;

const dims_max = 32;
const depth_max = 8;

export interface Tensor {
  readonly name: string;
  readonly type: string;
  readonly elements: number;
  readonly size_bytes: number;
  /** Its content lies in a file beside the model. */
  readonly external: boolean;
}

export function readTensor(bytes: Uint8Array, at: Field): Tensor {
  const dims: (number | bigint)[] = [];
  let [name, code, external] = ['', 0, false];
  for (const field of fieldsOf(bytes, at.from, at.to)) {
    if (field.number === 1) dims.push(...wholesOf(bytes, field, dims_max).shown);
    else if (field.number === 2) code = Number(field.value);
    else if (field.number === 8) name = textOf(bytes, field);
    else if (field.number === 14) external = field.value === 1;
  }
  const elements = dims.slice(0, dims_max).reduce<number>((product, dim) => product * Number(dim), 1);
  if (!Number.isSafeInteger(elements) || elements < 0) throw new FileFault(`The tensor ${name} has the shape [${dims.join(', ')}], which no memory holds.`);
  const bits = element_types[code]?.[1] ?? 0;
  return { name, type: `${typeName(code)}[${dims.join(', ')}]`, elements, size_bytes: Math.ceil((elements * bits) / 8), external };
}

export interface Value {
  readonly name: string;
  /** Such as `float32[N, 3, 224, 224]`. */
  readonly type: string;
}

export function readValue(bytes: Uint8Array, at: Field): Value {
  let [name, type] = ['', 'not said'];
  for (const field of fieldsOf(bytes, at.from, at.to)) {
    if (field.number === 1) name = textOf(bytes, field);
    else if (field.number === 2) type = readType(bytes, field, 0);
  }
  return { name, type };
}

function readType(bytes: Uint8Array, at: Field, depth: number): string {
  if (depth > depth_max) throw new FileFault(`A type lies more than ${depth_max} types deep.`);
  let type = 'not said';
  for (const field of fieldsOf(bytes, at.from, at.to)) {
    if (field.number === 1 || field.number === 8) type = (field.number === 8 ? 'sparse ' : '') + readTensorType(bytes, field);
    else if (field.number === 4 || field.number === 9) type = `${field.number === 4 ? 'sequence' : 'optional'} of ${readInner(bytes, field, depth)}`;
    else if (field.number === 5) type = `map to ${readInner(bytes, field, depth)}`;
  }
  return type;
}

/** The type in a sequence or an optional is field 1, in a map field 2 (field 1 is a number: the type of the key). */
function readInner(bytes: Uint8Array, at: Field, depth: number): string {
  let type = 'not said';
  for (const field of fieldsOf(bytes, at.from, at.to)) if (field.wire === 2 && field.number <= 2) type = readType(bytes, field, depth + 1);
  return type;
}

function readTensorType(bytes: Uint8Array, at: Field): string {
  let [code, shape]: [number | bigint, string | null] = [0, null];
  for (const field of fieldsOf(bytes, at.from, at.to)) {
    if (field.number === 1) code = field.value;
    else if (field.number === 2) shape = readShape(bytes, field);
  }
  return typeName(code) + (shape ?? ' of any shape');
}

function readShape(bytes: Uint8Array, at: Field): string {
  const dims: string[] = [];
  for (const field of fieldsOf(bytes, at.from, at.to)) {
    if (field.number !== 1 || dims.length >= dims_max) continue;
    let dim = '?';
    for (const part of fieldsOf(bytes, field.from, field.to)) {
      if (part.number === 1) dim = String(part.value);
      else if (part.number === 2) dim = textOf(bytes, part) || '?';
    }
    dims.push(dim);
  }
  return `[${dims.join(', ')}]`;
}

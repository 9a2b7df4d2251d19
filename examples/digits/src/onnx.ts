// examples/digits: the network as an ONNX file: Conv, Relu, Conv, Relu, Flatten, Gemm; opset 17, IR version 8; input [N, 1, 28, 28], output [N, 10].
// ONNX orders filters as maps out, maps in, rows, columns and activations as maps, rows, columns; the network keeps the maps last, hence the reordering.
// Field numbers: onnx/onnx.proto. The bytes depend on the parameters alone: same parameters, same digest.
import { concat } from '@holdfast/base';
import { classes, type Convolution, dense, first, kernel, second, side, stride } from './network.ts';
import { bytes, type Field, message, text, whole } from './protobuf.ts';

const float32 = 1;
const attribute_int = 2;
const attribute_ints = 7;

export function toOnnx(parameters: Float32Array): Uint8Array {
  const nodes = [
    node('Conv', ['image', 'first.weights', 'first.biases'], 'first', ints('kernel_shape', [kernel, kernel]), ints('strides', [stride, stride])),
    node('Relu', ['first'], 'first.relu'),
    node('Conv', ['first.relu', 'second.weights', 'second.biases'], 'second', ints('kernel_shape', [kernel, kernel]), ints('strides', [stride, stride])),
    node('Relu', ['second'], 'second.relu'),
    node('Flatten', ['second.relu'], 'features', int('axis', 1)),
    node('Gemm', ['features', 'dense.weights', 'dense.biases'], 'scores', int('transB', 1)),
  ];
  const tensors = [
    ...convolutionTensors('first', first, parameters),
    ...convolutionTensors('second', second, parameters),
    tensor('dense.weights', [classes, dense.features], denseWeights(parameters)),
    tensor('dense.biases', [classes], parameters.subarray(dense.biases_at, dense.biases_at + classes)),
  ];
  const graph = message(7, ...nodes, text(2, 'digits'), ...tensors, value(11, 'image', [1, side, side]), value(12, 'scores', [classes]));
  return concat([whole(1, 8), text(2, 'holdfast-examples-digits'), graph, message(8, text(1, ''), whole(2, 17))]);
}

function node(op: string, inputs: readonly string[], output: string, ...attributes: readonly Field[]): Field {
  return message(1, ...inputs.map((name) => text(1, name)), text(2, output), text(3, output), text(4, op), ...attributes);
}

function int(name: string, amount: number): Field {
  return message(5, text(1, name), whole(3, amount), whole(20, attribute_int));
}

function ints(name: string, amounts: readonly number[]): Field {
  return message(5, text(1, name), ...amounts.map((amount) => whole(8, amount)), whole(20, attribute_ints));
}

/** A graph's input (field 11) or output (field 12): floats, any batch. */
function value(field: number, name: string, sizes: readonly number[]): Field {
  const dimensions = [message(1, text(2, 'N')), ...sizes.map((size) => message(1, whole(1, size)))];
  return message(field, text(1, name), message(2, message(1, whole(1, float32), message(2, ...dimensions))));
}

function tensor(name: string, sizes: readonly number[], values: Float32Array): Field {
  const raw = new Uint8Array(4 * values.length);
  const view = new DataView(raw.buffer);
  values.forEach((number, i) => view.setFloat32(4 * i, number, true));
  return message(5, ...sizes.map((size) => whole(1, size)), whole(2, float32), text(8, name), bytes(9, raw));
}

function convolutionTensors(name: string, layer: Convolution, parameters: Float32Array): Field[] {
  const { maps_in, maps_out, patch, weights_at, biases_at } = layer;
  const area = kernel * kernel;
  const weights = new Float32Array(maps_out * patch);
  for (let at = 0; at < weights.length; at++) {
    const [out, map, place] = [Math.floor(at / patch), Math.floor((at % patch) / area), at % area];
    weights[at] = parameters[weights_at + out * patch + place * maps_in + map]!;
  }
  return [
    tensor(`${name}.weights`, [maps_out, maps_in, kernel, kernel], weights),
    tensor(`${name}.biases`, [maps_out], parameters.subarray(biases_at, biases_at + maps_out)),
  ];
}

function denseWeights(parameters: Float32Array): Float32Array {
  const places = second.size_out * second.size_out;
  return Float32Array.from({ length: classes * dense.features }, (_, at) => {
    const [row, map, place] = [Math.floor(at / dense.features), Math.floor((at % dense.features) / places), at % places];
    return parameters[dense.weights_at + row * dense.features + place * second.maps_out + map]!;
  });
}

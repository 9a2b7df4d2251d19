import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxesOf, nodeOf } from './graph.ts';
import { model_bytes_max, readModel } from './model.ts';
import { FileFault } from './protobuf.ts';

/** As examples/digits writes it, with its parameters of the start (seed 3). */
const digits = new Uint8Array(readFileSync(new URL('../../test/digits.onnx', import.meta.url)));

// the wire format once more, the other way round
const varint = (value: bigint | number): number[] => {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
};
const whole = (number: number, value: bigint | number): number[] => [...varint(number * 8), ...varint(value)];
const run = (number: number, bytes: readonly number[]): number[] => [...varint(number * 8 + 2), ...varint(bytes.length), ...bytes];
const text = (number: number, value: string): number[] => run(number, [...new TextEncoder().encode(value)]);
const float = (number: number, value: number): number[] => [...varint(number * 8 + 5), ...new Uint8Array(new Float32Array([value]).buffer)];
const model = (...graph: number[][]): Uint8Array => new Uint8Array([...whole(1, 9), ...run(8, [...text(1, ''), ...whole(2, 21)]), ...run(7, graph.flat())]);
const attribute = (name: string, ...value: number[][]): number[] => run(5, [...text(1, name), ...value.flat()]);

describe('a model of ONNX', () => {
  it('of the demo is read whole: what goes in and out, its nodes, its parameters', () => {
    const { nodes, tensors: _tensors, values: _values, ...rest } = readModel(digits);
    expect(rest).toMatchObject({
      ...{ ir_version: 8, opsets: [{ domain: 'ai.onnx', version: 17 }], nodes_total: 6 },
      ...{ parameters: 5994, parameter_bytes: 4 * 5994, external_bytes: 0 },
      ops: [
        ['Conv', 2],
        ['Relu', 2],
        ['Flatten', 1],
        ['Gemm', 1],
      ],
    });
    expect(rest.inputs.map(({ type }) => type)).toEqual(['float32[N, 1, 28, 28]']);
    expect(rest.outputs.map(({ type }) => type)).toEqual(['float32[N, 10]']);
    expect(nodes.map(({ op }) => op)).toEqual(['Conv', 'Relu', 'Conv', 'Relu', 'Flatten', 'Gemm']);
    expect(nodes[0]!.attributes).toContainEqual({ name: 'kernel_shape', text: '[5, 5]' });
  });

  it('is read where numbers are packed or not, wide, negative or many, and where attributes hold text, tensors and graphs', () => {
    const most = 2n ** 63n - 1n;
    const bytes = model(
      run(1, [
        ...text(1, 'x'),
        ...text(1, ''),
        ...text(2, 'y'),
        ...text(4, 'Slice'),
        ...text(7, 'com.example'),
        ...attribute('ends', run(8, [...varint(most), ...varint(-1)])),
        ...attribute('axes', whole(8, 0), whole(8, 1)),
        ...attribute(
          'pads',
          run(
            8,
            Array.from({ length: 40 }, () => 1),
          ),
        ),
        ...attribute('alpha', float(2, 0.1)),
        ...attribute('scales', float(7, 1), float(7, 2.5)),
        ...attribute('mode', text(4, 'constant')),
        ...attribute('value', run(5, [...whole(1, 2), ...whole(1, 3), ...whole(2, 7)])),
        ...attribute('then_branch', run(6, [])),
      ]),
      run(5, [...whole(1, 1000), ...whole(2, 10), ...text(8, 'far'), ...whole(14, 1)]),
      run(5, [...run(1, [...varint(3), ...varint(5)]), ...whole(2, 22), ...text(8, 'four bits')]),
      run(11, [...text(1, 'far')]),
      run(11, [...text(1, 's'), ...run(2, run(4, run(1, run(1, [...whole(1, 8), ...run(2, [])]))))]),
      run(11, [...text(1, 'x'), ...run(2, run(1, whole(1, 1)))]),
    );
    const read = readModel(bytes);
    expect(read.nodes[0]!.attributes.map(({ name, text: value }) => [name, value])).toEqual([
      ['ends', '[9223372036854775807, -1]'],
      ['axes', '[0, 1]'],
      ['pads', `[${Array(16).fill('1').join(', ')}, … 40 in all]`],
      ['alpha', '0.1'],
      ['scales', '[1, 2.5]'],
      ['mode', '"constant"'],
      ['value', 'tensor int64[2, 3]'],
      ['then_branch', 'a graph'],
    ]);
    expect(read.nodes[0]).toMatchObject({ op: 'Slice', domain: 'com.example', inputs: ['x', ''], outputs: ['y'] });
    expect([read.parameters, read.parameter_bytes, read.external_bytes]).toEqual([1015, 2000 + 8, 2000]);
    expect(read.inputs).toEqual([
      { name: 's', type: 'sequence of string[]' },
      { name: 'x', type: 'float32 of any shape' },
    ]);
  });

  it.each([
    ['nothing', new Uint8Array(0), 'no graph'],
    ['text', new TextEncoder().encode('<html>'), 'Byte'],
    ['a file that is cut off', digits.subarray(0, 20_000), 'are left'],
    ['a length beyond the end', new Uint8Array([0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f]), 'are left'],
    ['a number that does not end', new Uint8Array([0x08, ...Array<number>(12).fill(0xff)]), 'more than ten bytes'],
    ['a group', new Uint8Array([0x0b, 0x0c]), 'kind 3'],
    ['a tensor that no memory holds', model(run(5, [...whole(1, 2n ** 40n), ...whole(1, 2n ** 40n), ...text(8, 'w')])), 'no memory holds'],
    [
      'a type in a type without end',
      model(
        run(
          11,
          run(
            2,
            Array.from({ length: 40 }).reduce<number[]>((inner) => run(4, run(1, inner)), []),
          ),
        ),
      ),
      'types deep',
    ],
  ])('that is %s is refused in a sentence', (_, bytes, says) => {
    expect(() => readModel(bytes)).toThrow(FileFault);
    expect(() => readModel(bytes)).toThrow(says);
  });

  it('that is too large is not looked into', () => {
    expect(() => readModel({ length: model_bytes_max + 1 } as Uint8Array)).toThrow('at most');
  });

  const outcome = (bytes: Uint8Array): string => {
    try {
      return typeof readModel(bytes).nodes_total;
    } catch (error) {
      return error instanceof FileFault ? 'fault' : String(error);
    }
  };
  it('that is garbage is read or refused, and never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(['number', 'fault']).toContain(outcome(bytes));
        expect(['number', 'fault']).toContain(outcome(new Uint8Array([0x3a, ...varint(bytes.length), ...bytes])));
      }),
      { numRuns: 2_000 },
    );
  });
  it('of which bytes are changed, cut out or doubled is read or refused, soon', () => {
    const change = fc.tuple(fc.nat(digits.length - 1), fc.nat(255), fc.nat(2_000));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), fc.boolean(), (changes, cut) => {
        let bytes = digits.slice();
        for (const [at, value, length] of changes) {
          if (cut) bytes = new Uint8Array([...bytes.subarray(0, at), ...bytes.subarray(at + length)]);
          else bytes[Math.min(at % 600, bytes.length - 1)] = value;
        }
        const started = performance.now();
        expect(['number', 'fault']).toContain(outcome(bytes));
        expect(performance.now() - started).toBeLessThan(2_000);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the graph of a model', () => {
  it('has a box for what goes in, for each node behind its inputs, and for what comes out', () => {
    const boxes = boxesOf(readModel(digits));
    expect(boxes.map(({ id, needs, title }) => [id, needs, title])).toEqual([
      ['input 0', [], 'image'],
      ['node 0', ['input 0'], 'Conv'],
      ['node 1', ['node 0'], 'Relu'],
      ['node 2', ['node 1'], 'Conv'],
      ['node 3', ['node 2'], 'Relu'],
      ['node 4', ['node 3'], 'Flatten'],
      ['node 5', ['node 4'], 'Gemm'],
      ['output 0', ['node 5'], 'scores'],
    ]);
    expect(boxes.map(({ id }) => nodeOf(id))).toEqual([null, 0, 1, 2, 3, 4, 5, null]);
  });
  it('holds where a node takes its own output', () => {
    const bytes = model(run(1, [...text(1, 'y'), ...text(2, 'y'), ...text(4, 'Loop')]));
    expect(boxesOf(readModel(bytes))).toEqual([{ id: 'node 0', needs: [], title: 'Loop', note: '' }]);
  });
});

import { join } from 'node:path';
import type { Inference } from '@holdfast/protocol';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/support.ts';
import { openLog } from '../sdk/index.ts';
import type { Names } from '../sdk/names-file.ts';
import { InferenceSource, JsonLines } from './index.ts';

const folderOf = temporaryFolders();

function make() {
  const ring = join(folderOf(), 'ring');
  const lines = new JsonLines(ring);
  lines.start();
  const seen: { inferences: Inference[]; names: Names | null } = { inferences: [], names: null };
  const source = new InferenceSource(ring, (names) => (seen.names = names));
  const write = (text: string) => {
    lines.take(Buffer.from(text));
    source.poll((inference) => seen.inferences.push(inference));
    return seen;
  };
  return { ring, lines, write };
}

describe('lines of a program that knows nothing of us', () => {
  it('are inferences where they hold outputs, with the names that they give', () => {
    const { write } = make();
    const { inferences, names } = write('{"inputs":{"length":1.5,"wet":true},"outputs":{"no":0.25,"yes":0.75},"predicted":"yes","latency_ms":2}\n');
    expect(names).toEqual({ inputs: ['length', 'wet'], outputs: ['no', 'yes'] });
    expect(inferences).toHaveLength(1);
    expect([...Array.from(inferences[0]!.inputs), ...Array.from(inferences[0]!.outputs)]).toEqual([1.5, 1, 0.25, 0.75]);
    expect(inferences[0]).toMatchObject({ predicted: 1, latency_ms: 2 });
  });

  it('may be cut anywhere, and are whole when their end has come', () => {
    const { write } = make();
    expect(write('starting\n{"outputs":[0.').inferences).toHaveLength(0);
    expect(write('5,0.5]}\n{"outputs":[1').inferences).toHaveLength(1);
    expect(write(',0]}\n').inferences).toHaveLength(2);
  });

  it('are only output where they are anything else', () => {
    const { write } = make();
    const others = [
      '{',
      '{}',
      '{"outputs":[]}',
      '{"outputs":["a"]}',
      '{"outputs":{"a":{}}}',
      '[1,2]',
      '{"inputs":[1]}',
      `{"outputs":[${'1,'.repeat(60_000)}1]}`,
    ];
    expect(write(`${others.join('\n')}\n`).inferences).toHaveLength(0);
  });

  it('are not counted where the program writes the ring itself', () => {
    const { ring, write } = make();
    const log = openLog({ ring, inputs: ['a'], outputs: ['b'] });
    log.inference({ inputs: [1], outputs: [1] });
    expect(write('{"inputs":[1],"outputs":[1]}\n').inferences).toHaveLength(1);
    log.close();
  });
});

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeInference, ring } from '@holdfast/protocol';
import { categoryCode } from '@holdfast/stats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/support.ts';
import { RingReader } from '../capture/ring-reader.ts';
import { type LoggedInference, openLog } from './index.ts';
import { readNames } from './names-file.ts';

const folderOf = temporaryFolders();

describe('the log of an app', () => {
  it('never throws, whatever it is given, and counts what it could not write', () => {
    const log = openLog({ ring: join(folderOf(), 'ring'), slot_count: 64 });
    fc.assert(
      fc.property(fc.anything(), (anything) => log.inference(anything as LoggedInference)),
      { numRuns: 300 },
    );
    const trap = new Proxy(
      {},
      {
        get: () => {
          throw new Error('trapped');
        },
      },
    );
    const before = log.dropped;
    log.inference(trap as LoggedInference);
    log.inference({ predicted: 1.5 });
    log.inference({ inputs: new Float32Array(70_000) });
    log.inference({ image: { width: 2, height: 2, channels: 3, pixels: new Uint8Array(5) } });
    log.inference({ image: { width: 300, height: 300, channels: 3, pixels: new Uint8Array(270_000) } });
    expect(log.dropped - before).toBe(5);
    expect(log.reason).toContain('the limit of this ring');
    log.close();
    log.close();
  });

  it('describes texts, words, sounds and embeddings by numbers behind the inputs, each in its place', () => {
    const ring_file = join(folderOf(), 'ring');
    const names = { inputs: ['t', 'u'], texts: ['note'], categories: ['colour'], audio: ['mic'], embeddings: ['pooled'] };
    const log = openLog({ ring: ring_file, ...names });
    log.inference({ inputs: [20.5], texts: ['Two words'], categories: ['red'], audio: [{ samples: [0.5, -0.5], rate_hz: 8000 }], embeddings: [[1, 2]] });
    log.inference({ inputs: [1, 2], categories: [null] });
    log.inference({ inputs: [1, 2, 3] });
    expect([log.logged, log.dropped, log.reason]).toEqual([2, 1, 'inputs: saw 3 values, expected 2, as there are names']);
    const { inputs: known, categories } = readNames(ring_file)!;
    expect(categories).toEqual(['colour']);
    const seen: Record<string, number>[] = [];
    new RingReader(ring_file).poll((payload) => {
      const { inputs } = decodeInference(payload)!;
      seen.push(Object.fromEntries(known.map((name, i) => [name, inputs[i]!])));
    });
    expect(seen[0]).toMatchObject({ t: 20.5, u: Number.NaN, 'note.characters': 9, 'note.words': 2, colour: categoryCode('red'), 'mic.zero_crossings': 1 });
    expect(seen[0]!['pooled.p7']).toBeTypeOf('number');
    expect(seen[1]).toMatchObject({ t: 1, u: 2, 'note.characters': Number.NaN, colour: Number.NaN, 'pooled.p0': Number.NaN });
  });

  it('is a counted no-op without a ring, without a folder, and in place of a folder', () => {
    const folder = folderOf();
    mkdirSync(join(folder, 'taken'));
    for (const path of ['', join(folder, 'missing', 'ring'), join(folder, 'taken'), '/dev/null']) {
      const log = openLog({ ring: path });
      log.inference({ inputs: [1] });
      expect([log.logged, log.dropped]).toEqual([0, 1]);
      expect(log.reason).toBeTruthy();
    }
  });

  it('continues a ring of the same shape with the next slot and seq', () => {
    const path = join(folderOf(), 'ring');
    const first = openLog({ ring: path });
    for (let n = 0; n < 3; n++) first.inference({ reference: n });
    first.close();
    const head = readFileSync(path).subarray(0, ring.header_bytes);
    const second = openLog({ ring: path });
    second.inference({ reference: 3 });
    expect(readFileSync(path).subarray(0, ring.header_bytes)).toEqual(head);
    const found: number[] = [];
    const reader = new RingReader(path);
    reader.poll((payload) => found.push(decodeInference(payload)!.reference));
    expect([found, reader.lost]).toEqual([[0, 1, 2, 3], 0]);
    reader.close();
  });

  it('replaces a file that is no ring', () => {
    const path = join(folderOf(), 'ring');
    writeFileSync(path, 'something else');
    const log = openLog({ ring: path });
    log.inference({});
    expect(log.logged).toBe(1);
  });

  it('writes the names beside the ring, and reads none from a file of another kind', () => {
    const path = join(folderOf(), 'ring');
    openLog({ ring: path, inputs: ['a', 'b'], outputs: ['no', 'yes'] }).close();
    expect(readNames(path)).toEqual({ inputs: ['a', 'b'], outputs: ['no', 'yes'] });
    for (const text of ['', '{', '[]', '{"v":1,"inputs":[1],"outputs":[]}', '{"v":2,"inputs":[],"outputs":[]}']) {
      writeFileSync(`${path}.json`, text);
      expect(readNames(path)).toBeNull();
    }
  });

  it('is closed for good after close', () => {
    const log = openLog({ ring: join(folderOf(), 'ring') });
    log.close();
    log.inference({});
    expect([log.logged, log.dropped, log.reason]).toEqual([0, 1, 'the log is closed']);
  });

  it.each([
    [{ slot_count: 1e12 }, '1000000000000'],
    [{ slot_bytes: 0 }, '0 and'],
    [{ slot_bytes: -1 }, '-1 and'],
    [{ slot_count: 16.5 }, '16.5'],
  ])('makes no ring of the shape %j', (shape, saw) => {
    const folder = folderOf();
    const log = openLog({ ring: join(folder, 'ring'), ...shape });
    log.inference({ inputs: [1] });
    expect([log.logged, log.dropped]).toEqual([0, 1]);
    expect(log.reason).toContain(saw);
    expect(readdirSync(folder)).toEqual([]);
  });
});

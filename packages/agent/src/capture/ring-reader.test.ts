import { closeSync, openSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { decodeInference, ring } from '@holdfast/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/support.ts';
import { type Log, openLog } from '../sdk/index.ts';
import { RingReader } from './ring-reader.ts';
import { scanRing } from './ring-scan.ts';

const folderOf = temporaryFolders();
const small = { slot_bytes: 64, slot_count: 32 };

function logRange(log: Log, from: number, to: number, inputs = 1): void {
  for (let n = from; n < to; n++) log.inference({ inputs: new Float32Array(inputs).fill(n), reference: n });
  expect(log.dropped).toBe(0);
}

function drain(reader: RingReader): number[] {
  const found: number[] = [];
  reader.poll((payload) => found.push(decodeInference(payload)!.reference));
  return found;
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

function write(path: string, at: number, bytes: Uint8Array): void {
  const fd = openSync(path, 'r+');
  writeSync(fd, bytes, 0, bytes.length, at);
  closeSync(fd);
}

describe('the ring reader', () => {
  it('reads every record once, over many laps', () => {
    const path = join(folderOf(), 'ring');
    const log = openLog({ ring: path, ...small });
    const reader = new RingReader(path);
    const found: number[] = [];
    for (let n = 0; n < 500; n += 10) {
      logRange(log, n, n + 10);
      found.push(...drain(reader));
    }
    expect(found).toEqual(range(0, 500));
    expect(reader.lost).toBe(0);
    reader.close();
  });

  it('counts by seq what an overrun took, and goes on with whole records', () => {
    const path = join(folderOf(), 'ring');
    const log = openLog({ ring: path, ...small });
    const reader = new RingReader(path);
    logRange(log, 0, 5);
    drain(reader);
    logRange(log, 5, 205);
    const found = drain(reader);
    expect(found).toEqual(range(205 - found.length, 205));
    expect(reader.lost).toBe(200 - found.length);
    expect(found.length).toBeGreaterThanOrEqual(16);
    reader.close();
  });

  it('keeps the law of conservation: logged = read + lost, for any pace and any size of records', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ count: fc.integer({ min: 0, max: 60 }), inputs: fc.integer({ min: 0, max: 25 }), poll: fc.boolean() }), { maxLength: 30 }),
        (steps) => {
          const path = join(folderOf(), 'ring');
          const log = openLog({ ring: path, ...small });
          const reader = new RingReader(path);
          const found: number[] = [];
          let n = 0;
          for (const step of steps) {
            logRange(log, n, n + step.count, step.inputs);
            n += step.count;
            if (step.poll) found.push(...drain(reader));
          }
          logRange(log, n, n + 1);
          found.push(...drain(reader));
          reader.close();
          log.close();
          expect(found.length + reader.lost).toBe(n + 1);
          expect([...found].sort((a, b) => a - b)).toEqual(found);
          expect(new Set(found).size).toBe(found.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('goes on when a writer died in the middle of a record and was started again', () => {
    const path = join(folderOf(), 'ring');
    const first = openLog({ ring: path, ...small });
    logRange(first, 0, 3, 20);
    first.close();
    const slots = 3 * Math.ceil((24 + 80) / 40);
    // The third record has lost its last part, as if its writer had been killed before it.
    write(path, ring.header_bytes + (slots - 1) * small.slot_bytes + 30, new Uint8Array([1, 2, 3]));
    const reader = new RingReader(path);
    expect(drain(reader)).toEqual([0, 1]);
    const second = openLog({ ring: path, ...small });
    logRange(second, 10, 12, 20);
    expect(drain(reader)).toEqual([10, 11]);
    expect(reader.lost).toBe(1);
    reader.close();
  });

  it('passes over a slot that stays torn while later ones are whole', () => {
    const path = join(folderOf(), 'ring');
    const log = openLog({ ring: path, ...small });
    logRange(log, 0, 10);
    write(path, ring.header_bytes + 4 * small.slot_bytes + 10, new Uint8Array([255, 255, 255]));
    const reader = new RingReader(path);
    const found: number[] = [];
    for (let polls = 0; polls < 20; polls++) found.push(...drain(reader));
    expect(found).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 9]);
    expect(reader.lost).toBe(1);
    reader.close();
  });

  it('loses nothing of what is written between its look at the next slot and its look at the whole ring', () => {
    const path = join(folderOf(), 'ring');
    const log = openLog({ ring: path, ...small });
    let n = 0;
    const more = () => logRange(log, n, (n += 3), 20);
    more();
    const reader = new RingReader(path, (...given) => {
      if (n < 9) more();
      return scanRing(...given);
    });
    const found: number[] = [];
    for (let polls = 0; polls < 80; polls++) found.push(...drain(reader));
    expect(found).toEqual(range(0, 9));
    expect(reader.lost).toBe(0);
    reader.close();
  });

  it('follows a ring that was replaced, and reads the rest of the old one first', () => {
    const path = join(folderOf(), 'ring');
    const reader = new RingReader(path);
    expect(drain(reader)).toEqual([]);
    const old = openLog({ ring: path, ...small });
    logRange(old, 0, 3);
    expect(drain(reader)).toEqual([0, 1, 2]);
    logRange(old, 3, 5);
    const other = openLog({ ring: path, slot_bytes: 128, slot_count: 64 });
    logRange(other, 100, 103);
    const found: number[] = [];
    for (let polls = 0; polls < 15; polls++) found.push(...drain(reader));
    expect(found).toEqual([3, 4, 100, 101, 102]);
    expect(reader.lost).toBe(0);
    reader.close();
  });

  it('waits where the file is garbage, cut short, a folder or absent, and reads when a ring is there', () => {
    const path = join(folderOf(), 'ring');
    const reader = new RingReader(path);
    const noises = [new Uint8Array(5000).fill(7), new TextEncoder().encode('HFRING01'), new Uint8Array(0)];
    for (const noise of noises) {
      writeFileSync(path, noise);
      for (let polls = 0; polls < 15; polls++) expect(drain(reader)).toEqual([]);
    }
    const log = openLog({ ring: path, ...small });
    logRange(log, 0, 2);
    expect(drain(reader)).toEqual([0, 1]);
    truncateSync(path, 100);
    expect(drain(reader)).toEqual([]);
    rmSync(path);
    for (let polls = 0; polls < 15; polls++) expect(drain(reader)).toEqual([]);
    reader.close();
  });

  it('reads nothing but what was written, whatever bytes are thrown into the ring', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ at: fc.nat(64 + 64 * 32 - 9), bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }) }), { maxLength: 20 }), (hits) => {
        const path = join(folderOf(), 'ring');
        const log = openLog({ ring: path, ...small });
        logRange(log, 0, 20);
        for (const hit of hits) write(path, hit.at, hit.bytes);
        const reader = new RingReader(path);
        const found: number[] = [];
        for (let polls = 0; polls < 10; polls++) found.push(...drain(reader));
        reader.close();
        log.close();
        expect([...found].sort((a, b) => a - b)).toEqual(found);
        for (const n of found) expect(n).toBeLessThan(20);
      }),
      { numRuns: 60 },
    );
  });

  it('starts after a kill at the last safe window, and marks what was seen before', () => {
    const path = join(folderOf(), 'ring');
    const log = openLog({ ring: path, ...small });
    logRange(log, 0, 4);
    const first = new RingReader(path);
    drain(first);
    first.windowIsSafe(first.mark());
    logRange(log, 4, 7);
    drain(first);
    // Killed: no close. What follows was never seen by anybody.
    logRange(log, 7, 9);
    const second = new RingReader(path);
    const found: [number, boolean][] = [];
    second.poll((payload, replayed) => found.push([decodeInference(payload)!.reference, replayed]));
    expect(found).toEqual([
      [4, true],
      [5, true],
      [6, true],
      [7, false],
      [8, false],
    ]);
    expect(second.lost).toBe(0);
    first.close();
    second.close();
  });

  it('forgets a cursor of another ring', () => {
    const folder = folderOf();
    const path = join(folder, 'ring');
    const log = openLog({ ring: path, ...small });
    logRange(log, 0, 4);
    const reader = new RingReader(path);
    drain(reader);
    reader.close();
    writeFileSync(`${path}.copy`, readFileSync(path));
    write(`${path}.copy`, 16, new Uint8Array(new Float64Array([12345]).buffer));
    renameSync(`${path}.copy`, path);
    const second = new RingReader(path);
    expect(drain(second)).toEqual([0, 1, 2, 3]);
    second.close();
  });
});

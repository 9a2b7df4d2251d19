import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeInference, decodeRingHeader, encodeInference, encodeRingHeader, inferenceBytes, ring } from '@holdfast/protocol';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/support.ts';
import { RingReader } from '../capture/ring-reader.ts';
import { openLog } from './index.ts';

interface Golden {
  slot_bytes: number;
  slot_count: number;
  epoch: number;
  header_hex: string;
  inferences: {
    name: string;
    inputs: (number | null)[];
    outputs: number[];
    predicted: number;
    latency_ms: number;
    reference: number;
    wall_ms: number;
    image?: { width: number; height: number; channels: number; pixels_hex: string };
    slots: { slot: number; hex: string }[];
  }[];
}

const golden = JSON.parse(readFileSync(new URL('../../../protocol/golden/ring-v1.json', import.meta.url), 'utf8')) as Golden;
const folderOf = temporaryFolders();
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

function inferenceOf(one: Golden['inferences'][number]) {
  const { name: _name, slots: _slots, image, ...rest } = one;
  const inputs = one.inputs.map((value) => value ?? Number.NaN);
  return { ...rest, inputs, ...(image ? { image: { ...image, pixels: new Uint8Array(Buffer.from(image.pixels_hex, 'hex')) } } : {}) };
}

describe('the golden vectors of ring version 1', () => {
  it('are what the SDK writes, byte by byte', () => {
    const path = join(folderOf(), 'ring');
    const log = openLog({ ring: path, slot_bytes: golden.slot_bytes, slot_count: golden.slot_count });
    for (const one of golden.inferences) log.inference(inferenceOf(one));
    log.close();
    expect(log.dropped).toBe(0);
    const bytes = readFileSync(path);
    for (const { slot, hex: expected } of golden.inferences.flatMap((one) => one.slots)) {
      const at = ring.header_bytes + slot * golden.slot_bytes;
      expect(hex(bytes.subarray(at, at + expected.length / 2)), `slot ${slot}`).toBe(expected);
    }
  });

  it('are what the protocol encodes, and decode to the same inference', () => {
    for (const one of golden.inferences) {
      const inference = inferenceOf(one);
      const bytes = new Uint8Array(inferenceBytes(inference));
      encodeInference(inference, bytes, new DataView(bytes.buffer));
      expect(hex(bytes), one.name).toBe(one.slots.map((slot) => slot.hex.slice(2 * ring.slot_header_bytes)).join(''));
      const back = decodeInference(bytes)!;
      expect(back).toMatchObject({ predicted: one.predicted, reference: one.reference, wall_ms: one.wall_ms });
      expect(Array.from(back.inputs)).toEqual(inference.inputs.map(Math.fround));
    }
  });

  it('have the header that the protocol encodes', () => {
    const { slot_bytes, slot_count, epoch } = golden;
    expect(hex(encodeRingHeader({ slot_bytes, slot_count, epoch }))).toBe(golden.header_hex);
    expect(decodeRingHeader(Buffer.from(golden.header_hex, 'hex'))).toEqual({ slot_bytes, slot_count, epoch });
  });

  it('are read back by the ring reader', () => {
    const path = join(folderOf(), 'ring');
    const log = openLog({ ring: path, slot_bytes: golden.slot_bytes, slot_count: golden.slot_count });
    for (const one of golden.inferences) log.inference(inferenceOf(one));
    const reader = new RingReader(path);
    const references: number[] = [];
    reader.poll((payload) => references.push(decodeInference(payload)!.reference));
    reader.close();
    log.close();
    expect(references).toEqual(golden.inferences.map((one) => one.reference));
    expect(reader.lost).toBe(0);
  });
});

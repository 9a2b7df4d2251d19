// Makes ring-v1.json, the golden vectors of the capture ring, from the format in src/ring.ts and src/capture.ts, written out byte by byte
// here on its own, so that the file is a third witness beside the SDKs. Run it only where the format changes.

import { readFileSync, writeFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';

const epoch = 1_700_000_000_000;
const shape = { slot_bytes: 256, slot_count: 64 };
const ramp = Array.from({ length: 80 }, (_, i) => i / 8 - 3);

const cases = [
  { name: 'ten inputs, three outputs', inputs: [0, 1, -1, 0.5, 1e-3, 1e6, -2.25, 3.1, 42, 7], outputs: [0.1, 0.7, 0.2], predicted: 1, latency_ms: 1.25, reference: 7 },
  { name: 'nothing but the time', inputs: [], outputs: [], predicted: -1, latency_ms: 0, reference: 0 },
  { name: 'a missing value', inputs: [1, null, 3], outputs: [0.25, 0.75], predicted: 1, latency_ms: 0.1, reference: 4_294_967_295 },
  { name: 'two parts', inputs: ramp, outputs: [1], predicted: 0, latency_ms: 12.5, reference: 3 },
  { name: 'an image of three parts', inputs: [], outputs: [0.9, 0.1], predicted: 0, latency_ms: 3, reference: 9, image: { width: 13, height: 12, channels: 3 } },
];

function payloadOf(one, wall_ms) {
  const pixels = one.image ? Array.from({ length: one.image.width * one.image.height * one.image.channels }, (_, i) => (i * 7) % 256) : [];
  const bytes = Buffer.alloc(24 + 4 * (one.inputs.length + one.outputs.length) + (one.image ? 8 + pixels.length : 0));
  bytes.writeUInt8(1, 0);
  bytes.writeUInt8(one.image ? 1 : 0, 1);
  bytes.writeUInt16LE(one.inputs.length, 2);
  bytes.writeUInt16LE(one.outputs.length, 4);
  bytes.writeInt16LE(one.predicted, 6);
  bytes.writeDoubleLE(wall_ms, 8);
  bytes.writeFloatLE(one.latency_ms, 16);
  bytes.writeUInt32LE(one.reference, 20);
  const numbers = [...one.inputs, ...one.outputs].map((value) => value ?? Number.NaN);
  numbers.forEach((value, i) => bytes.writeFloatLE(value, 24 + 4 * i));
  if (!one.image) return { bytes, pixels };
  const at = 24 + 4 * numbers.length;
  bytes.writeUInt16LE(one.image.width, at);
  bytes.writeUInt16LE(one.image.height, at + 2);
  bytes.writeUInt8(one.image.channels, at + 4);
  Buffer.from(pixels).copy(bytes, at + 8);
  return { bytes, pixels };
}

function slotsOf(payload, first_slot, seq) {
  const room = shape.slot_bytes - 24;
  const parts = Math.max(1, Math.ceil(payload.length / room));
  return Array.from({ length: parts }, (_, part) => {
    const used = payload.subarray(part * room, (part + 1) * room);
    const slot = Buffer.alloc(24 + used.length);
    slot.writeUInt32LE(used.length, 4);
    slot.writeDoubleLE(first_slot + part, 8);
    slot.writeUInt32LE(seq, 16);
    slot.writeUInt16LE(part, 20);
    slot.writeUInt16LE(parts, 22);
    used.copy(slot, 24);
    slot.writeUInt32LE(crc32(slot.subarray(4)), 0);
    return { slot: first_slot + part, hex: slot.toString('hex') };
  });
}

let slot = 0;
const inferences = cases.map((one, seq) => {
  const wall_ms = epoch + 1000 * seq;
  const { bytes, pixels } = payloadOf(one, wall_ms);
  const slots = slotsOf(bytes, slot, seq);
  slot += slots.length;
  const image = one.image ? { image: { ...one.image, pixels_hex: Buffer.from(pixels).toString('hex') } } : {};
  return { ...one, ...image, wall_ms, slots };
});

const header = Buffer.alloc(64);
header.write('HFRING01');
header.writeUInt32LE(shape.slot_bytes, 8);
header.writeUInt32LE(shape.slot_count, 12);
header.writeDoubleLE(epoch, 16);

const file = new URL('ring-v1.json', import.meta.url);
const text = `${JSON.stringify({ v: 1, ...shape, epoch, header_hex: header.toString('hex'), inferences }, null, 1)}\n`;
if (process.argv[2] === '--check') process.exit(readFileSync(file, 'utf8') === text ? 0 : 1);
writeFileSync(file, text);

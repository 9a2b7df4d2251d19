import { createHash } from 'node:crypto';
import { type SampleHead, type WindowSummary, encodeSample, encodeWindow, streams } from '@holdfast/protocol';
import { describe, expect, it } from 'vitest';
import { readRecord } from './record.ts';

const key = { device: 'dev_1', boot: 'b', seq: 1 };
const window: WindowSummary = {
  v: 1,
  window: 3,
  from_ms: 1000,
  to_ms: 2000,
  inferences: 10,
  model: 'm',
  model_version: 1,
  bundle: 'ab'.repeat(32),
  profile: 'cd'.repeat(32),
  features: [
    {
      name: 'input.x',
      counts: [4, 5],
      moments: { count: 9, mean: 1, m2: 2, min: 0, max: 3 },
      missing: 1,
      infinite: 0,
      out_of_range: 2,
      distance: 0.5,
      p_value: 0.25,
    },
  ],
  classes: [6, 4],
  classes_p_value: 1,
  latency_ms: { mean: 1, p95: 2 },
  suspects: ['input.x'],
  lost: 0,
};
const read = (payload: Uint8Array) => readRecord(key, { ...key, stream: streams.windows.number, payload });

describe('a sample that a device kept', () => {
  const head: SampleHead = { v: 1, at_ms: 1, reference: 2, model: 'm', model_version: 1, width: 0, height: 0, channels: 0, predicted: 0, confidence: 0.5, reason: 'quarantine', inputs: [['a', 1], ['b', null]], inputs_left_out: 3 }; // prettier-ignore
  const sample = (change: object) =>
    readRecord(key, { ...key, stream: streams.samples.number, payload: encodeSample({ ...head, ...change }, new Uint8Array(0)) });

  it('may have inputs in place of an image, and is set aside where these are none', () => {
    expect(sample({})).toMatchObject({ kind: 'sample', head });
    const bad = [['a'], [['a', 'b']], [[1, 1]], [['a'.repeat(201), 1]], [['a\0', 1]], {}, Array.from({ length: 1_001 }, () => ['a', 1])];
    for (const inputs of bad) expect(sample({ inputs })).toMatchObject({ kind: 'rejected' });
    expect(sample({ inputs_left_out: -1 })).toMatchObject({ kind: 'rejected' });
  });
});

describe('a profile that a device made', () => {
  const made = { v: 1, n: 0, features: [], classes: { names: [], counts: [] }, warm_up: true };
  const profile = (value: unknown) => readRecord(key, { ...key, stream: streams.profiles.number, payload: Buffer.from(JSON.stringify(value)) });

  it('is known by the digest of its bytes, and set aside where it is none, or claims to be of a bundle', () => {
    const digest = createHash('sha256').update(JSON.stringify(made)).digest('hex');
    expect(profile(made)).toEqual({ kind: 'profile', key, digest, text: JSON.stringify(made) });
    expect(profile({ ...made, warm_up: undefined })).toMatchObject({ kind: 'rejected' });
    expect(profile({ ...made, n: -1 })).toMatchObject({ kind: 'rejected', reason: expect.stringContaining('n: saw -1') as string });
  });
});

describe('a window that a device sent', () => {
  it('is read from the binary record, and from the JSON of agents of before', () => {
    expect(read(encodeWindow(window))).toEqual({ kind: 'window', key, window });
    expect(read(Buffer.from(JSON.stringify(window)))).toEqual({ kind: 'window', key, window });
  });

  it('is set aside with the reason where it is cut, or holds what no column takes', () => {
    expect(read(encodeWindow(window).subarray(0, 40))).toMatchObject({ kind: 'rejected', reason: expect.stringContaining('bytes left') as string });
    expect(read(encodeWindow({ ...window, model: 'a\0b' }))).toMatchObject({ kind: 'rejected', reason: expect.stringContaining('NUL') as string });
    expect(read(encodeWindow({ ...window, inferences: 2 ** 40 }))).toMatchObject({ kind: 'rejected' });
    expect(read(encodeWindow({ ...window, classes_p_value: 2 }))).toMatchObject({ kind: 'rejected' });
  });
});

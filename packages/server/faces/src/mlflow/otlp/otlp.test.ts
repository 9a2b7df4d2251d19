// OTLP off the wire: bytes that Google's protobuf wrote for opentelemetry-proto 1.45, the same in JSON, and bytes that nobody should have sent.
import { gzipSync, deflateRawSync, deflateSync } from 'node:zlib';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonAnswer, protobufAnswer } from './answer.ts';
import { decodeJsonBatch } from './decode-json.ts';
import { decodeBatch } from './decode.ts';
import { NotProtobuf } from './protobuf.ts';
import { otlp_limits, spansOf } from './span-draft.ts';
import { readUpTo, unpacked } from './unpack.ts';

const golden = Buffer.from(
  'Cp4DChoKGAoMc2VydmljZS5uYW1lEggKBmNhbWVyYRL/AgoFCgNsaWISvQIKEAECAwQFBgcICQoLDA0ODxASCAECAwQFBgcIGgNhPWIqDHJvb3QgZ3LDtsOfZTACORXNhT3+nJcXQRWXIHn+nJcXSggKAXMSAwoBeEoHCgFiEgIQAUoQCgFpEgsYgICAgICAgICAAUoOCgFkEgkhAAAAAAAA4D9KEAoDbmFuEgkhAAAAAAAA+H9KCQoBeRIEOgIA/0oSCgFsEg0qCwoCGAEKBQoDdHdvShAKAW0SCzIJCgcKAWsSAhAASggKBG5vbmUSAFo0CQBl91P+nJcXEglleGNlcHRpb24aHgoOZXhjZXB0aW9uLnR5cGUSDAoKVmFsdWVFcnJvcmosChAJCQkJCQkJCQkJCQkJCQkJEggICAgICAgICCIOCgN3aHkSBwoFcmV0cnl6DBIIaXQgYnJva2UYAoUBAQEAABI2ChABAgMEBQYHCAkKCwwNDg8QEggHBwcHBwcHByIIAQIDBAUGBwgqBWNoaWxkOQDCFUL+nJcX',
  'base64',
);
const trace_id = '0102030405060708090a0b0c0d0e0f10';
const in_json = {
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'camera' } }] },
      scopeSpans: [
        {
          spans: [
            {
              traceId: trace_id.toUpperCase(),
              spanId: '0102030405060708',
              name: 'root größe',
              kind: 'SPAN_KIND_SERVER',
              startTimeUnixNano: '1700000000123456789',
              endTimeUnixNano: '1700000001123456789',
              attributes: [
                { key: 's', value: { stringValue: 'x' } },
                { key: 'b', value: { boolValue: true } },
                { key: 'i', value: { intValue: '-9223372036854775808' } },
                { key: 'd', value: { doubleValue: 0.5 } },
                { key: 'nan', value: { doubleValue: 'NaN' } },
                { key: 'y', value: { bytesValue: 'AP8=' } },
                { key: 'l', value: { arrayValue: { values: [{ intValue: 1 }, { stringValue: 'two' }] } } },
                { key: 'm', value: { kvlistValue: { values: [{ key: 'k', value: { boolValue: false } }] } } },
                { key: 'none', value: {} },
              ],
              events: [
                { name: 'exception', timeUnixNano: '1700000000500000000', attributes: [{ key: 'exception.type', value: { stringValue: 'ValueError' } }] },
              ],
              links: [{ traceId: '09'.repeat(16), spanId: '08'.repeat(8), attributes: [{ key: 'why', value: { stringValue: 'retry' } }] }],
              status: { code: 2, message: 'it broke' },
            },
            {
              traceId: trace_id,
              spanId: '07'.repeat(8),
              parentSpanId: '0102030405060708',
              name: 'child',
              startTimeUnixNano: '1700000000200000000',
            },
          ],
        },
      ],
    },
  ],
};
const root = {
  trace_id,
  span_id: '0102030405060708',
  parent_id: null,
  name: 'root größe',
  kind: 2,
  start_ns: 1_700_000_000_123_456_789n,
  end_ns: 1_700_000_001_123_456_789n,
  status: 'ERROR',
  status_message: 'it broke',
  attributes: {
    s: { string_value: 'x' },
    b: { bool_value: true },
    i: { int_value: '-9223372036854775808' },
    d: { double_value: 0.5 },
    nan: { double_value: 'NaN' },
    y: { bytes_value: 'AP8=' },
    l: { array_value: { values: [{ int_value: '1' }, { string_value: 'two' }] } },
    m: { kvlist_value: { values: [{ key: 'k', value: { bool_value: false } }] } },
    none: {},
  },
  events: [{ time_ns: '1700000000500000000', name: 'exception', attributes: { 'exception.type': { string_value: 'ValueError' } } }],
  links: [{ trace_id: '09'.repeat(16), span_id: '08'.repeat(8), attributes: { why: { string_value: 'retry' } } }],
  resource: { 'service.name': { string_value: 'camera' } },
};

describe('a batch of spans', () => {
  it.each([
    ['protobuf', () => decodeBatch(golden)],
    ['JSON', () => decodeJsonBatch(JSON.stringify(in_json))],
  ])('is read off %s', (_, batch) => {
    const { spans, refused } = spansOf(batch());
    expect([spans.length, refused]).toEqual([2, 0]);
    expect(spans[0]).toEqual(root);
    expect(spans[1]).toMatchObject({ span_id: '07'.repeat(8), parent_id: root.span_id, name: 'child', status: 'UNSET', end_ns: null });
  });

  it('loses the spans that are none, and says how many and why', () => {
    const spans = in_json.resourceSpans[0]!.scopeSpans[0]!.spans;
    const odd = [
      { ...spans[1], spanId: '00'.repeat(8) },
      { ...spans[1], traceId: 'abcd' },
      { ...spans[1], startTimeUnixNano: '18446744073709551615' },
    ];
    const found = spansOf(decodeJsonBatch(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [...odd, spans[1]] }] }] })));
    expect([found.spans.length, found.refused, found.why]).toEqual([1, 3, 'span_id is required: 8 bytes that are not all zero']);
  });

  it('keeps no NUL and no half of a surrogate pair, which the database refuses', () => {
    const span = { traceId: trace_id, spanId: '07'.repeat(8), name: 'a\0b\ud800', attributes: [{ key: 'k\0', value: { stringValue: '\0' } }] };
    const [kept] = spansOf(decodeJsonBatch(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }))).spans;
    expect([kept!.name, kept!.attributes]).toEqual(['a\ufffdb\ufffd', { 'k\ufffd': { string_value: '\ufffd' } }]);
  });
});

/** One field of wire type 2. */
const wrap = (field: number, inner: Buffer): Buffer => {
  const size = Buffer.alloc(10);
  let at = 0;
  for (let left = inner.length; ; left = Math.floor(left / 128)) {
    size[at++] = left > 127 ? (left % 128) | 0x80 : left;
    if (left <= 127) break;
  }
  return Buffer.concat([Buffer.from([field * 8 + 2]), size.subarray(0, at), inner]);
};
const inSpan = (part: Buffer): Buffer => wrap(1, wrap(2, wrap(2, part)));

describe('bytes that nobody should have sent', () => {
  it.each([
    ['cut inside of a length', golden.subarray(0, golden.length - 3)],
    ['a number of eleven bytes', Buffer.from([0x08, ...Array<number>(10).fill(0xff), 0x01])],
    ['a length of four gigabytes', Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f])],
    ['a length beyond 2^63', Buffer.from([0x0a, ...Array<number>(9).fill(0xff), 0x01])],
    ['a group', Buffer.from([0x0b, 0x0c])],
    ['the field 0', Buffer.from([0x02, 0x00])],
    ['a name that is not UTF-8', inSpan(wrap(5, Buffer.from([0xc3, 0x28])))],
    ['lists in lists, a thousand deep', inSpan(wrap(9, wrap(2, Array.from({ length: 1_000 }).reduce<Buffer>((inner) => wrap(5, wrap(1, inner)), Buffer.alloc(0)))))], // prettier-ignore
    ['a million empty attributes', inSpan(Buffer.concat(Array.from({ length: 1_000_000 }, () => Buffer.from([0x4a, 0x00]))))],
    ['too many spans', wrap(1, wrap(2, Buffer.concat(Array.from({ length: otlp_limits.spans_max + 1 }, () => Buffer.from([0x12, 0x00])))))],
  ])('are refused: %s', (_, bytes) => {
    expect(() => decodeBatch(bytes)).toThrow(NotProtobuf);
  });

  it('a field that is not known is skipped, whatever its wire type', () => {
    const unknown = Buffer.from([0x98, 0x06, 0x05, 0x99, 0x06, 1, 2, 3, 4, 5, 6, 7, 8, 0x9d, 0x06, 1, 2, 3, 4, 0x9a, 0x06, 0x01, 0x00]);
    expect(spansOf(decodeBatch(Buffer.concat([unknown, golden, unknown]))).spans).toHaveLength(2);
  });

  it('never do more than be refused, at random', () => {
    const broken = fc.tuple(fc.nat(golden.length - 1), fc.uint8Array({ minLength: 1, maxLength: 8 }), fc.boolean()).map(([at, patch, cut]) => {
      const bytes = Buffer.from(golden);
      Buffer.from(patch).copy(bytes, at);
      return cut ? bytes.subarray(0, at) : bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), broken), (bytes) => {
        try {
          spansOf(decodeBatch(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(NotProtobuf);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('never do more than be refused, as JSON of any shape', () => {
    const span = fc.record({
      traceId: fc.oneof(fc.constant(trace_id), fc.jsonValue()),
      spanId: fc.oneof(fc.constant('07'.repeat(8)), fc.jsonValue()),
      attributes: fc.oneof(fc.array(fc.record({ key: fc.string(), value: fc.record({ arrayValue: fc.jsonValue() }) })), fc.jsonValue()),
      status: fc.jsonValue(),
      kind: fc.jsonValue(),
      startTimeUnixNano: fc.jsonValue(),
    });
    const batch = fc.oneof(fc.jsonValue(), fc.record({ resourceSpans: fc.constant([]) }), span.map((one) => ({ resourceSpans: [{ scopeSpans: [{ spans: [one] }] }] }))); // prettier-ignore
    fc.assert(
      fc.property(batch, (given) => {
        try {
          spansOf(decodeJsonBatch(JSON.stringify(given)));
        } catch (error) {
          expect(error).toBeInstanceOf(NotProtobuf);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a packed body', () => {
  it('is unpacked from gzip, and from deflate with and without its header', async () => {
    for (const [bytes, name] of [
      [gzipSync(golden), 'gzip'],
      [deflateSync(golden), 'Deflate'],
      [deflateRawSync(golden), 'deflate'],
      [golden, undefined],
    ] as const)
      // prettier-ignore
      expect((await unpacked(bytes, name)).equals(golden)).toBe(true);
  });
  it('that would become too large is refused before it does', async () => {
    await expect(unpacked(gzipSync(Buffer.alloc(otlp_limits.unpacked_bytes_max + 1)), 'gzip')).rejects.toMatchObject({ code: 'HF-MLF-016' });
    await expect(readUpTo(Readable.from([Buffer.alloc(10), Buffer.alloc(10)]), 19)).rejects.toMatchObject({ code: 'HF-MLF-016' });
  });
  it('that is not what it says is refused', async () => {
    await expect(unpacked(golden, 'gzip')).rejects.toMatchObject({ code: 'HF-MLF-015' });
    await expect(unpacked(gzipSync(golden).subarray(0, 50), 'gzip')).rejects.toMatchObject({ code: 'HF-MLF-015' });
    await expect(unpacked(golden, 'br')).rejects.toMatchObject({ code: 'HF-MLF-015' });
  });
});

it('the answer says what was refused, in the bytes that protobuf makes of it', () => {
  expect(protobufAnswer({ refused: 0, why: undefined })).toHaveLength(0);
  expect(protobufAnswer({ refused: 300, why: 'größe' }).toString('hex')).toBe('0a0c08ac0212076772c3b6c39f65');
  expect(jsonAnswer({ refused: 3, why: 'no id' })).toBe('{"partialSuccess":{"rejectedSpans":"3","errorMessage":"no id"}}');
});

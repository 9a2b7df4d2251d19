// Reads a record of a device into a row. What cannot be read is set aside whole, with the reason: nothing is lost.
import { type DeviceEvent, type GapRecord, type OutboxRecord, type PointsHead, type SampleHead, type WindowSummary, decodeSample, readPointsHead, streams } from '@holdfast/protocol';

export interface RecordKey {
  readonly device: string;
  readonly boot: string;
  readonly seq: number;
}

export type ReadRecord =
  | { readonly kind: 'points'; readonly key: RecordKey; readonly head: PointsHead; readonly body: Uint8Array }
  | { readonly kind: 'window'; readonly key: RecordKey; readonly window: WindowSummary }
  | { readonly kind: 'event'; readonly key: RecordKey; readonly event: DeviceEvent }
  | { readonly kind: 'sample'; readonly key: RecordKey; readonly head: SampleHead; readonly pixels: Uint8Array }
  | { readonly kind: 'gap'; readonly key: RecordKey; readonly gap: GapRecord }
  | { readonly kind: 'rejected'; readonly key: RecordKey; readonly stream: number; readonly reason: string; readonly payload: Uint8Array };

/** Never fails: bytes that are not what their stream says become a `rejected` row. */
export function readRecord(key: RecordKey, record: OutboxRecord): ReadRecord {
  try {
    return read(key, record);
  } catch (error) {
    return { kind: 'rejected', key, stream: record.stream, reason: (error as Error).message, payload: record.payload };
  }
}

function read(key: RecordKey, { stream, payload }: OutboxRecord): ReadRecord {
  switch (stream) {
    case streams.points.number: {
      const head = readPointsHead(payload);
      if (!head) throw new Error('not a points chunk of version 1');
      return { kind: 'points', key, head, body: payload };
    }
    case streams.windows.number:
      return { kind: 'window', key, window: checkWindow(parse(payload) as WindowSummary) };
    case streams.events.number:
      return { kind: 'event', key, event: checkEvent(parse(payload) as DeviceEvent) };
    case streams.samples.number:
      return { kind: 'sample', key, ...checkSample(decodeSample(payload)) };
    case streams.gap.number:
      return { kind: 'gap', key, gap: checkGap(parse(payload) as GapRecord) };
    default:
      throw new Error(`stream ${stream} is not known`);
  }
}

/** PostgreSQL's jsonb holds no NUL character; a text with one is refused here, by name, not there. */
function parse(payload: Uint8Array): unknown {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(payload);
  if (text.includes('\\u0000')) throw new Error('a text holds a NUL character');
  return JSON.parse(text);
}

function need(holds: boolean, what: string): void {
  if (!holds) throw new Error(`${what} is missing or not of its form`);
}
const count = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const time = (value: unknown) => Number.isFinite(value) && Math.abs(value as number) < 8.64e15;
const text = (value: unknown, max = 500) => typeof value === 'string' && value.length <= max;
const share = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1;

function checkWindow(w: WindowSummary): WindowSummary {
  need(w?.v === 1, 'v');
  need(text(w.model, 100) && count(w.model_version) && text(w.bundle, 64) && text(w.profile, 64), 'model');
  need(count(w.window) && w.window < 2 ** 31 && count(w.inferences) && w.inferences < 2 ** 31, 'window');
  need(time(w.from_ms) && time(w.to_ms), 'time');
  need(Array.isArray(w.features) && w.features.length <= 1000, 'features');
  for (const f of w.features) {
    need(text(f?.name, 200) && Array.isArray(f.counts) && f.counts.length <= 1024 && f.counts.every(count), 'feature counts');
    need(share(f.distance) && share(f.p_value) && count(f.missing) && typeof f.moments === 'object', 'feature reading');
  }
  need(Array.isArray(w.classes) && w.classes.length <= 65_536 && w.classes.every(count) && share(w.classes_p_value), 'classes');
  need(Array.isArray(w.suspects) && w.suspects.every((s) => text(s, 200)), 'suspects');
  return w;
}

function checkEvent(e: DeviceEvent): DeviceEvent {
  need(e?.v === 1 && time(e.at_ms) && text(e.kind, 50) && text(e.text, 4000), 'event');
  need(e.fields === undefined || (typeof e.fields === 'object' && e.fields !== null), 'fields');
  return e;
}

function checkGap(g: GapRecord): GapRecord {
  need(g?.v === 1 && time(g.at_ms) && text(g.stream, 20) && text(g.reason, 50), 'gap');
  need(count(g.from_seq) && count(g.to_seq) && count(g.records), 'gap counts');
  return g;
}

function checkSample(sample: { head: SampleHead; pixels: Uint8Array }) {
  const { head } = sample;
  need(head.v === 1 && time(head.at_ms) && text(head.model, 100) && count(head.model_version) && text(head.reason, 20), 'sample head');
  need(count(head.reference) && Number.isSafeInteger(head.predicted) && Number.isFinite(head.confidence), 'sample reading');
  return sample;
}

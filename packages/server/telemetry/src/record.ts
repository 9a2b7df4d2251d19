// Reads a record of a device into a row. What cannot be read is set aside whole, with the reason: nothing is lost.
import { createHash } from 'node:crypto';
import {
  type DeviceEvent,
  type GapRecord,
  type OutboxRecord,
  type PointsHead,
  type Predictions,
  type SampleHead,
  type WindowSummary,
  decodePredictions,
  decodeSample,
  decodeWindow,
  isWindowRecord,
  readPointsHead,
  streams,
} from '@holdfast/protocol';
import { parseProfile } from '@holdfast/stats';

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
  | { readonly kind: 'predictions'; readonly key: RecordKey; readonly of: Predictions; readonly body: Uint8Array }
  | { readonly kind: 'profile'; readonly key: RecordKey; readonly digest: string; readonly text: string }
  | { readonly kind: 'rejected'; readonly key: RecordKey; readonly stream: number; readonly reason: string; readonly payload: Uint8Array };

/** A record of ours nests four deep. */
const depth_max = 16;

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
      need(time(head.first_ms) && time(head.last_ms) && head.metrics.every((name) => !/[\n\0]/.test(name)), 'time or name');
      return { kind: 'points', key, head, body: payload };
    }
    case streams.windows.number:
      return { kind: 'window', key, window: checkWindow(windowOf(payload)) };
    case streams.events.number:
      return { kind: 'event', key, event: checkEvent(parse(payload) as DeviceEvent) };
    case streams.samples.number:
      return { kind: 'sample', key, ...checkSample(decodeSample(payload)) };
    case streams.gap.number:
      return { kind: 'gap', key, gap: checkGap(parse(payload) as GapRecord) };
    case streams.predictions.number: {
      const of = decodePredictions(payload);
      if (!of) throw new Error('not predictions of version 1');
      need(time(of.first_ms) && text(of.model, 100) && !of.model.includes('\0') && of.model.isWellFormed() && int4(of.model_version), 'time or model');
      return { kind: 'predictions', key, of, body: payload };
    }
    case streams.profiles.number:
      return { kind: 'profile', key, ...checkProfile(payload) };
    default:
      throw new Error(`stream ${stream} is not known`);
  }
}

/** Agents of before sent JSON. */
function windowOf(payload: Uint8Array): WindowSummary {
  return isWindowRecord(payload) ? checkKeepable(decodeWindow(payload)) : (parse(payload) as WindowSummary);
}

function parse(payload: Uint8Array): unknown {
  return checkKeepable(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)));
}

/** What PostgreSQL's jsonb cannot hold is refused here, by name, not there: NUL, half of a surrogate pair, a nesting without end. */
function checkKeepable<T>(value: T, depth = 0): T {
  if (typeof value === 'string') need(!value.includes('\0') && value.isWellFormed(), 'a text without NUL and half characters');
  if (typeof value !== 'object' || value === null) return value;
  need(depth < depth_max, `a nesting of at most ${depth_max}`);
  for (const [key, inner] of Object.entries(value)) {
    checkKeepable(key);
    checkKeepable(inner, depth + 1);
  }
  return value;
}

function checkProfile(payload: Uint8Array): { digest: string; text: string } {
  const content = new TextDecoder('utf-8', { fatal: true }).decode(payload);
  need(parseProfile(content).warm_up === true && !content.includes('\0'), 'a profile that a device made');
  return { digest: createHash('sha256').update(payload).digest('hex'), text: content };
}

function need(holds: boolean, what: string): void {
  if (!holds) throw new Error(`${what} is missing or not of its form`);
}
const count = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
/** Fits a column of type integer. */
const int4 = (value: unknown) => Number.isSafeInteger(value) && Math.abs(value as number) < 2 ** 31;
const time = (value: unknown) => Number.isFinite(value) && Math.abs(value as number) < 8.64e15;
const text = (value: unknown, max = 500) => typeof value === 'string' && value.length <= max;
const share = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1;

function checkWindow(w: WindowSummary): WindowSummary {
  need(w?.v === 1, 'v');
  need(text(w.model, 100) && count(w.model_version) && int4(w.model_version) && text(w.bundle, 64) && text(w.profile, 64), 'model');
  need(count(w.window) && int4(w.window) && count(w.inferences) && int4(w.inferences), 'window');
  need(time(w.from_ms) && time(w.to_ms), 'time');
  need(Array.isArray(w.features) && w.features.length <= 1000, 'features');
  for (const f of w.features) {
    need(text(f?.name, 200) && Array.isArray(f.counts) && f.counts.length <= 1024 && f.counts.every(count), 'feature counts');
    need(share(f.distance) && share(f.p_value) && count(f.missing) && Number.isFinite(f.moments?.mean), 'feature reading');
    need(
      [f.infinite, f.out_of_range, f.new_category].every((n) => n === undefined || count(n)),
      'feature counters',
    );
    need(f.log_evidence === undefined || Number.isFinite(f.log_evidence), 'feature evidence');
  }
  need(Array.isArray(w.classes) && w.classes.length <= 65_536 && w.classes.every(count) && share(w.classes_p_value), 'classes');
  need(Array.isArray(w.suspects) && w.suspects.every((s) => text(s, 200)), 'suspects');
  return w;
}

function checkEvent(e: DeviceEvent): DeviceEvent {
  need(e?.v === 1 && time(e.at_ms) && text(e.kind, 50) && text(e.text, 4000), 'event');
  need(e.fields === undefined || (typeof e.fields === 'object' && e.fields !== null && !Array.isArray(e.fields)), 'fields');
  need(
    Object.values(e.fields ?? {}).every((value) => value === null || typeof value !== 'object'),
    'flat fields',
  );
  return e;
}

function checkGap(g: GapRecord): GapRecord {
  need(g?.v === 1 && time(g.at_ms) && text(g.stream, 20) && text(g.reason, 50), 'gap');
  need(count(g.from_seq) && count(g.to_seq) && count(g.records), 'gap counts');
  return g;
}

const isInput = (one: unknown) => Array.isArray(one) && one.length === 2 && text(one[0], 200) && (one[1] === null || Number.isFinite(one[1]));

function checkSample(sample: { head: SampleHead; pixels: Uint8Array }) {
  const head = checkKeepable(sample.head);
  need(
    head.v === 1 && time(head.at_ms) && text(head.model, 100) && count(head.model_version) && int4(head.model_version) && text(head.reason, 20),
    'sample head',
  );
  need(
    [head.width, head.height, head.channels].every((n) => count(n) && int4(n)),
    'sample size',
  );
  need(count(head.reference) && int4(head.predicted) && Number.isFinite(head.confidence), 'sample reading');
  need(head.inputs === undefined || (Array.isArray(head.inputs) && head.inputs.length <= 1000 && head.inputs.every(isInput)), 'sample inputs');
  need(head.inputs_left_out === undefined || (count(head.inputs_left_out) && int4(head.inputs_left_out)), 'sample inputs');
  return sample;
}

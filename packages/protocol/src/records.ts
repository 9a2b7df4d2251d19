// What a device sends: records in streams. A record is written to the outbox once and travels as it is.

/** The streams of the outbox, by number. A lower priority is dropped first where the outbox is full. */
export const streams = {
  points: { number: 1, priority: 1 },
  windows: { number: 2, priority: 3 },
  events: { number: 3, priority: 4 },
  samples: { number: 4, priority: 2 },
  gap: { number: 5, priority: 5 },
  /** What the model said, for truths that come later. */
  predictions: { number: 6, priority: 1 },
  /** The text of a reference profile that a device made; its windows go by the SHA-256 of these bytes. */
  profiles: { number: 7, priority: 6 },
} as const;

export type StreamName = keyof typeof streams;

/** One record as it stands in the outbox and on the wire. `seq` counts all streams of one outbox, from 1. */
export interface OutboxRecord {
  readonly seq: number;
  readonly stream: number;
  readonly payload: Uint8Array;
}

/** Counts, sum and spread of one feature in one window; merge by Chan et al. 1983. */
export interface MomentsWire {
  readonly count: number;
  readonly mean: number;
  readonly m2: number;
  readonly min: number;
  readonly max: number;
}

/** One feature of a closed window: counts on the reference quantiles of the profile, and moments. */
export interface FeatureWindow {
  readonly name: string;
  /** One count a bin of the profile; as many as the profile has. */
  readonly counts: readonly number[];
  readonly moments: MomentsWire;
  /** Values that were NaN or infinite; they are in no bin. */
  readonly missing: number;
  /** Of the missing, those that were infinite; and values outside of what the reference ever had. Absent from older agents. */
  readonly infinite?: number;
  readonly out_of_range?: number;
  /** Of a feature that is a category: values that the reference never had. Absent elsewhere. */
  readonly new_category?: number;
  /** Natural logarithm of the evidence of drift with this window (stats/detectors/profile-evidence.ts), where it is above 0. */
  readonly log_evidence?: number;
  /** The device's own reading: Kolmogorov-Smirnov distance on the bins, and its p-value. */
  readonly distance: number;
  readonly p_value: number;
}

/** Stream `windows` (window/window-record.ts; from older agents the same as JSON): a closed current window of one model version on one device. */
export interface WindowSummary {
  readonly v: 1;
  /** Number of the window on this device for this bundle, from 0. */
  readonly window: number;
  readonly from_ms: number;
  readonly to_ms: number;
  readonly inferences: number;
  readonly model: string;
  readonly model_version: number;
  readonly bundle: string;
  /** SHA-256 of the profile that the counts are taken on; counts of other profiles never merge. */
  readonly profile: string;
  /** Where the bundle has no profile: the device made it of its own first inferences, and sent it. */
  readonly profile_source?: 'warm_up';
  readonly features: readonly FeatureWindow[];
  /** Counts of the predicted classes. */
  readonly classes: readonly number[];
  /** p-value of the class counts against the reference (G test). */
  readonly classes_p_value: number;
  readonly latency_ms: { readonly mean: number; readonly p95: number };
  /** Names of what the device itself holds to be drifted. */
  readonly suspects: readonly string[];
  /** Records that the ring lost while this window was open. */
  readonly lost: number;
}

/** Stream `events`, as JSON: something happened on the device. */
export interface DeviceEvent {
  readonly v: 1;
  readonly at_ms: number;
  readonly kind:
    | 'agent_started'
    | 'program_started'
    | 'program_exited'
    | 'install_state'
    | 'drift_suspected'
    | 'drift_cleared'
    | 'monitor_fired'
    /** It fired before, and is still drifted: said now and then. */
    | 'monitor_held'
    | 'monitor_calm'
    | 'clock_jumped';
  readonly text: string;
  readonly fields?: Readonly<Record<string, string | number | boolean | null>>;
}

/** Stream `gap`, as JSON: records that were dropped before they could be sent; each drop is counted. */
export interface GapRecord {
  readonly v: 1;
  readonly at_ms: number;
  readonly stream: StreamName;
  readonly from_seq: number;
  readonly to_seq: number;
  readonly records: number;
  readonly reason: 'disk_full' | 'outbox_full' | 'torn';
}

/** Stream `samples`: an image with what the model said of it. JSON head, then the pixels. Without an image its size is 0, and the head may carry the inputs. */
export interface SampleHead {
  readonly v: 1;
  readonly at_ms: number;
  /** The app's own number of the inference; with the device it names the sample. */
  readonly reference: number;
  readonly model: string;
  readonly model_version: number;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly predicted: number;
  readonly confidence: number;
  /** Why it was kept: the steady sample, a window that looked drifted, or a model that was not sure. */
  readonly reason: SampleReason;
  /** Where there is no image: the inputs by name; null for what is not finite. */
  readonly inputs?: readonly (readonly [name: string, value: number | null])[];
  /** Inputs that the head has no room for. */
  readonly inputs_left_out?: number;
}

export const sample_reasons = ['steady', 'drift', 'quarantine'] as const;
export type SampleReason = (typeof sample_reasons)[number];

export function encodeSample(head: SampleHead, pixels: Uint8Array): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(head));
  const out = new Uint8Array(4 + json.length + pixels.length);
  new DataView(out.buffer).setUint32(0, json.length, true);
  out.set(json, 4);
  out.set(pixels, 4 + json.length);
  return out;
}

/** Head and pixels of a sample record; fails with RangeError or SyntaxError where the bytes are not one. */
export function decodeSample(payload: Uint8Array): { head: SampleHead; pixels: Uint8Array } {
  const length = new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getUint32(0, true);
  if (length > payload.length - 4) throw new RangeError(`head of ${length} bytes in a record of ${payload.length}`);
  const head = JSON.parse(new TextDecoder().decode(payload.subarray(4, 4 + length))) as SampleHead;
  const pixels = payload.subarray(4 + length);
  if (pixels.length !== head.width * head.height * head.channels)
    throw new RangeError(`${pixels.length} pixels for ${head.width}x${head.height}x${head.channels}`);
  return { head, pixels };
}

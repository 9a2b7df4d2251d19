// The one exchange between device and server: POST /api/device/v1/sync. Idempotent: (device, boot, seq) names a record.
//
// body  = u32 length of the JSON head | head (SyncRequest) | records
// record = u32 length of the payload | u32 stream | f64 seq | payload
// The reply is JSON (SyncReply). The request is signed with the device's Ed25519 key; see `signedText`.

import type { DeviceLabel } from './device-label.ts';
import { type OutboxRecord } from './records.ts';
import { concat, failure } from '@holdfast/base';

export const protocol_version = 1;

export const sync_limits = { head_bytes_max: 65_536, body_bytes_max: 4_194_304, record_bytes_max: 1_048_576, records_max: 10_000 } as const;

/** The header names of a signed device request. */
export const device_headers = { device: 'holdfast-device', time: 'holdfast-time', signature: 'holdfast-signature' } as const;

/** The text that a device signs: method, path with query, device, the server's time as it knows it (ms), and SHA-256 of the body (hex). */
export function signedText(method: string, path: string, device: string, time_ms: string, body_sha256: string): string {
  return `holdfast-device-v1\n${method}\n${path}\n${device}\n${time_ms}\n${body_sha256}`;
}

/** The states of an install on a device; each transition is one record in the agent's journal before it takes effect. */
export const install_states = [
  'idle',
  'offered',
  'downloading',
  'verified',
  'staged',
  'armed',
  'probation',
  'committed',
  'rolling_back',
  'failed',
  'clearing',
  'cleared',
] as const;
export type InstallState = (typeof install_states)[number];

export interface InstallReport {
  readonly state: InstallState;
  /** Digest of the bundle that the state is about; null while idle, and where the device is to have none. */
  readonly bundle: string | null;
  readonly rollout: string | null;
  readonly since_ms: number;
  readonly bytes_done: number;
  /** Code and sentence of the reason, where the state is failed or rolling_back. */
  readonly error: { readonly code: string; readonly text: string } | null;
}

export interface ProgramReport {
  readonly state: 'none' | 'starting' | 'running' | 'backing_off' | 'stopped';
  readonly pid: number | null;
  readonly restarts: number;
  readonly since_ms: number;
  readonly last_exit: string | null;
}

export interface HealthReport {
  readonly uptime_s: number;
  readonly load_1m: number;
  readonly memory_total_bytes: number;
  readonly memory_available_bytes: number;
  readonly disk_total_bytes: number;
  readonly disk_free_bytes: number;
  readonly agent_rss_bytes: number;
  /** Highest thermal zone in degrees Celsius; null where the device has none. */
  readonly temperature_c: number | null;
  /** By the trip points of the zones; null where they tell nothing. Absent from older agents. */
  readonly thermal_state?: string | null;
}

export interface OutboxReport {
  /** Records that wait to be sent, on the disk and in memory. */
  readonly records: number;
  readonly bytes: number;
  readonly oldest_ms: number | null;
  /** Records dropped since the agent started, and when the last one was. */
  readonly dropped: number;
  readonly dropped_ms?: number | null;
  /** Of the records, those that the disk has not taken yet: more than those of a moment only while it refuses. */
  readonly in_memory?: number;
  /** Since when the disk refuses; null while it takes what it is given. Like the two above absent from older agents. */
  readonly refused_since_ms?: number | null;
}

/** What is: the reported state of a device. */
export interface ReportedState {
  readonly agent_version: string;
  readonly platform: { readonly os: string; readonly arch: string; readonly runtime: string };
  /** The generation of the desired state that was last taken up. */
  readonly generation: number;
  readonly current: { readonly bundle: string; readonly model: string; readonly model_version: number } | null;
  readonly install: InstallReport;
  readonly program: ProgramReport;
  readonly health: HealthReport;
  readonly outbox: OutboxReport;
  /** Names of the features that the device holds to be drifted now. */
  readonly suspects: readonly string[];
  /** What the device is (protocol/hardware), but for what health says; absent until it is read, and from older agents. */
  readonly hardware?: Readonly<Record<string, string>>;
  /** Only where the device wants labels of its answers: the seq of the last one that it holds, 0 for none. */
  readonly labels?: { readonly after: number };
  /** Only while there is a rule for it: inferences below it since the agent started, those that were kept and those beyond what an hour may have. */
  readonly quarantine?: { readonly kept: number; readonly left_out: number };
}

export interface Probation {
  /** The version is kept once it has answered this many inferences, and the seconds below have passed. */
  readonly inferences_min: number;
  readonly seconds_min: number;
  /** Where the inferences do not come in this time, the version is rolled back. */
  readonly seconds_max: number;
  readonly crashes_max: number;
  /** Windows that look drifted against the new version's own profile, after which it is rolled back. */
  readonly suspect_windows_max: number;
}

export interface DesiredAssignment {
  readonly rollout: string;
  readonly bundle: { readonly digest: string; readonly size_bytes: number };
  readonly model: string;
  readonly model_version: number;
  readonly probation: Probation;
}

/** How the windows of a model are judged: that of a monitor, on the server and on the device. */
export interface WatchRule {
  /** Expected false alarms for one device in 30 days, over all features and the classes; alpha follows from it and the length of a window. */
  readonly false_alarms_per_device_month: number;
  /** Effects below this distance do not matter, whatever the evidence. */
  readonly distance_min: number;
  /** Drifted windows in a row before drift is said, and clean ones before it is over. */
  readonly windows_to_open: number;
  readonly windows_to_resolve: number;
}

/** What holds for a model without a monitor of its own, and on a device that was told nothing else. */
export const watch_rule_default: WatchRule = { false_alarms_per_device_month: 0.1, distance_min: 0.12, windows_to_open: 2, windows_to_resolve: 3 };

export interface QuarantineRule {
  readonly confidence_below: number;
  readonly an_hour_max: number;
}

/** What should be: the last generation wins. */
export interface DesiredState {
  readonly generation: number;
  readonly device: string;
  readonly assignment: DesiredAssignment | null;
  /**
   * Only where `assignment` is null: the device is to run no bundle, since this rollout brought its first one and took it back.
   * Without it nothing was asked of the device yet, and it keeps what it has.
   */
  readonly no_bundle?: { readonly rollout: string };
  readonly capture: {
    /** Inferences in one current window. */
    readonly window_inferences: number;
    /** One image in so many is kept as a steady sample; 0 keeps none. */
    readonly sample_every: number;
    /** One image in so many while the device holds itself to be drifted. */
    readonly sample_every_drifted: number;
    /** One prediction in so many is sent, for truths that come later; 0 and absent (from older servers) send none. */
    readonly predictions_every?: number;
    /** Inferences whose confidence is below are kept for people to look at, at most so many an hour; absent: none. */
    readonly quarantine?: QuarantineRule;
  };
  readonly poll_ms: number;
  /** Rules of the models that the device runs or is to run; `watch_rule_default` for one that is not named. Absent from older servers. */
  readonly watch?: readonly (WatchRule & { readonly model: string })[];
}

/** A DSSE envelope (github.com/secure-systems-lab/dsse): payload and signature over its pre-authentication encoding. */
export interface Envelope {
  readonly payloadType: string;
  /** Base64 of the payload bytes. */
  readonly payload: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

/** DSSE v1 pre-authentication encoding: "DSSEv1" SP len(type) SP type SP len(payload) SP payload. */
export function preAuthEncoding(payload_type: string, payload: Uint8Array): Uint8Array {
  const text = new TextEncoder();
  const type = text.encode(payload_type);
  return concat([text.encode(`DSSEv1 ${type.length} `), type, text.encode(` ${payload.length} `), payload]);
}

export const payload_types = {
  desired: 'application/vnd.holdfast.desired-state+json',
  bundle: 'application/vnd.holdfast.bundle+json',
} as const;

export interface SyncRequest {
  readonly proto: number;
  /** Identity of the outbox: a new one whenever the outbox starts from nothing. */
  readonly boot: string;
  /** Number of this sync since the agent started; a retry has the same. */
  readonly n: number;
  readonly have: { readonly generation: number };
  readonly reported: ReportedState;
  readonly clock: { readonly wall_ms: number; readonly mono_ms: number };
}

export interface SyncReply {
  readonly proto: number;
  /** The highest seq of this boot that is committed on the server; the outbox may drop up to it. */
  readonly ack: number;
  /** The desired state, only where its generation is newer than the device has. */
  readonly desired?: Envelope;
  /** The report was not signed later than one that was taken, and changed nothing; the records are acknowledged all the same. Absent where it was taken. */
  readonly stale?: true;
  /** Labels beyond `reported.labels.after`, oldest first; absent where none waits, or none is wanted. */
  readonly labels?: readonly DeviceLabel[];
  readonly time: { readonly server_ms: number };
  readonly next: { readonly after_ms: number; readonly jitter_ms: number };
}

export interface EnrolRequest {
  readonly proto: number;
  readonly token: string;
  /** Ed25519 public key, SPKI DER, base64. */
  readonly public_key: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly platform: { readonly os: string; readonly arch: string; readonly runtime: string };
}

export interface EnrolReply {
  readonly device: string;
  readonly server_ms: number;
  /** The keys that bundles and desired states are signed with: key id and Ed25519 SPKI DER in base64. */
  readonly keys: readonly { readonly keyid: string; readonly public_key: string }[];
}

export function encodeSync(head: SyncRequest, records: readonly OutboxRecord[]): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(head));
  const size = 4 + json.length + records.reduce((sum, record) => sum + 16 + record.payload.length, 0);
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  view.setUint32(0, json.length, true);
  out.set(json, 4);
  let at = 4 + json.length;
  for (const record of records) {
    view.setUint32(at, record.payload.length, true);
    view.setUint32(at + 4, record.stream, true);
    view.setFloat64(at + 8, record.seq, true);
    out.set(record.payload, at + 16);
    at += 16 + record.payload.length;
  }
  return out;
}

/** Head and records of a sync body. Payloads are views into `body`. Fails with HF-SYNC-001, HF-SYNC-002 or HF-REQ-001. */
export function decodeSync(body: Uint8Array): { head: SyncRequest; records: OutboxRecord[] } {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const json_length = body.length < 4 ? Number.POSITIVE_INFINITY : view.getUint32(0, true);
  if (json_length > sync_limits.head_bytes_max || 4 + json_length > body.length) {
    throw failure('HF-SYNC-001', { saw: body.length, expected: `4 + a head of up to ${sync_limits.head_bytes_max}` });
  }
  const head = parseHead(body.subarray(4, 4 + json_length));
  const records: OutboxRecord[] = [];
  let at = 4 + json_length;
  while (at < body.length) {
    const length = at + 16 <= body.length ? view.getUint32(at, true) : Number.POSITIVE_INFINITY;
    if (at + 16 + length > body.length) throw failure('HF-SYNC-001', { saw: body.length - at, expected: 16 + length });
    if (length > sync_limits.record_bytes_max) throw failure('HF-REQ-003', { saw: length, limit: sync_limits.record_bytes_max });
    records.push({ stream: view.getUint32(at + 4, true), seq: view.getFloat64(at + 8, true), payload: body.subarray(at + 16, at + 16 + length) });
    at += 16 + length;
  }
  return { head, records };
}

function parseHead(bytes: Uint8Array): SyncRequest {
  let head: SyncRequest;
  try {
    head = JSON.parse(new TextDecoder().decode(bytes)) as SyncRequest;
  } catch (cause) {
    throw failure('HF-REQ-001', { where: 'sync head', saw: 'text that is not JSON', expected: 'a JSON object' }, cause);
  }
  if (head?.proto !== protocol_version) throw failure('HF-SYNC-002', { saw: String(head?.proto), expected: protocol_version });
  return head;
}

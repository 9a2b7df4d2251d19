// A server at the other end of the wire, for tests: it speaks the device protocol over node:http, and can be told to fail.
// It keeps what a server would keep: records by (boot, seq), the desired state, bundles by digest.

import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import {
  type BundleManifest,
  type DesiredAssignment,
  type DesiredState,
  type DeviceLabel,
  type Envelope,
  type OutboxRecord,
  type SyncRequest,
  type WindowSummary,
  decodeSync,
  decodeWindow,
  device_headers,
  encodeBundleHead,
  payload_types,
  preAuthEncoding,
  signedText,
  streams,
} from '@holdfast/protocol';

export interface Faults {
  /** Answers of this status to syncs, with this Retry-After. */
  sync_status: number | null;
  retry_after: string | null;
  /** Closes the connection before the answer to a sync, after its records were taken. */
  cut_after_commit: boolean;
  /** Cuts each bundle answer after so many bytes. */
  cut_bundle_bytes: number | null;
  /** Answers 200 with the whole bundle, whatever range was asked. */
  ignore_range: boolean;
  slow_ms: number;
  removed: boolean;
}

export interface Bundle {
  readonly digest: string;
  readonly bytes: Uint8Array;
  readonly manifest: BundleManifest;
}

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

export class DevicePeer {
  readonly #server: Server;
  readonly #keys = generateKeyPairSync('ed25519');
  readonly #strangers_keys = generateKeyPairSync('ed25519');
  readonly #bundles = new Map<string, Bundle>();
  #device_key = '';
  #desired: Envelope | null = null;
  #generation = 0;
  #taken_ms = 0;
  readonly token = 'hjt_test';
  readonly device = 'dev_test';
  readonly faults: Faults = {
    sync_status: null,
    retry_after: null,
    cut_after_commit: false,
    cut_bundle_bytes: null,
    ignore_range: false,
    slow_ms: 0,
    removed: false,
  };
  /** Records by boot and seq: what a database with that key would hold. */
  readonly records = new Map<string, OutboxRecord>();
  readonly heads: SyncRequest[] = [];
  readonly bundle_ranges: string[] = [];
  bad_signatures = 0;
  /** Reports that were not signed later than the one before. */
  stale = 0;
  compressed = 0;
  duplicates = 0;
  /** Sent with every reply to a device that wants labels, whatever it holds. */
  labels: readonly DeviceLabel[] = [];
  server_offset_ms = 0;
  poll_ms = 50;
  capture: DesiredState['capture'] = { window_inferences: 100, sample_every: 0, sample_every_drifted: 0 };

  readonly #listening: Promise<void>;

  readonly #tls: boolean;

  constructor(tls = false) {
    this.#tls = tls;
    const answer = (request: IncomingMessage, response: ServerResponse) => void this.#answer(request, response);
    const fixture = (name: string) => readFileSync(new URL(`tls/${name}`, import.meta.url));
    this.#server = tls ? createTlsServer({ key: fixture('key.pem'), cert: fixture('cert.pem') }, answer) : createServer(answer);
    this.#listening = new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  /** With `tls` it has the certificate of the tests, which nobody trusts who is not told to. */
  static async start(tls = false): Promise<DevicePeer> {
    const peer = new DevicePeer(tls);
    await peer.#listening;
    return peer;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get address(): string {
    return `${this.#tls ? 'hfs' : 'hf'}://127.0.0.1:${this.port}/${this.token}`;
  }

  get keys(): { keyid: string; public_key: string }[] {
    return [{ keyid: 'server-1', public_key: this.#keys.publicKey.export({ type: 'spki', format: 'der' }).toString('base64') }];
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  payloads(stream: keyof typeof streams): Uint8Array[] {
    return [...this.records.values()].filter((record) => record.stream === streams[stream].number).map((record) => record.payload);
  }

  json<T>(stream: keyof typeof streams): T[] {
    return this.payloads(stream).map((payload) => JSON.parse(new TextDecoder().decode(payload)) as T);
  }

  windows(): WindowSummary[] {
    return this.payloads('windows').map(decodeWindow);
  }

  /** The last reported state. */
  get reported(): SyncRequest['reported'] | undefined {
    return this.heads.at(-1)?.reported;
  }

  desire(assignment: DesiredAssignment | null, change: Partial<DesiredState> = {}, stranger = false): void {
    this.#generation++;
    const desired: DesiredState = { generation: this.#generation, device: this.device, assignment, capture: this.capture, poll_ms: this.poll_ms, ...change };
    this.#desired = this.envelope(payload_types.desired, desired, stranger);
  }

  envelope(payload_type: string, value: unknown, stranger = false): Envelope {
    const payload = Buffer.from(JSON.stringify(value));
    const key = stranger ? this.#strangers_keys.privateKey : this.#keys.privateKey;
    const sig = sign(null, preAuthEncoding(payload_type, payload), key).toString('base64');
    return { payloadType: payload_type, payload: payload.toString('base64'), signatures: [{ keyid: 'server-1', sig }] };
  }

  /** Builds and serves a bundle. `spoil` may change the bytes, or give others, after the digests of the files were taken. */
  bundle(
    files: Readonly<Record<string, string | Uint8Array>>,
    change: Partial<BundleManifest> & { stranger?: boolean; spoil?: (bytes: Uint8Array) => unknown } = {},
  ): Bundle {
    const { stranger, spoil, ...rest } = change;
    const contents = Object.entries(files).map(([path, content]) => ({ path, content: Buffer.from(content) }));
    const manifest: BundleManifest = {
      v: 1,
      model: { name: 'iris', version: 1, digest: sha256('model') },
      target: { os: 'any', arch: 'any' },
      created_ms: 1,
      files: contents.map(({ path, content }) => ({ path, size_bytes: content.length, sha256: sha256(content) })),
      ...rest,
    };
    const head = encodeBundleHead(this.envelope(payload_types.bundle, manifest, stranger));
    const whole = new Uint8Array(Buffer.concat([head, ...contents.map((file) => file.content)]));
    const spoilt = spoil?.(whole);
    const bytes = spoilt instanceof Uint8Array ? spoilt : whole;
    const bundle = { digest: sha256(bytes), bytes, manifest };
    this.#bundles.set(bundle.digest, bundle);
    return bundle;
  }

  assignment(bundle: Bundle, rollout = 'rol_1', probation: Partial<DesiredAssignment['probation']> = {}): DesiredAssignment {
    return {
      rollout,
      bundle: { digest: bundle.digest, size_bytes: bundle.bytes.length },
      model: bundle.manifest.model.name,
      model_version: bundle.manifest.model.version,
      probation: { inferences_min: 0, seconds_min: 0, seconds_max: 60, crashes_max: 0, suspect_windows_max: 0, ...probation },
    };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    try {
      for await (const chunk of request) parts.push(chunk as Buffer);
    } catch {
      return; // The agent was stopped in the middle of its request.
    }
    const body = Buffer.concat(parts);
    response.on('error', () => undefined); // The agent may be gone before the answer is.
    if (request.url === '/api/device/v1/enrol') return this.#enrol(body, response);
    const problem = this.#signatureProblem(request, body);
    if (problem) return this.#problem(response, 401, problem);
    if (this.faults.slow_ms > 0) await new Promise((resolve) => setTimeout(resolve, this.faults.slow_ms));
    if (request.url === '/api/device/v1/sync') return this.#sync(request, body, response);
    return this.#sendBundle(request, response);
  }

  #enrol(body: Buffer, response: ServerResponse): void {
    const request = JSON.parse(body.toString()) as { token: string; public_key: string };
    if (request.token !== this.token) return this.#problem(response, 401, 'HF-FLEET-001');
    this.#device_key = request.public_key;
    this.#json(response, 200, { device: this.device, server_ms: Date.now() + this.server_offset_ms, keys: this.keys });
  }

  #signatureProblem(request: IncomingMessage, body: Buffer): string | null {
    if (this.faults.removed) return 'HF-ACCESS-008';
    const { device, time, signature } = device_headers;
    const time_ms = String(request.headers[time]);
    const text = signedText(request.method!, request.url!, String(request.headers[device]), time_ms, sha256(body));
    const key = createPublicKey({ key: Buffer.from(this.#device_key, 'base64'), format: 'der', type: 'spki' });
    const fits = verify(null, Buffer.from(text), key, Buffer.from(String(request.headers[signature]), 'base64'));
    const in_time = Math.abs(Number(time_ms) - Date.now() - this.server_offset_ms) < 300_000;
    if (fits && in_time) return null;
    this.bad_signatures++;
    return 'HF-ACCESS-007';
  }

  #sync(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    if (this.faults.sync_status !== null) {
      if (this.faults.retry_after !== null) response.setHeader('retry-after', this.faults.retry_after);
      return this.#problem(response, this.faults.sync_status, 'HF-SYNC-003');
    }
    if (request.headers['content-encoding'] === 'gzip') this.compressed++;
    const { head, records } = decodeSync(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
    this.heads.push(head);
    for (const record of records) {
      const key = `${head.boot}/${record.seq}`;
      if (this.records.has(key)) this.duplicates++;
      else this.records.set(key, record);
    }
    const seqs = [...this.records.entries()].filter(([key]) => key.startsWith(`${head.boot}/`)).map(([, record]) => record.seq);
    if (this.faults.cut_after_commit) return void request.socket.destroy();
    const signed_ms = Number(request.headers[device_headers.time]);
    const stale = signed_ms <= this.#taken_ms ? { stale: true } : {};
    if (stale.stale) this.stale++;
    this.#taken_ms = Math.max(this.#taken_ms, signed_ms);
    const desired = this.#desired && this.#generation > head.have.generation ? { desired: this.#desired } : {};
    this.#json(response, 200, {
      proto: 1,
      ack: Math.max(0, ...seqs),
      ...desired,
      ...stale,
      ...(head.reported.labels && this.labels.length > 0 ? { labels: this.labels } : {}),
      time: { server_ms: Date.now() + this.server_offset_ms },
      next: { after_ms: this.poll_ms, jitter_ms: 0 },
    });
  }

  #sendBundle(request: IncomingMessage, response: ServerResponse): void {
    const digest = /^\/api\/device\/v1\/bundles\/([0-9a-f]{64})$/.exec(request.url ?? '')?.[1] ?? '';
    const bundle = this.#bundles.get(digest);
    if (!bundle) return this.#problem(response, 404, 'HF-BLOB-001');
    this.bundle_ranges.push(String(request.headers['range']));
    const asked = Number(/^bytes=(\d+)-/.exec(String(request.headers['range']))?.[1] ?? 0);
    const from = this.faults.ignore_range ? 0 : asked;
    const rest = bundle.bytes.subarray(from);
    response.writeHead(this.faults.ignore_range ? 200 : 206, {
      'content-length': String(rest.length),
      ...(this.faults.ignore_range ? {} : { 'content-range': `bytes ${from}-${bundle.bytes.length - 1}/${bundle.bytes.length}` }),
    });
    const cut = this.faults.cut_bundle_bytes;
    if (cut === null || rest.length <= cut) return void response.end(rest);
    response.write(rest.subarray(0, cut), () => setTimeout(() => response.destroy(), 20));
  }

  #problem(response: ServerResponse, status: number, code: string): void {
    this.#json(response, status, { code, detail: `the peer says ${code}.`, hint: 'none' });
  }

  #json(response: ServerResponse, status: number, value: unknown): void {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(value));
  }
}

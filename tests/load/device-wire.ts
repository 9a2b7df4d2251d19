// tests/load: how a device of a test speaks to a server: enrolled by a join token, with a key of its own, each request signed.
import { type KeyObject, createHash, generateKeyPairSync, sign } from 'node:crypto';
import { type EnrolReply, type ReportedState, device_headers, protocol_version, signedText } from '@holdfast/protocol';

export const sync_path = '/api/device/v1/sync';

/** A device that has nothing to tell. */
export const quiet_report: ReportedState = {
  agent_version: '0.1.0',
  platform: { os: 'linux', arch: 'x64', runtime: 'node 24' },
  generation: 1,
  current: null,
  install: { state: 'idle', bundle: null, rollout: null, since_ms: 0, bytes_done: 0, error: null },
  program: { state: 'running', pid: 1, restarts: 0, since_ms: 0, last_exit: null },
  health: {
    uptime_s: 1,
    load_1m: 0,
    memory_total_bytes: 1,
    memory_available_bytes: 1,
    disk_total_bytes: 1,
    disk_free_bytes: 1,
    agent_rss_bytes: 1,
    temperature_c: null,
  },
  outbox: { records: 0, bytes: 0, oldest_ms: null, dropped: 0 },
  suspects: [],
};

export interface Enrolled {
  readonly id: string;
  readonly name: string;
  readonly key: KeyObject;
  readonly server: URL;
}
export interface Newcomer {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly platform?: ReportedState['platform'];
}

/** `address` is that of a join token: hf://HOST:PORT/TOKEN. */
export async function enrol(address: string, { name, labels = {}, platform = quiet_report.platform }: Newcomer): Promise<Enrolled> {
  const server = new URL(address.replace(/^hf:/, 'http:'));
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const public_key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const body = { proto: protocol_version, token: server.pathname.slice(1), name, labels, platform, public_key };
  const response = await fetch(new URL('/api/device/v1/enrol', server.origin), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`enrolment of ${name}: ${await response.text()}`);
  return { id: ((await response.json()) as EnrolReply).device, name, key: privateKey, server };
}

/** The headers of a sync with this body, signed now. */
export function signedHeaders({ id, key }: Enrolled, body: Uint8Array): Record<string, string> {
  const time = String(Date.now());
  const text = signedText('POST', sync_path, id, time, createHash('sha256').update(body).digest('hex'));
  return {
    'content-type': 'application/octet-stream',
    [device_headers.device]: id,
    [device_headers.time]: time,
    [device_headers.signature]: sign(null, Buffer.from(text), key).toString('base64'),
  };
}

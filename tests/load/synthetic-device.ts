// tests/load: a device of the load generator: enrolled like any other, it sends signed syncs over one kept connection, as fast as
// the server acknowledges them. Bodies and signatures are made beforehand: on a real fleet each device does that on its own processor.
import { type KeyObject, createHash, generateKeyPairSync, sign } from 'node:crypto';
import net from 'node:net';
import { gzipSync } from 'node:zlib';
import {
  type EnrolReply,
  type OutboxRecord,
  type ReportedState,
  type SyncReply,
  device_headers,
  encodeSync,
  protocol_version,
  signedText,
} from '@holdfast/protocol';

const path = '/api/device/v1/sync';

export const quiet_report: ReportedState = {
  agent_version: 'load',
  platform: { os: 'linux', arch: 'x64', runtime: 'load' },
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

export class SyntheticDevice {
  readonly id: string;
  readonly #key: KeyObject;
  readonly #address: URL;
  readonly #boot: string;
  #socket: net.Socket | null = null;
  #n = 0;

  private constructor(id: string, key: KeyObject, address: URL, boot: string) {
    this.id = id;
    this.#key = key;
    this.#address = address;
    this.#boot = boot;
  }

  /** `address` is that of a join token: hf://HOST:PORT/TOKEN. */
  static async enrol(address: string, name: string): Promise<SyntheticDevice> {
    const url = new URL(address.replace(/^hf:/, 'http:'));
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const body = {
      proto: protocol_version,
      token: url.pathname.slice(1),
      name,
      labels: {},
      platform: quiet_report.platform,
      public_key: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    };
    const response = await fetch(new URL('/api/device/v1/enrol', url.origin), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`enrolment of ${name}: ${await response.text()}`);
    return new SyntheticDevice(((await response.json()) as EnrolReply).device, privateKey, url, `boot-${name}`);
  }

  /** A whole HTTP request that carries the records. */
  request(records: readonly OutboxRecord[], compress: boolean): Buffer {
    const clock = { wall_ms: Date.now(), mono_ms: 0 };
    const plain = encodeSync({ proto: protocol_version, boot: this.#boot, n: this.#n++, have: { generation: 1 }, reported: quiet_report, clock }, records);
    const body = compress ? gzipSync(plain) : plain;
    const time = String(Date.now());
    const digest = createHash('sha256').update(body).digest('hex');
    const signature = sign(null, Buffer.from(signedText('POST', path, this.id, time, digest)), this.#key).toString('base64');
    const head = [
      `POST ${path} HTTP/1.1`,
      `host: ${this.#address.host}`,
      'content-type: application/octet-stream',
      `content-length: ${body.length}`,
      `${device_headers.device}: ${this.id}`,
      `${device_headers.time}: ${time}`,
      `${device_headers.signature}: ${signature}`,
      ...(compress ? ['content-encoding: gzip'] : []),
    ];
    return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
  }

  /** Sends one request and returns the acknowledged seq; fails where the server does not take it. */
  async send(request: Buffer): Promise<number> {
    this.#socket ??= await connect(this.#address);
    const socket = this.#socket;
    const answer = answerOf(socket);
    socket.write(request);
    return (await answer).ack;
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = null;
  }
}

function connect({ hostname, port }: URL): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: hostname, port: Number(port), noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Reads one HTTP answer with a content-length; the server sends no other kind here. */
function answerOf(socket: net.Socket): Promise<SyncReply> {
  return new Promise((resolve, reject) => {
    let seen = '';
    const end = (act: () => void) => {
      socket.off('data', hear).off('close', gone);
      act();
    };
    const gone = () => end(() => reject(new Error('the server closed the connection')));
    const hear = (chunk: Buffer) => {
      seen += chunk.toString('latin1');
      const head_length = seen.indexOf('\r\n\r\n') + 4;
      if (head_length < 4) return;
      const length = Number(/^content-length: (\d+)/im.exec(seen)?.[1] ?? Number.NaN);
      if (seen.length < head_length + length) return;
      const text = seen.slice(head_length);
      end(() => (seen.startsWith('HTTP/1.1 200') ? resolve(JSON.parse(text) as SyncReply) : reject(new Error(text.slice(0, 500)))));
    };
    socket.on('data', hear).once('close', gone);
  });
}

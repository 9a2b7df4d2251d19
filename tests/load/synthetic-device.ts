// tests/load: a device of the load generator: enrolled like any other, it sends signed syncs over one kept connection, as fast as
// the server acknowledges them. Bodies and signatures are made beforehand: on a real fleet each device does that on its own processor.
import net from 'node:net';
import { gzipSync } from 'node:zlib';
import { type OutboxRecord, type SyncReply, encodeSync, protocol_version } from '@holdfast/protocol';
import { type Enrolled, enrol, quiet_report, signedHeaders, sync_path } from './device-wire.ts';

export class SyntheticDevice {
  readonly #device: Enrolled;
  #socket: net.Socket | null = null;
  #n = 0;

  private constructor(device: Enrolled) {
    this.#device = device;
  }

  static async enrol(address: string, name: string): Promise<SyntheticDevice> {
    return new SyntheticDevice(await enrol(address, { name }));
  }

  get id(): string {
    return this.#device.id;
  }

  /** A whole HTTP request that carries the records. */
  request(records: readonly OutboxRecord[], compress: boolean): Buffer {
    const clock = { wall_ms: Date.now(), mono_ms: 0 };
    const boot = `boot-${this.#device.name}`;
    const plain = encodeSync({ proto: protocol_version, boot, n: this.#n++, have: { generation: 1 }, reported: quiet_report, clock }, records);
    const body = compress ? gzipSync(plain) : plain;
    const headers = { host: this.#device.server.host, 'content-length': body.length, ...signedHeaders(this.#device, body) };
    const head = [
      `POST ${sync_path} HTTP/1.1`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      ...(compress ? ['content-encoding: gzip'] : []),
    ];
    return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
  }

  /** Sends one request and returns the acknowledged seq; fails where the server does not take it. */
  async send(request: Buffer): Promise<number> {
    this.#socket ??= await connect(this.#device.server);
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

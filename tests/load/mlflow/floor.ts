// tests/load: a server that takes no time, as the floor of what the Python client can be given: what is timed is answered with what the product answered to the
// same request before, all else goes to the product. A write is on disk before it is answered, in a file that is there already, as a database's log is.
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { MlflowServer } from './http.ts';

const writes = /\/runs\/log-(metric|batch)$/;
const reads = /\/runs\/search$/;

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** As long as a segment of PostgreSQL's log. */
const log_bytes = 16_777_216;

/** Writes round and round within a file of a fixed length. */
class Log {
  readonly #file: FileHandle;
  #at = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async append(body: Buffer): Promise<void> {
    if (this.#at + body.length > log_bytes) this.#at = 0;
    await this.#file.write(body, 0, body.length, this.#at);
    this.#at += body.length;
    await this.#file.datasync();
  }
}

export async function startFloor(product: MlflowServer): Promise<MlflowServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-floor-'));
  const file = await open(path.join(folder, 'log'), 'w+');
  await file.writeFile(Buffer.alloc(log_bytes));
  await file.sync();
  const log = new Log(file);
  const known = new Map<string, Answer>();
  const server = http.createServer((request, reply) => {
    const send = ({ status, body }: Answer) => {
      reply.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length });
      reply.end(body);
    };
    void answer(request).then(send, (error: unknown) => send({ status: 502, body: Buffer.from(String(error)) }));
  });

  async function answer(request: http.IncomingMessage): Promise<Answer> {
    const body = await read(request);
    const url = request.url ?? '/';
    if (writes.test(url)) {
      await log.append(body);
      return { status: 200, body: Buffer.from('{}') };
    }
    const key = `${url} ${body.toString()}`;
    const found = known.get(key) ?? (await passOn(product, request, body));
    if (reads.test(url)) known.set(key, found);
    return found;
  }

  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    await new Promise<void>((closed) => void (server.closeAllConnections(), server.close(() => closed())));
    await file.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { name: 'a server that takes no time', url: `http://127.0.0.1:${port}`, authorization: product.authorization, pids: () => [process.pid], stop };
}

async function passOn(product: MlflowServer, { method = 'GET', url = '/', headers }: http.IncomingMessage, body: Buffer): Promise<Answer> {
  const sent = { authorization: headers.authorization ?? '', 'content-type': headers['content-type'] ?? 'application/json' };
  const answer = await fetch(`${product.url}${url}`, { method, headers: sent, ...(body.length > 0 ? { body: new Uint8Array(body) } : {}) });
  return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) };
}

async function read(request: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

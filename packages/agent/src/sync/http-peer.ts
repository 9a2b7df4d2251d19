// agent/sync: HTTP to one server over kept connections, with node:http alone (global fetch would cost 23 MB of memory).
// Answers are read with a limit; a stream is given on in pieces, so that memory does not grow with its size.

import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { failure } from '@holdfast/base';

export interface Exchange {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

export interface StreamedAnswer extends Omit<Answer, 'body'> {
  readonly chunks: AsyncIterable<Uint8Array>;
}

export interface PeerOptions {
  /** A connection that is silent for so long is given up. */
  readonly silence_ms?: number;
  readonly answer_bytes_max?: number;
}

export class HttpPeer {
  readonly #base: URL;
  #transport: Promise<Transport> | null = null;
  readonly #silence_ms: number;
  readonly #answer_bytes_max: number;
  #closed = false;

  constructor(server: string, options: PeerOptions = {}) {
    this.#base = new URL(server);
    this.#silence_ms = options.silence_ms ?? 30_000;
    this.#answer_bytes_max = options.answer_bytes_max ?? 2_097_152;
  }

  /** Fails with HF-AGENT-004 where no whole answer came. */
  async exchange(exchange: Exchange): Promise<Answer> {
    const message = await this.#send(exchange);
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of this.#chunks(message)) {
      size += chunk.length;
      if (size > this.#answer_bytes_max) {
        message.destroy();
        throw this.#unreachable(`its answer is larger than ${this.#answer_bytes_max} bytes`);
      }
      parts.push(chunk);
    }
    return { status: message.statusCode ?? 0, headers: message.headers, body: Buffer.concat(parts) };
  }

  async stream(exchange: Exchange): Promise<StreamedAnswer> {
    const message = await this.#send(exchange);
    return { status: message.statusCode ?? 0, headers: message.headers, chunks: this.#chunks(message) };
  }

  close(): void {
    this.#closed = true;
    // One that could not be made has no connections either.
    this.#transport?.then((transport) => transport.agent.destroy()).catch(() => undefined);
  }

  async #send(exchange: Exchange): Promise<IncomingMessage> {
    try {
      return await this.#sendOnce(exchange);
    } catch (error) {
      // A server may close a kept connection in the very moment of its use; every exchange may be sent twice.
      if (this.#closed || !(error as { reused?: boolean }).reused) throw this.#unreachable(reasonOf(error), error);
    }
    try {
      return await this.#sendOnce(exchange);
    } catch (error) {
      throw this.#unreachable(reasonOf(error), error);
    }
  }

  async #sendOnce(exchange: Exchange): Promise<IncomingMessage> {
    this.#transport ??= transportFor(this.#base.protocol);
    const { agent, send } = await this.#transport;
    if (this.#closed) throw new Error('the agent is stopping');
    return new Promise((resolve, reject) => {
      const headers = exchange.body ? { ...exchange.headers, 'content-length': String(exchange.body.length) } : exchange.headers;
      const request = send(new URL(exchange.path, this.#base), { method: exchange.method, headers, agent }, resolve);
      request.setTimeout(this.#silence_ms, () => request.destroy(new Error(`no byte came for ${this.#silence_ms / 1000} s`)));
      request.on('error', (error: NodeJS.ErrnoException) => {
        const reused = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        reject(Object.assign(error, { reused }));
      });
      request.end(exchange.body);
    });
  }

  async *#chunks(message: IncomingMessage): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of message) yield chunk as Uint8Array;
    } catch (error) {
      throw this.#unreachable(reasonOf(error), error);
    }
    if (!message.complete) throw this.#unreachable('the answer was cut');
  }

  #unreachable(reason: string, cause?: unknown): Error {
    return failure('HF-AGENT-004', { url: this.#base.origin, reason }, cause);
  }
}

interface Transport {
  readonly agent: HttpAgent;
  readonly send: typeof httpRequest;
}

/** TLS takes 5 MiB of memory, so it is loaded only for a server that speaks it. */
async function transportFor(protocol: string): Promise<Transport> {
  const kept = { keepAlive: true, maxSockets: 2, maxFreeSockets: 1 };
  if (protocol !== 'https:') return { agent: new HttpAgent(kept), send: httpRequest };
  const https = await import('node:https');
  return { agent: new https.Agent(kept), send: https.request };
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return message || code || String(error);
}

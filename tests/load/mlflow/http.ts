// tests/load: a client of MLflow's REST protocol as fast as Node has it: kept connections, raw JSON, nothing parsed that is not looked at.
import http from 'node:http';
import { quantile } from '../report.ts';

/** A server that speaks the protocol: the product, or MLflow itself. */
export interface MlflowServer {
  readonly name: string;
  readonly url: string;
  /** `Authorization` of each request, where the server asks for one. */
  readonly authorization?: string | undefined;
  /** The processes whose memory is the server's. */
  pids(): readonly number[];
  stop(): Promise<void>;
}

export interface Load {
  readonly per_second: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
  readonly errors: number;
  /** The first answer that was no 200. */
  readonly problem: string;
}

export class Connection {
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  readonly #server: MlflowServer;

  constructor(server: MlflowServer) {
    this.#server = server;
  }

  /** The status and the body of the answer. */
  ask(method: string, path: string, body?: string): Promise<{ status: number; text: string }> {
    const { url, authorization } = this.#server;
    const headers: Record<string, string> = { ...(authorization === undefined ? {} : { authorization }) };
    if (body !== undefined) Object.assign(headers, { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) });
    return new Promise((resolve, reject) => {
      const request = http.request(`${url}${path}`, { method, headers, agent: this.#agent }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
        answer.on('error', reject);
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  /** The JSON of a 200; fails with the answer where it is another. */
  async call<T>(method: string, path: string, body?: object): Promise<T> {
    const { status, text } = await this.ask(method, `/api/2.0/mlflow/${path}`, body === undefined ? undefined : JSON.stringify(body));
    if (status !== 200) throw new Error(`${this.#server.name}: ${method} ${path} answered ${status}: ${text.slice(0, 300)}`);
    return JSON.parse(text) as T;
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** So many connections, each with one request in flight, for so long. `next` makes the n-th request of a connection. */
export async function hammer(
  server: MlflowServer,
  options: { connections: number; seconds: number; next: (connection: number, n: number) => { path: string; body: string } },
): Promise<Load> {
  const times: number[] = [];
  let errors = 0;
  let problem = '';
  const from = performance.now();
  const end = from + options.seconds * 1000;
  const one = async (c: number): Promise<void> => {
    const connection = new Connection(server);
    for (let n = 0; performance.now() < end; n++) {
      const { path, body } = options.next(c, n);
      const began = performance.now();
      const { status, text } = await connection.ask('POST', `/api/2.0/mlflow/${path}`, body).catch((error: Error) => ({ status: 0, text: error.message }));
      times.push(performance.now() - began);
      if (status === 200) continue;
      errors++;
      problem ||= `${status} ${text.slice(0, 200)}`;
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: options.connections }, (_, c) => one(c)));
  const per_second = (times.length - errors) / ((performance.now() - from) / 1000);
  return { per_second, p50_ms: quantile(times, 0.5), p99_ms: quantile(times, 0.99), errors, problem };
}

/** The median and the 95th percentile of a question that is asked again and again, in ms. */
export async function timed(times: number, ask: () => Promise<unknown>): Promise<{ p50_ms: number; p95_ms: number }> {
  const seen: number[] = [];
  for (let i = 0; i < times; i++) {
    const began = performance.now();
    await ask();
    seen.push(performance.now() - began);
  }
  return { p50_ms: quantile(seen, 0.5), p95_ms: quantile(seen, 0.95) };
}

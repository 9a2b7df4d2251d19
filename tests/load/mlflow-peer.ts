// tests/load: servers that speak MLflow's protocol, ours and MLflow's own, and requests to them over connections that are kept.
import http from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../crash/house.ts';
import { Program } from './program.ts';

/** MLflow's own server on a database, with one worker: for most requests it is faster than with four. */
export async function startMlflow(python: string, folder: string, database: string): Promise<{ server: Program; target: Target }> {
  const port = await freePort();
  const args = ['-m', 'mlflow', 'server', '--backend-store-uri', database, '--artifacts-destination', path.join(folder, 'artifacts')];
  const server = new Program({
    name: 'mlflow',
    node: python,
    args: [...args, '--host', '127.0.0.1', '--port', String(port), '--workers', '1'],
    log: path.join(folder, 'mlflow.log'),
    env: { MLFLOW_DISABLE_TELEMETRY: 'true', PYTHONWARNINGS: 'ignore', HOME: folder },
  });
  server.start();
  const target = new Target(`http://127.0.0.1:${port}`);
  const end_ms = performance.now() + 120_000;
  while (!(await target.isHealthy())) {
    if (!server.running || performance.now() > end_ms) throw new Error(`MLflow's server did not start: ${server.said.slice(-1_000)}`);
    await sleep(200);
  }
  return { server, target };
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export class Target {
  readonly url: string;
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, token?: string) {
    this.url = url;
    this.#headers = { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
  }

  send(method: string, route: string, body: string | null): Promise<Answer> {
    const headers = body === null ? this.#headers : { ...this.#headers, 'content-length': String(Buffer.byteLength(body)) };
    return new Promise((resolve, reject) => {
      const request = http.request(`${this.url}/api/2.0/mlflow/${route}`, { method, agent: this.#agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
        response.on('error', reject);
      });
      request.on('error', reject);
      request.end(body);
    });
  }
  /** A request that has to succeed. */
  async call<T>(method: string, route: string, fields?: object): Promise<T> {
    const { status, text } = await this.send(method, route, fields === undefined ? null : JSON.stringify(fields));
    if (status !== 200) throw new Error(`${method} ${route} at ${this.url}: ${status} ${text.slice(0, 500)}`);
    return JSON.parse(text) as T;
  }
  async isHealthy(): Promise<boolean> {
    return fetch(`${this.url}/health`).then(
      (answer) => answer.ok,
      () => false,
    );
  }
  close(): void {
    this.#agent.destroy();
  }
}

// tests/load: an artifact of 2 GB up and down again: the server passes it on, and keeps none of it in memory.
import { once } from 'node:events';
import http from 'node:http';
import { type BenchRow, atMost, seen } from '../report.ts';
import type { MlflowServer } from './http.ts';
import { growthMib } from './servers.ts';

const piece = Buffer.alloc(1_048_576, 7);
const pieces = 2_048;
const path = '/api/2.0/mlflow-artifacts/artifacts/load/two-gigabytes.bin';

export async function artifacts(ours: MlflowServer): Promise<BenchRow[]> {
  const pid = ours.pids()[0]!;
  const began = performance.now();
  const up = await growthMib(pid, () => send(ours));
  const sent = performance.now();
  const down = await growthMib(pid, () => fetchAll(ours));
  const mb_s = (ms: number) => `${((pieces * piece.length) / 1e6 / (ms / 1000)).toFixed(0)} MB/s`;
  return [
    atMost('2 GB up: growth of the server', up, 'MiB', 48, mb_s(sent - began)),
    atMost('2 GB down: growth of the server', down, 'MiB', 48, mb_s(performance.now() - sent)),
    seen('size', (pieces * piece.length) / 1e9, 'GB'),
  ];
}

const headersOf = ({ authorization }: MlflowServer): Record<string, string> => (authorization === undefined ? {} : { authorization });

async function send(server: MlflowServer): Promise<void> {
  const headers = { ...headersOf(server), 'content-type': 'application/octet-stream', 'content-length': String(pieces * piece.length) };
  const request = http.request(server.url + path, { method: 'PUT', headers });
  const answered = once(request, 'response') as Promise<[http.IncomingMessage]>;
  for (let i = 0; i < pieces; i++) if (!request.write(piece)) await once(request, 'drain');
  request.end();
  const [answer] = await answered;
  answer.resume();
  if (answer.statusCode !== 200) throw new Error(`the upload was answered by ${answer.statusCode}`);
}

async function fetchAll(server: MlflowServer): Promise<void> {
  const request = http.get(server.url + path, { headers: headersOf(server) });
  const [answer] = (await once(request, 'response')) as [http.IncomingMessage];
  let bytes = 0;
  for await (const chunk of answer) bytes += (chunk as Buffer).length;
  if (bytes !== pieces * piece.length) throw new Error(`${bytes} bytes came back of ${pieces * piece.length}`);
}

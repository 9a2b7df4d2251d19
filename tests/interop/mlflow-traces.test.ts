// tests/interop: traces and webhooks of MLflow's own Python client, the newest 2.x and the newest 3.x, unchanged, against a real server: mlflow_traces.py
// and mlflow_webhooks.py.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ServerProgram } from '../load/product.ts';
import { python } from './engines.ts';
import { pythons } from './pythons.ts';

const run = promisify(execFile);
const stories = ['nested', 'errors', 'search', 'deletion', 'linked', 'many_spans'];

type Client = 'mlflow2-traces' | 'mlflow3';
const [older, newest] = ['mlflow2-traces', 'mlflow3'] as const;

/** The stories that the program told, on a server of its own; null where the client cannot be had. */
async function told(client: Client, file: string, args: readonly string[] = []): Promise<string[] | null> {
  const program = await python(client, pythons[client]);
  if (program === null) return null;
  const place = await mkdtemp(path.join(os.tmpdir(), 'holdfast-mlflow-'));
  const server = new ServerProgram({ folder: path.join(place, 'server'), args });
  try {
    const { server: on } = await server.up();
    const signed = { MLFLOW_TRACKING_TOKEN: server.token, MLFLOW_TRACKING_URI: on.url };
    const env = { ...process.env, ...signed, MLFLOW_DISABLE_TELEMETRY: 'true', HOME: place };
    const { stdout } = await run(program, [path.join(import.meta.dirname, file)], { cwd: place, env, maxBuffer: 16_777_216 });
    return stdout.split('\n').filter((line) => line.startsWith('ok '));
  } finally {
    await server.stop();
    await rm(place, { recursive: true, force: true });
  }
}

for (const client of [older, newest]) {
  it(`traces of ${pythons[client][0]} are kept, found, tagged, linked and deleted`, async ({ skip }) => {
    const found = await told(client, 'mlflow_traces.py');
    if (found === null) return skip('this client of MLflow cannot be had here');
    expect(found).toEqual(stories.map((story) => `ok ${story}`));
  });
}

it(`webhooks of ${pythons[newest][0]} are made, tried out, called and removed`, async ({ skip }) => {
  const found = await told(newest, 'mlflow_webhooks.py', ['--allow-private-webhooks']);
  if (found === null) return skip('this client of MLflow cannot be had here');
  expect(found).toEqual(['ok crud', 'ok delivered', 'ok removed']);
});

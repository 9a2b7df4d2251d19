// tests/interop: traces of MLflow's own Python client, the newest 2.x and the newest 3.x, unchanged, against a real server: mlflow_traces.py.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ServerProgram } from '../load/product.ts';
import { python } from './engines.ts';

const run = promisify(execFile);
const stories = ['nested', 'errors', 'search', 'deletion', 'linked', 'many_spans'];

const clients = [
  // its processor of spans does not run on later SDKs of OpenTelemetry
  { folder: 'mlflow2-traces', packages: ['mlflow-skinny>=2.22,<3', 'opentelemetry-sdk<1.36', 'pandas'] },
  { folder: 'mlflow3', packages: ['mlflow-skinny>=3.14,<4', 'scikit-learn', 'pandas'] },
] as const;

for (const { folder, packages } of clients) {
  it(`traces of ${packages[0]} are kept, found, tagged, linked and deleted`, async ({ skip }) => {
    const program = await python(folder, packages);
    if (program === null) return skip('this client of MLflow cannot be had here');
    const place = await mkdtemp(path.join(os.tmpdir(), 'holdfast-mlflow-traces-'));
    const server = new ServerProgram({ folder: path.join(place, 'server') });
    try {
      const client = await server.up();
      const signed = { MLFLOW_TRACKING_TOKEN: server.token, MLFLOW_TRACKING_URI: client.server.url };
      const env = { ...process.env, ...signed, MLFLOW_DISABLE_TELEMETRY: 'true', HOME: place };
      const { stdout } = await run(program, [path.join(import.meta.dirname, 'mlflow_traces.py')], { cwd: place, env, maxBuffer: 16_777_216 });
      expect(stdout.split('\n').filter((line) => line.startsWith('ok '))).toEqual(stories.map((story) => `ok ${story}`));
    } finally {
      await server.stop();
      await rm(place, { recursive: true, force: true });
    }
  });
}

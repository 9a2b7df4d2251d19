// tests/interop: stores that MLflow itself has written, a folder by 2.x and a SQLite file by 3.x, are copied here, and its client finds the same in both.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ServerProgram, command_line } from '../load/product.ts';
import { runOnce } from '../load/program.ts';
import { python } from './engines.ts';
import { pythons } from './pythons.ts';

const run = promisify(execFile);

interface Kind {
  readonly what: string;
  readonly client: 'mlflow2' | 'mlflow3';
  /** The address of the store in a folder, as MLflow takes it. */
  readonly store: (place: string) => string;
}
const kinds: readonly Kind[] = [
  { what: 'a folder of MLflow 2', client: 'mlflow2', store: (place) => `file://${place}/mlruns` },
  { what: 'a SQLite file of MLflow 3', client: 'mlflow3', store: (place) => `sqlite:///${place}/mlflow.db` },
];

for (const { what, client, store } of kinds) {
  it(`${what} is copied, and its client finds the same here`, async ({ skip }) => {
    const program = await python(client, pythons[client]);
    if (program === null) return skip('this client of MLflow cannot be had here');
    const place = await mkdtemp(path.join(os.tmpdir(), 'holdfast-move-'));
    const server = new ServerProgram({ folder: path.join(place, 'server') });
    const ask = async (verb: string, env: Record<string, string>): Promise<unknown> => {
      const told = { ...process.env, ...env, MLFLOW_DISABLE_TELEMETRY: 'true', HOME: place };
      const { stdout } = await run(program, [path.join(import.meta.dirname, 'mlflow_move.py'), verb], { cwd: place, env: told, maxBuffer: 16_777_216 });
      return JSON.parse(stdout.trim().split('\n').at(-1)!);
    };
    try {
      const before = await ask('write', { MLFLOW_TRACKING_URI: store(place) });
      const { url } = (await server.up()).server;
      const env = { HOLDFAST_SERVER: url, HOLDFAST_TOKEN: server.token };
      const said = await runOnce('holdfast', [command_line, 'import', 'mlflow', '--from', store(place)], { env });
      expect(said).toMatch(/^runs +3$/m);
      expect(await ask('read', { MLFLOW_TRACKING_URI: url, MLFLOW_TRACKING_TOKEN: server.token })).toEqual(before);
    } finally {
      await server.stop();
      await rm(place, { recursive: true, force: true });
    }
  });
}

// tests/interop: instead of tests/postgres-setup.ts: the databases of a vitest run are made on Debian's PostgreSQL.
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startDebianPostgres } from './debian-postgres.ts';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startDebianPostgres();
  if (server === null) throw new Error('PostgreSQL cannot be had here; the reason stands above');
  const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-test-'));
  const control = net.createServer((socket) => {
    socket.on('error', () => undefined); // the test went away; the next one asks again
    socket.end(JSON.stringify({ connection: server.connection }));
  });
  await new Promise<void>((resolve) => control.listen(path.join(folder, 'control'), resolve));
  project.provide('holdfast_postgres' as never, path.join(folder, 'control') as never);
  return async () => {
    control.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

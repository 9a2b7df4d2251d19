// tests: the PostgreSQL server of a vitest run. It starts when the first test asks for a database, over a socket of this
// process, and ends with the run.
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { TestPostgres } from '@holdfast/postgres/testing';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    holdfast_postgres: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-test-'));
  const address = path.join(folder, 'control');
  let server: Promise<TestPostgres> | undefined;
  const control = net.createServer((socket) => void answer((server ??= start()), socket));
  await new Promise<void>((resolve) => control.listen(address, resolve));
  project.provide('holdfast_postgres', address);
  return async () => {
    control.close();
    await (await server?.catch(() => undefined))?.stop(); // a failed start was told to the tests that asked
    await rm(folder, { recursive: true, force: true });
  };
}

async function start(): Promise<TestPostgres> {
  const { startTestPostgres } = await import('@holdfast/postgres/testing');
  return startTestPostgres();
}

async function answer(server: Promise<TestPostgres>, socket: net.Socket): Promise<void> {
  socket.on('error', () => undefined); // the test went away; the next one asks again
  try {
    socket.end(JSON.stringify({ connection: (await server).connection }));
  } catch (error) {
    socket.end(JSON.stringify({ error: String(error) }));
  }
}

// holdfast worker: takes command steps from a server, on any machine.
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { Command } from 'commander';
import { HoldfastError, systemClock } from '@holdfast/base';
import type { StepKey, WorkSource } from '@holdfast/workflows';
import type { Client } from '@holdfast/client';
import { say } from '../output.ts';
import { putFile } from '../blobs.ts';
import { clientOf } from '../settings.ts';
import { verb, wholeNumber } from '../verb.ts';
import { untilSignal } from './up.ts';

export function addWorker(program: Command): void {
  verb(program, 'worker', 'take workflow steps from a server, on any machine', 'worker --server http://192.0.2.7:8080 --name bench-1')
    .option('--name <name>', 'name of the worker; one folder and one lease holder each', `${hostname()}-${process.pid}`)
    .option('--work <dir>', 'folder for the work')
    .option('--poll-ms <n>', 'how often it looks for work', wholeNumber(50), 1_000)
    .action(async (options: { name: string; work?: string; pollMs: number }, command: Command) => {
      const { Worker, machineFacts } = await import('@holdfast/workflows');
      const folder = options.work ?? path.join(tmpdir(), `holdfast-worker-${options.name}`);
      const worker = new Worker({
        name: options.name,
        source: remoteWork(clientOf(command)),
        folder,
        clock: systemClock,
        hardware: machineFacts,
        poll_ms: options.pollMs,
        on_error: tellChanges(),
      });
      say(`worker ${options.name} takes steps`);
      await untilSignal();
      await worker.stop();
    });
}

/** A server that is away is asked again and again; that is said once. */
function tellChanges(): (error: Error) => void {
  let last = '';
  return (error) => {
    const text = error instanceof HoldfastError ? `${error.code}: ${error.message}` : error.message;
    if (text !== last) say(text);
    last = text;
  };
}

function remoteWork(client: Client): WorkSource {
  const body = (key: StepKey) => ({ execution: key.execution, step: key.name, fence: key.fence });
  return {
    claim: async (worker) => (await client.call('workerClaim', { body: { worker } })).step,
    renew: async (key) => void (await client.call('workerRenew', { body: body(key) })),
    log: async (key, first, lines) => void (await client.call('workerLog', { body: { ...body(key), first, lines: [...lines] } })),
    complete: async (key, ending) =>
      void (await client.call('workerComplete', {
        body: { ...body(key), ...ending, ...(ending.outcome === 'succeeded' ? { outputs: { ...ending.outputs } } : {}) },
      })),
    readBlob: async (digest) => Readable.fromWeb((await client.raw('GET', `/api/v1/blobs/${digest}`)).body as ReadableStream),
    writeBlob: (file) => putFile(client, file),
  };
}

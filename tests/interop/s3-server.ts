// tests/interop: a bucket on the Versity S3 Gateway over a temporary folder.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../load/free-port.ts';
import { s3Gateway } from './engines.ts';

export interface S3Server {
  /** Address of the bucket, for --blobs. */
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where the gateway keeps its objects. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** Null where no S3 server can be had. */
export async function startS3(): Promise<S3Server | null> {
  const program = await s3Gateway();
  if (program === null) return null;
  const parent = await mkdtemp(path.join(os.tmpdir(), 'holdfast-s3-'));
  const folder = path.join(parent, 'root');
  await mkdir(path.join(folder, 'models'), { recursive: true });
  const port = await freePort();
  const keys = { ROOT_ACCESS_KEY: 'interop', ROOT_SECRET_KEY: 'interop-secret' };
  const server = spawn(program, ['--port', `127.0.0.1:${port}`, 'posix', folder], { stdio: 'ignore', env: { ...process.env, ...keys } });
  await untilAnswers(server, port);
  const stop = async () => {
    server.kill('SIGTERM');
    if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
    await rm(parent, { recursive: true, force: true });
  };
  const url = `s3://models/holdfast?endpoint=http://127.0.0.1:${port}&region=us-east-1`;
  return { url, folder, env: { AWS_ACCESS_KEY_ID: keys.ROOT_ACCESS_KEY, AWS_SECRET_ACCESS_KEY: keys.ROOT_SECRET_KEY }, stop };
}

async function untilAnswers(server: ChildProcess, port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (server.exitCode !== null) throw new Error(`the S3 gateway ended with code ${server.exitCode}`);
    if (
      await fetch(`http://127.0.0.1:${port}/`).then(
        () => true,
        () => false,
      )
    )
      return;
    await sleep(100);
  }
  throw new Error('the S3 gateway did not answer after 10 s');
}

// tests/interop: the whole loop on engines of others: a PostgreSQL given by its URL, blobs on an S3 server, and agents on Debian's own Node 18.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Client } from '@holdfast/client';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Otherwise, closeHouse, openHouse } from '../crash/house.ts';
import { Loop, settled } from '../crash/loop.ts';
import { debianNode18 } from './engines.ts';
import { type DebianPostgres, startDebianPostgres } from './debian-postgres.ts';
import { type S3Server, startS3 } from './s3-server.ts';

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-interop-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** One round of drift, alert, retraining and rollout, on two agents. */
async function goRound(name: string, more: Otherwise, look: (client: Client) => Promise<void> = async () => {}) {
  const house = await openHouse(await mkdtemp(path.join(folder, `${name}-`)), more);
  try {
    const loop = new Loop(house);
    await loop.begin();
    await loop.round(180);
    await look(house.client);
    return await loop.state();
  } finally {
    await closeHouse(house);
  }
}

describe('a PostgreSQL of the user', () => {
  let server: DebianPostgres | null = null;
  beforeAll(async () => void (server = await startDebianPostgres()));
  afterAll(() => server?.stop());

  it('carries the whole loop, wake-ups included, and holds every table', async (context) => {
    if (!server) return context.skip('PostgreSQL cannot be had here');
    expect(await goRound('pg15', { args: ['--database', server.url] })).toEqual(settled);
    const client = new pg.Client(server.connection);
    await client.connect();
    const { rows } = await client.query(
      `select current_setting('server_version') as version, (select count(*) from window_summary)::int as windows, (select count(*) from alert)::int as alerts`,
    );
    await client.end();
    expect(rows[0].version).toMatch(/^15\./);
    expect(rows[0].windows).toBeGreaterThan(10);
    expect(rows[0].alerts).toBe(1);
  });
});

describe('blobs on an S3 server of the user', () => {
  let s3: S3Server | null = null;
  beforeAll(async () => void (s3 = await startS3()));
  afterAll(() => s3?.stop());

  it('carries the whole loop: models, profiles and bundles are there, and devices get their bundles from it', async (context) => {
    if (!s3) return context.skip('no S3 server can be had here');
    expect(await goRound('s3', { args: ['--blobs', s3.url], env: s3.env })).toEqual(settled);
    const objects = (await readdir(path.join(s3.folder, 'models'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    expect(objects.length).toBeGreaterThanOrEqual(7); // a pipeline, and two versions of a model, a profile and a bundle
  });
});

describe("devices with Debian's own Node 18", () => {
  it('join, sync, install and watch with the bundled agent', async (context) => {
    const node = await debianNode18();
    if (!node) return context.skip('Node 18 of Debian cannot be had here');
    const runtimes: string[] = [];
    const agent = { node: node.program, env: { LD_LIBRARY_PATH: node.libraries } };
    const look = async (client: Client) => void runtimes.push(...(await client.call('deviceList', {})).devices.map((d) => d.platform.runtime));
    expect(await goRound('node18', { agent }, look)).toEqual(settled);
    expect(runtimes).toHaveLength(2);
    for (const runtime of runtimes) expect(runtime).toMatch(/18\.\d+/);
  });
});

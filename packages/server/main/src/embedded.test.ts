import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDatabase, sql } from '@holdfast/postgres';
import { expect, it } from 'vitest';
import { keepPostgres } from './embedded.ts';

it('starts PostgreSQL again where it was killed, says so with a code, and the open pool works on', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-kept-'));
  const said: string[] = [];
  const kept = await keepPostgres(folder, (error) => said.push((error as Error & { code?: string }).code ?? error.message));
  const database = await openDatabase({ connection: kept.connection, on_error: () => undefined });
  try {
    const answer = async () => (await sql<{ one: number }>`select 1 as one`.execute(database.db)).rows[0]?.one;
    expect(await answer()).toBe(1);
    const pid = Number((await readFile(path.join(folder, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => answer().catch(() => null), { timeout: 15_000, interval: 100 }).toBe(1);
    await expect.poll(() => said, { timeout: 5_000 }).toContain('HF-PG-009');
  } finally {
    await database.close();
    await kept.stop();
    await rm(folder, { recursive: true, force: true });
  }
}, 30_000);

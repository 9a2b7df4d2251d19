// The only SQL of the profiles that devices made of their own first inferences, by the digest that their windows name.
import { type Db, sql } from '@holdfast/postgres';
import type { ReadRecord } from './record.ts';

/** Of one device; a device makes another where its app's names or its bundle change. */
const kept_per_device = 20;

export async function insertProfiles(trx: Db, rows: readonly Extract<ReadRecord, { kind: 'profile' }>[]): Promise<void> {
  for (const { key, digest, text } of rows) {
    await sql`insert into device_profile (digest, device, body) values (${digest}, ${key.device}, ${text}) on conflict (digest) do nothing`.execute(trx);
    await sql`
      delete from device_profile where device = ${key.device}
        and id <= coalesce((select id from device_profile where device = ${key.device} order by id desc offset ${kept_per_device} limit 1), 0)`.execute(trx);
  }
}

export async function findProfile(db: Db, digest: string): Promise<string | null> {
  const { rows } = await sql<{ body: string }>`select body from device_profile where digest = ${digest}`.execute(db);
  return rows[0]?.body ?? null;
}

// The wake-up: after a commit, whoever listens on `holdfast` hears the topic. It carries no fact; readers ask the tables.
import { sql } from 'kysely';
import type { Db } from './database.ts';

export const wake_channel = 'holdfast';

/** Says that something of this topic changed. Within a transaction it is heard after the commit, once, however often it is said. */
export async function announce(db: Db, topic: string): Promise<void> {
  await sql`select pg_notify(${wake_channel}, ${topic})`.execute(db);
}

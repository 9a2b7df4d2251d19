// postgres: the open database, its migrations, and the listener, on the server of this test run.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, type Generated, type Migration, migrate, openDatabase, sql } from './index.ts';
import { testDatabase } from './testing.ts';

const first: Migration = { name: '0001_boat', sql: 'CREATE TABLE boat (id bigserial PRIMARY KEY, name text NOT NULL); CREATE INDEX boat_name ON boat (name)' };
const second: Migration = { name: '0002_crew', sql: 'CREATE TABLE crew (boat_id bigint REFERENCES boat)' };
type Tables = {
  boat: { id: Generated<number>; name: string };
};

describe('openDatabase', () => {
  let database: Database;
  beforeAll(async () => {
    database = await testDatabase([first]);
  });
  afterAll(() => database.close());

  it('runs typed queries, and a transaction is a Db too', async () => {
    const boats = database.db.withTables<Tables>();
    const row = await boats.insertInto('boat').values({ name: 'Alca' }).returning(['id', 'name']).executeTakeFirstOrThrow();
    expect(row).toEqual({ id: 1, name: 'Alca' });
    const seen = await database.db.transaction().execute((trx) => trx.withTables<Tables>().selectFrom('boat').selectAll().execute());
    expect(seen).toHaveLength(1);
  });

  it('gives int8 as a number where it is exact, else as its digits, in arrays too', async () => {
    const query = sql<Record<string, unknown>>`SELECT 9007199254740991::int8 AS a, 9007199254740993::int8 AS b, '{{1},{NULL}}'::int8[] AS c`;
    const { rows } = await query.execute(database.db);
    expect(rows[0]).toEqual({ a: 9007199254740991, b: '9007199254740993', c: [[1], [null]] });
  });

  it('says HF-PG-005 where nobody answers', async () => {
    const connection = { host: '/nowhere/at/all', user: 'x' };
    await expect(openDatabase({ connection, on_error: () => undefined })).rejects.toMatchObject({ code: 'HF-PG-005' });
  });

  it('reports a connection that is lost in the middle of a transaction, and gives the next query a new one', async () => {
    const heard: string[] = [];
    const { host, port, user, password, database: name } = database.pool.options;
    const connection = { host, port, user, password, database: name };
    const own = await openDatabase({ connection, on_error: (error) => void heard.push(error.message) });
    const cut = own.db.transaction().execute(async (trx) => {
      const { rows } = await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(trx);
      await database.pool.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid]);
      await expect.poll(() => heard.length).toBeGreaterThan(0); // nobody waits for an answer of this connection now
    });
    await expect(cut).rejects.toThrow();
    expect((await sql<{ one: number }>`SELECT 1 AS one`.execute(own.db)).rows).toEqual([{ one: 1 }]);
    for (let i = 0; i < 20; i++) await own.pool.query('SELECT 1');
    const client = await own.pool.connect();
    expect(client.listenerCount('error')).toBeLessThan(3);
    client.release();
    await own.close();
  });

  it('wakes listeners, and no longer after they stopped', async () => {
    const heard: string[] = [];
    const stop = await database.listen('Odd "channel"', (payload) => heard.push(payload));
    await database.pool.query(`SELECT pg_notify('Odd "channel"', 'one')`);
    await expect.poll(() => heard).toEqual(['one']);
    await stop();
    await database.pool.query(`SELECT pg_notify('Odd "channel"', 'two')`);
    await sleep(20);
    expect(heard).toEqual(['one']);
  });

  it('wakes a listener once after its connection was cut', async () => {
    const heard: string[] = [];
    const stop = await database.listen('cut', (payload) => heard.push(payload));
    const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()`;
    await database.pool.query(cut);
    await expect.poll(() => heard, { timeout: 5_000 }).toEqual(['']);
    await database.pool.query(`SELECT pg_notify('cut', 'again')`);
    await expect.poll(() => heard).toEqual(['', 'again']);
    await stop();
  });
});

describe('migrate', () => {
  it('applies what is missing, in order, once', async () => {
    const database = await testDatabase([]);
    expect(await migrate(database, [first])).toEqual(['0001_boat']);
    expect(await migrate(database, [first, second])).toEqual(['0002_crew']);
    expect(await migrate(database, [first, second])).toEqual([]);
    await database.close();
  });

  it('refuses a database of a newer program', async () => {
    const database = await testDatabase([first, second]);
    await expect(migrate(database, [first])).rejects.toMatchObject({ code: 'HF-PG-007', details: { saw: '0002_crew' } });
    await database.close();
  });

  it('leaves nothing of a migration that fails, and frees the lock', async () => {
    const database = await testDatabase([first]);
    const bad: Migration = { name: '0002_bad', sql: 'CREATE TABLE half (a int); SELECT nonsense' };
    await expect(migrate(database, [first, bad])).rejects.toThrow('nonsense');
    const { rows } = await database.pool.query(`SELECT to_regclass('half') AS half, (SELECT count(*) FROM migration) AS recorded`);
    expect(rows[0]).toEqual({ half: null, recorded: 1 });
    expect(await migrate(database, [first, second])).toEqual(['0002_crew']);
    await database.close();
  });

  it('lets only one of several migrators at a time work', async () => {
    const database = await testDatabase([]);
    const applied = await Promise.all([1, 2, 3].map(() => migrate(database, [first, second])));
    expect(applied.flat().sort()).toEqual(['0001_boat', '0002_crew']);
    await database.close();
  });
});

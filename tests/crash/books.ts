// tests/crash: the books. What the journals of the agents say, what the tables say, and what must hold between them.
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import type { CrashDevice } from './house.ts';
import type { Entry } from './entry.ts';
import { label_counts, readLabels } from './labels.ts';
import { cooldown_ms } from './loop.ts';
import { type SeenOutbox, seeOutbox, wasNeverWritten } from './outbox.ts';

/** Every ending of a step and every start of an assignment leaves a row here, written by the database itself within the same commit. */
const witness = `
create table crash_witness (id bigint generated always as identity primary key, kind text not null, subject text not null);
create function crash_step() returns trigger language plpgsql as $$ begin insert into crash_witness (kind, subject) values ('step', new.execution || '/' || new.name); return null; end $$;
create trigger crash_step after update on step for each row when (new.state = 'succeeded' and old.state <> 'succeeded') execute function crash_step();
create function crash_execution() returns trigger language plpgsql as $$ begin insert into crash_witness (kind, subject) values ('execution', new.id); return null; end $$;
create trigger crash_execution after update on execution for each row when (new.state <> 'running' and old.state = 'running') execute function crash_execution();
create function crash_rollout() returns trigger language plpgsql as $$ begin insert into crash_witness (kind, subject) values ('rollout', new.id); return null; end $$;
create trigger crash_rollout after update on rollout for each row when (new.finished_ms is not null and old.finished_ms is null) execute function crash_rollout();`;

const records = `(
  select device, boot, seq from points_chunk union all select device, boot, seq from window_summary union all select device, boot, seq from device_event
  union all select device, boot, seq from sample union all select device, boot, seq from gap union all select device, boot, seq from rejected_record
) as record`;
const twice = (kind: string) => `select count(*) from (select subject from crash_witness where kind = '${kind}' group by subject having count(*) > 1) as twice`;

const counted: readonly { what: string; sql: string; must_be?: number }[] = [
  { what: 'records stored', sql: `select count(*) from ${records}` },
  { what: 'records stored twice', sql: `select count(*) from (select 1 from ${records} group by device, boot, seq having count(*) > 1) as twice`, must_be: 0 },
  { what: 'records that could not be read', sql: 'select count(*) from rejected_record', must_be: 0 },
  { what: 'windows', sql: 'select count(*) from window_summary' },
  {
    what: 'windows told twice',
    sql: 'select count(*) from (select 1 from window_summary group by device, bundle, window_number having count(*) > 1) as twice',
    must_be: 0,
  },
  {
    what: 'windows without exactly one verdict',
    sql: 'select count(*) from window_summary w where (select count(*) from verdict v where v.window_id = w.id) <> 1',
    must_be: 0,
  },
  { what: 'samples', sql: 'select count(*) from sample' },
  { what: 'samples told twice', sql: 'select count(*) from (select 1 from sample group by device, reference having count(*) > 1) as twice', must_be: 0 },
  { what: 'samples labelled', sql: 'select count(*) from sample where label is not null' },
  ...label_counts,
  { what: 'alerts', sql: 'select count(*) from alert' },
  {
    what: 'alerts open twice for one cause',
    sql: `select count(*) from (select 1 from alert where state <> 'resolved' group by dedupe_key having count(*) > 1) as twice`,
    must_be: 0,
  },
  { what: 'executions asked for', sql: `select count(*) from execution_request where outcome = 'requested'` },
  {
    what: 'causes asked for twice',
    sql: 'select count(*) from (select 1 from execution_request where event_id is not null group by trigger_name, event_id having count(*) > 1) as twice',
    must_be: 0,
  },
  {
    what: 'requests within the cooldown of another',
    sql: `select count(*) from execution_request a join execution_request b on a.trigger_name = b.trigger_name and a.id < b.id and a.outcome = 'requested' and b.outcome = 'requested' where b.at_ms - a.at_ms < ${cooldown_ms}`,
    must_be: 0,
  },
  {
    what: 'requests without exactly one execution',
    sql: `select count(*) from execution_request r where outcome = 'requested' and (select count(*) from execution e where e.trigger_request = r.id) <> 1`,
    must_be: 0,
  },
  { what: 'steps completed', sql: `select count(*) from crash_witness where kind = 'step'` },
  { what: 'steps completed twice', sql: twice('step'), must_be: 0 },
  { what: 'steps done again after a kill (attempts - steps)', sql: 'select coalesce(sum(attempt), 0) - count(*) from step where attempt > 0' },
  { what: 'executions ended twice', sql: twice('execution'), must_be: 0 },
  { what: 'executions that did not succeed', sql: `select count(*) from execution where state <> 'succeeded'`, must_be: 0 },
  { what: 'rollouts', sql: 'select count(*) from rollout' },
  { what: 'rollouts ended twice', sql: twice('rollout'), must_be: 0 },
  {
    what: 'rollouts that are not the only one of their request',
    sql: `select count(*) from rollout_request r where (select count(*) from rollout o where o.key = r.key) <> 1`,
    must_be: 0,
  },
  {
    what: 'rollouts of broken versions that did not stop at one device',
    sql: `select count(*) from rollout o where o.key like 'broken-%' and (o.state <> 'stopped'
      or (select count(*) from rollout_assignment a where a.rollout = o.id and a.state = 'failed') <> 1
      or (select count(*) from rollout_assignment a where a.rollout = o.id and a.state = 'cancelled') <> 1)`,
    must_be: 0,
  },
  {
    what: 'aliases that point to a version of no execution',
    sql: `select count(*) from model_alias a join model_version v on v.model = a.model and v.version = a.version where v.lineage->>'execution' is null`,
    must_be: 0,
  },
  {
    what: 'devices with two active assignments',
    sql: `select count(*) from (select 1 from rollout_assignment where state in ('assigned', 'downloading', 'installed') group by device having count(*) > 1) as twice`,
    must_be: 0,
  },
  {
    what: 'devices with an active assignment left',
    sql: `select count(*) from rollout_assignment where state in ('assigned', 'downloading', 'installed')`,
    must_be: 0,
  },
];

type Connection = pg.ClientConfig;

async function withClient<T>(connection: Connection, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

export const addWitness = (connection: Connection): Promise<unknown> => withClient(connection, (client) => client.query(witness));

/** All entries of the tables and of the journals; the agents must be stopped. */
export async function readBooks(connection: Connection, devices: readonly CrashDevice[], seen_outboxes: readonly SeenOutbox[]): Promise<Entry[]> {
  return withClient(connection, async (client) => {
    const entries: Entry[] = [];
    for (const { what, sql, must_be } of counted) {
      const { rows } = await client.query<{ n: string }>(`select (${sql})::text as n`);
      entries.push({ what, value: Number(rows[0]!.n), ...(must_be === undefined ? {} : { must_be }) });
    }
    for (const device of devices) entries.push(...(await readDevice(client, device, seen_outboxes)), ...(await readLabels(client, device)));
    return entries;
  });
}

async function readDevice(client: pg.Client, device: CrashDevice, seen_outboxes: readonly SeenOutbox[]): Promise<Entry[]> {
  const { boot, waiting } = await seeOutbox(device);
  const { rows } = await client.query<{ seq: string }>(`select seq from ${records} where device = (select id from device where name = $1) and boot = $2`, [
    device.name,
    boot,
  ]);
  const stored = new Set(rows.map((row) => Number(row.seq)));
  const gaps = await client.query<{ from_seq: string; to_seq: string; records: string }>(
    'select from_seq, to_seq, records from gap where device = (select id from device where name = $1) and boot = $2',
    [device.name, boot],
  );
  const mine = seen_outboxes.filter((seen) => seen.device === device.name);
  const neverWritten = (seq: number) => wasNeverWritten(seq, mine);
  const countedLost = (seq: number) => gaps.rows.some((gap) => seq >= Number(gap.from_seq) && seq <= Number(gap.to_seq));
  const counted = gaps.rows.reduce((sum, gap) => sum + Number(gap.records), 0);
  const made = Math.max(0, ...stored, ...waiting);
  const all = Array.from({ length: made }, (_, i) => i + 1);
  const nowhere = all.filter((seq) => !stored.has(seq) && !waiting.has(seq));
  const lost = nowhere.filter((seq) => !neverWritten(seq));
  const acked = Math.max(0, ...mine.map((seen) => seen.acked), ...(waiting.size > 0 ? [Math.min(...waiting) - 1] : [made]));
  const marks = await client.query(`select 1 from outbox_mark where device = (select id from device where name = $1)`, [device.name]);
  const inferences = await client.query<{ n: string }>(
    `select coalesce(sum(inferences), 0)::text as n from window_summary where device = (select id from device where name = $1)`,
    [device.name],
  );
  const logged = (await readFile(device.count_file, 'utf8')).split('\n').reduce((sum, line) => sum + Number(line), 0);
  const in_windows = Number(inferences.rows[0]!.n);
  const of = (what: string, value: number, must_be?: number): Entry => ({
    what: `${device.name}: ${what}`,
    value,
    ...(must_be === undefined ? {} : { must_be }),
  });
  return [
    of('records made', made),
    of('records stored', stored.size),
    of('records lost, by gap records', counted),
    of('records lost beyond what the gap records count', Math.max(0, lost.length - counted), 0),
    of('records that a kill found in no file yet', nowhere.length - lost.length),
    of('records still in the outbox', waiting.size),
    of('records made that are nowhere', lost.filter((seq) => !countedLost(seq)).length, 0),
    of('acknowledged', acked),
    of('acknowledged and not stored', lost.filter((seq) => seq <= acked && !countedLost(seq)).length, 0),
    of('outboxes begun anew', marks.rowCount! - 1, 0),
    of('acks seen of another outbox', mine.filter((seen) => seen.boot !== '' && seen.boot !== boot).length, 0),
    of('inferences logged, at most', logged),
    of('inferences in windows', in_windows),
    of('inferences counted twice', Math.max(0, in_windows - logged), 0),
  ];
}

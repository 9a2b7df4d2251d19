// fleet: the facts about devices by which they are told apart: what they run, what they are, and how people have labelled them. The one place that says what these
// are, and in SQL: a question about the whole fleet is counted where the rows are, and carries no report of a device.
import { type Db, sql } from '@holdfast/postgres';

/** `model version` -> `parts 3`, `label firmware` -> `2.3`. */
export type Facts = Readonly<Record<string, string>>;

/** Devices that are counted: these, or those that run a model now, and some more. */
export type Counted = { readonly devices: readonly string[] } | { readonly model: string; readonly and: readonly string[] };

export interface FactCounts {
  readonly devices: number;
  readonly some: number;
  /** Facts that some of the devices have, and not all. */
  readonly differing: number;
  /** Of the facts that some have: how many of the devices have them, and how many of the some. */
  readonly facts: readonly { readonly fact: string; readonly value: string; readonly devices: number; readonly some: number }[];
}

/** Of what a device says it is, the words that many have in common. A report is unpacked once, whatever is read of it. */
const facts_of_d = sql`
  cross join lateral jsonb_to_record(coalesce(d.reported, '{}')) as r(hardware jsonb, "current" jsonb, agent_version text)
  cross join lateral (
    values ('machine', r.hardware ->> 'machine'), ('processor', r.hardware ->> 'processor'), ('accelerator name', r.hardware ->> 'accelerator_name'),
      ('os', r.hardware ->> 'os'), ('model version', (r."current" ->> 'model') || ' ' || (r."current" ->> 'model_version')), ('agent version', r.agent_version),
      ('platform', (d.platform ->> 'os') || ' ' || (d.platform ->> 'arch')), ('runtime', d.platform ->> 'runtime')
    union all select 'label ' || key, value from jsonb_each_text(d.labels)
  ) as f(fact, value)`;

const textArray = (values: readonly string[]) => sql`${[...values]}::text[]`;
const whereCounted = (of: Counted) =>
  'devices' in of
    ? sql`d.id = any(${textArray(of.devices)})`
    : sql`(d.removed_ms is null and d.reported -> 'current' ->> 'model' = ${of.model} or d.id = any(${textArray(of.and)}))`;

export async function readFacts(db: Db, devices: readonly string[]): Promise<Map<string, Facts>> {
  const { rows } = await sql<{ id: string; facts: Facts }>`
    select d.id, jsonb_object_agg(f.fact, f.value) as facts from device d ${facts_of_d}
    where d.id = any(${textArray(devices)}) and f.value is not null group by d.id`.execute(db);
  return new Map(rows.map(({ id, facts }) => [id, facts]));
}

/** `some` are some of the devices. */
export async function countFacts(db: Db, of: Counted, some: readonly string[]): Promise<FactCounts> {
  const { rows } = await sql<Record<'fact' | 'value', string | null> & Record<'with_fact' | 'some_with' | 'counted' | 'some_counted' | 'differing', number>>`
    with counted as materialized (
      select d.id, d.labels, d.platform, d.reported, m.id is not null as is_some
      from device d left join (select distinct unnest(${textArray(some)}) as id) m on m.id = d.id where ${whereCounted(of)}
    ),
    said as (
      select f.fact, f.value, count(*) as with_fact, count(*) filter (where d.is_some) as some_with from counted d ${facts_of_d}
      where f.value is not null group by f.fact, f.value
    ),
    totals as (select count(*) as counted, count(*) filter (where is_some) as some_counted from counted)
    select s.fact, s.value, s.with_fact, s.some_with, t.counted, t.some_counted, (select count(*) from said where with_fact < t.counted) as differing
    from totals t left join said s on s.some_with > 0`.execute(db);
  const { counted, some_counted, differing } = rows[0]!; // of no device there is one row, of zeros
  const facts = rows.flatMap((row) =>
    row.fact === null || row.value === null ? [] : [{ fact: row.fact, value: row.value, devices: row.with_fact, some: row.some_with }],
  );
  return { devices: counted, some: some_counted, differing, facts };
}

/** Those of the counted devices that have the fact. */
export async function devicesWith(db: Db, of: Counted, { fact, value }: { readonly fact: string; readonly value: string }): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select d.id from device d ${facts_of_d} where ${whereCounted(of)} and f.fact = ${fact} and f.value = ${value}`.execute(db);
  return rows.map((row) => row.id);
}

/** A label of devices, or a word of what they say of their hardware. */
export interface Word {
  readonly kind: 'label' | 'hardware';
  readonly name: string;
}

/** Every word that a device of the fleet has. */
export async function listWords(db: Db): Promise<Word[]> {
  const { rows } = await sql<Word>`
    select distinct 'label' as kind, word as name from device d, jsonb_object_keys(d.labels) as word where d.removed_ms is null
    union all select distinct 'hardware', word from device d,
      jsonb_object_keys(case when jsonb_typeof(d.reported -> 'hardware') = 'object' then d.reported -> 'hardware' else '{}' end) as word
      where d.removed_ms is null`.execute(db);
  return rows;
}

/** What those of these devices say that have the word and are not removed. */
export async function readWord(db: Db, devices: readonly string[], { kind, name }: Word): Promise<Map<string, string>> {
  const words = kind === 'label' ? sql`labels` : sql`reported -> 'hardware'`;
  const { rows } = await sql<{ id: string; value: string | null }>`
    select id, ${words} ->> ${name} as value from device where id = any(${textArray(devices)}) and removed_ms is null`.execute(db);
  return new Map(rows.flatMap(({ id, value }) => (value === null ? [] : [[id, value]])));
}

/** What each of these devices says of its hardware, in the words of protocol/hardware. */
export async function readHardware(db: Db, devices: readonly string[]): Promise<Map<string, Facts>> {
  const { rows } = await sql<{ id: string; hardware: Facts }>`
    select id, reported -> 'hardware' as hardware from device where id = any(${textArray(devices)}) and jsonb_typeof(reported -> 'hardware') = 'object'`.execute(
    db,
  );
  return new Map(rows.map(({ id, hardware }) => [id, hardware]));
}

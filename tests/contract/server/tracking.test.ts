// contract/server: what is logged on runs is kept whole, found again, and carried over from the tables of before.
import { type Db, migrate, sql } from '@holdfast/postgres';
import { testDatabase } from '@holdfast/postgres/testing';
import { makeRooms, migrations } from '@holdfast/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, ada, openHouse } from './support.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const runs = () => house.rooms.tracking.runs;
const newRun = async () => (await runs().create({ experiment_id: 0, user_id: 'ada', tags: [], by: ada })).id;
const point = (key: string, step: number, at_ms: number, value: number) => ({ key, step, at_ms, value });
const latest = async (id: string) => (await runs().details([await runs().get(id)]))[0]!.metrics;
const onlyPoints = (points: readonly { step: number; at_ms: number; value: number }[]) => points.map(({ step, at_ms, value }) => [step, at_ms, value]);

describe('metrics of a run', () => {
  it('are read as soon as they are acknowledged, by whichever server', async () => {
    const id = await newRun();
    await runs().log(id, { metrics: [point('loss', 1, 10, 0.5)] });
    const other = await house.again();
    expect(onlyPoints(await other.tracking.runs.history(id, 'loss', 10))).toEqual([[1, 10, 0.5]]);
    await other.tracking.runs.log(id, { metrics: [point('loss', 2, 20, 0.25)] });
    expect(await latest(id)).toMatchObject([{ key: 'loss', step: 2, value: 0.25, points: 2 }]);
  });

  it('have the greatest (step, time, value) as the latest, in whatever order they came', async () => {
    const id = await newRun();
    await runs().log(id, { metrics: [point('m', 5, 1, 1), point('m', 3, 9, 9)] });
    await latest(id);
    await runs().log(id, { metrics: [point('m', 4, 99, 4), point('m', 5, 1, Number.NaN), point('n', 0, 0, Infinity)] });
    expect(await latest(id)).toMatchObject([
      { key: 'm', step: 5, at_ms: 1, value: 1 },
      { key: 'n', value: Number.MAX_VALUE },
    ]);
  });

  it('are the same once where a client logs them again', async () => {
    const id = await newRun();
    for (let i = 0; i < 3; i++) {
      await runs().log(id, { metrics: [point('m', 1, 1, 1), point('m', 1, 1, 1)] });
      await runs().fold();
    }
    expect(onlyPoints(await runs().history(id, 'm', 10))).toEqual([[1, 1, 1]]);
  });

  it('come back in pages that hold each of them once, though they were logged out of order', async () => {
    const id = await newRun();
    const times = Array.from({ length: 20_000 }, (_, i) => (i * 7919) % 20_000);
    for (let i = 0; i < times.length; i += 1_000) {
      await runs().log(id, { metrics: times.slice(i, i + 1_000).map((at_ms) => point('m', at_ms % 10, at_ms, at_ms / 2)) });
      if (i % 4_000 === 0) await runs().fold();
    }
    const found: number[] = [];
    for (let after: Awaited<ReturnType<ReturnType<typeof runs>['history']>>[number] | undefined; ;) {
      const page = await runs().history(id, 'm', 3_000, after);
      if (page.length === 0) break;
      found.push(...page.map((p) => p.at_ms));
      after = page.at(-1);
    }
    expect(found).toEqual(Array.from({ length: 20_000 }, (_, i) => i));
  });

  it('come back in pages by step, where all of them were logged at one time', async () => {
    const id = await newRun();
    const steps = Array.from({ length: 20_000 }, (_, i) => (i * 7919) % 20_000);
    for (let i = 0; i < steps.length; i += 1_000) {
      await runs().log(id, { metrics: steps.slice(i, i + 1_000).map((step) => point('m', step, 5, step / 2)) });
      await runs().fold();
    }
    const found: number[] = [];
    for (let page = await runs().history(id, 'm', 3_000); page.length > 0; page = await runs().history(id, 'm', 3_000, page.at(-1))) {
      found.push(...page.map((one) => one.step));
    }
    expect(found).toEqual(Array.from({ length: 20_000 }, (_, i) => i));
  });

  it('are sampled evenly, with the first and the last', async () => {
    const id = await newRun();
    await runs().log(id, { metrics: Array.from({ length: 1_000 }, (_, i) => point('m', i, 1_000 - i, i)) });
    const steps = (await runs().sampledHistory({ run_ids: [id, 'f'.repeat(32)], key: 'm', limit: 11 })).map((p) => p.step);
    expect(steps).toEqual([0, 100, 200, 300, 400, 500, 599, 699, 799, 899, 999]);
    const part = await runs().sampledHistory({ run_ids: [id], key: 'm', steps: { first: 10, last: 12 }, limit: 11 });
    expect(part.map((p) => p.step)).toEqual([10, 11, 12]);
  });

  it('are taken from eight writers at once, and none is lost', async () => {
    const id = await newRun();
    const write = async (writer: number) => {
      for (let step = 0; step < 50; step++) await runs().log(id, { metrics: [point('shared', step, writer, writer), point(`own ${writer}`, step, 1, 1)] });
    };
    await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));
    expect(await runs().history(id, 'shared', 1_000)).toHaveLength(400);
    expect(await latest(id)).toHaveLength(9);
  });

  it('are refused by a run that is deleted or not there, and nothing waits', async () => {
    const id = await newRun();
    await runs().delete(id, ada);
    await expect(runs().log(id, { metrics: [point('m', 0, 0, 1)] })).rejects.toMatchObject({ code: 'HF-TRACK-007' });
    await expect(runs().log('e'.repeat(32), { metrics: [point('m', 0, 0, 1)] })).rejects.toMatchObject({ code: 'HF-TRACK-004' });
    await runs().restore(id, ada);
    expect(await runs().history(id, 'm', 10)).toEqual([]);
  });
});

it('sorts by a metric alike where few runs fit and where the index is read, and goes on from a page of either', async () => {
  const { id: experiment_id } = await house.rooms.tracking.experiments.create({ name: 'sorted', tags: [], by: ada });
  const values = [3, Number.NaN, 1, undefined, 2, 1, Number.NaN, undefined, -4, 7, undefined];
  for (const [n, value] of values.entries()) {
    const { id } = await runs().create({ experiment_id, user_id: 'ada', tags: [], start_ms: n, by: ada });
    if (value !== undefined) await runs().log(id, { metrics: [point('m', 0, 0, value)] });
  }
  const fit_all = [{ entity: 'attribute', key: 'status', comparator: '=', value: 'RUNNING' }] as const;
  for (const ascending of [true, false]) {
    const order = [{ entity: 'metric', key: 'm', ascending }] as const;
    const page = (conditions: typeof fit_all | readonly [], limit: number, after?: readonly (string | number)[]) =>
      runs().search({ experiment_ids: [experiment_id], view: 'ACTIVE_ONLY', conditions, order, limit, after });
    const whole = (await page([], 100)).rows.map((run) => run.id);
    expect(whole).toHaveLength(values.length);
    const paged: string[] = [];
    let place: readonly (string | number)[] | undefined;
    for (let n = 0; n < 100 && place !== null; n++) {
      const { rows, next } = await page(n % 2 === 0 ? fit_all : [], 1 + (n % 3), place);
      paged.push(...rows.map((run) => run.id));
      if (next === null) break;
      place = next;
    }
    expect(paged).toEqual(whole);
  }
});

it('asks every condition of a search that sorts by a metric, of points that were logged just before too, in pages and with what hangs on the runs', async () => {
  const { id: experiment_id } = await house.rooms.tracking.experiments.create({ name: 'narrowed', tags: [], by: ada });
  const one = async (n: number) => {
    const { id } = await runs().create({ experiment_id, user_id: 'ada', tags: [{ key: 'even', value: String(n % 2 === 0) }], start_ms: n, by: ada });
    await runs().log(id, { params: [{ key: 'third', value: String(n % 3) }], metrics: [point('m', 0, 0, n), point('loss', 0, 0, -n)] });
  };
  for (let n = 0; n < 24; n++) await one(n);
  const conditions = [
    { entity: 'metric', key: 'm', comparator: '>', value: 5 },
    { entity: 'metric', key: 'loss', comparator: '!=', value: -12 },
    { entity: 'param', key: 'third', comparator: '=', value: '0' },
    { entity: 'tag', key: 'even', comparator: '=', value: 'true' },
  ] as const;
  const order = [{ entity: 'metric', key: 'm', ascending: false }] as const;
  const page = async (limit: number, after?: readonly (string | number)[]) => {
    const { rows, next, ahead } = await runs().search({ experiment_ids: [experiment_id], view: 'ACTIVE_ONLY', conditions, order, limit, after });
    const found = await runs().details(rows, { folded: true, ahead });
    return { found: found.map(({ params, metrics }) => [metrics.find(({ key }) => key === 'm')?.value, params.map(({ value }) => value).join()]), next };
  };
  expect(await page(10)).toEqual({ found: [[18, '0'], [6, '0']], next: null }); // prettier-ignore
  const first = await page(1);
  expect(first.found).toEqual([[18, '0']]);
  await one(24);
  expect(await page(5, first.next!)).toEqual({ found: [[6, '0']], next: null });
  expect((await page(10)).found).toEqual([[24, '0'], [18, '0'], [6, '0']]); // prettier-ignore
});

describe('a batch', () => {
  it('is kept whole or not at all, also where its param has another value already', async () => {
    const id = await newRun();
    await runs().log(id, { params: [{ key: 'lr', value: '1' }] });
    const batch = { metrics: [point('m', 0, 0, 1)], params: [{ key: 'a', value: '1' }, { key: 'lr', value: '2' }], tags: [{ key: 't', value: 'x' }] }; // prettier-ignore
    await expect(runs().log(id, batch)).rejects.toMatchObject({ code: 'HF-TRACK-001' });
    const [details] = await runs().details([await runs().get(id)]);
    expect(details).toMatchObject({ metrics: [], params: [{ key: 'lr' }], tags: [{ key: 'mlflow.runName' }] });
  });

  it('from many writers of the same params and tags neither fails nor mixes', async () => {
    const id = await newRun();
    const keys = Array.from({ length: 40 }, (_, i) => `k${i}`);
    const write = (writer: number) => {
      const order = writer % 2 === 0 ? keys : keys.toReversed();
      return runs().log(id, { params: order.map((key) => ({ key, value: 'v' })), tags: order.map((key) => ({ key, value: String(writer) })) });
    };
    await Promise.all(Array.from({ length: 16 }, (_, writer) => write(writer)));
    const [details] = await runs().details([await runs().get(id)]);
    expect(details!.params).toHaveLength(40);
    expect(new Set(details!.tags.filter((tag) => tag.key.startsWith('k')).map((tag) => tag.value)).size).toBe(1);
  });
});

const roomsOn = (db: Db) => makeRooms({ db, blobs: house.rooms.registry.blobs, poll_ms: 1_000, window_inferences: 100, on_error: () => undefined });

it('takes names, tags and ends of one run from many writers at once, and none of them waits in a circle', async () => {
  const id = await newRun();
  const tag = (key: string) => runs().log(id, { tags: [{ key, value: 'x' }, { key: 'mlflow.runName', value: `by ${key}` }] }); // prettier-ignore
  const writes = Array.from({ length: 30 }, (_, i) => (i % 2 === 0 ? tag(`k${i}`) : runs().update(id, { name: `name ${i}`, status: 'FINISHED', end_ms: i })));
  await Promise.all(writes);
  const [details] = await runs().details([await runs().get(id)]);
  expect(details!.tags.find((one) => one.key === 'mlflow.runName')!.value).toBe(details!.row.name);
});

it('carries experiments, runs and points over from the tables of before', async () => {
  const before = migrations.filter((one) => one.name < '0016');
  const database = await testDatabase(before);
  try {
    await sql`insert into experiment (name, created_ms) values ('Default', 1), ('other', 2)`.execute(database.db);
    await sql`insert into run (id, experiment_id, name, status, user_id, start_ms) values ('r1', 1, 'one', 'FINISHED', 'ada', 5), ('r2', 2, 'two', 'RUNNING', 'ada', 6)`.execute(database.db); // prettier-ignore
    await sql`insert into run_param values ('r1', 'lr', '0.1')`.execute(database.db);
    await sql`insert into run_tag values ('r2', 'team', 'sea')`.execute(database.db);
    await sql`insert into run_metric (run_id, key, step, at_ms, value) select 'r1', 'loss', n, 100 + n, n / 2.0 from generate_series(0, 9999) n`.execute(
      database.db,
    );
    await sql`insert into run_metric (run_id, key, step, at_ms, value) values ('r1', 'loss', 0, 100, 0), ('r1', 'nan', 3, 7, 'NaN')`.execute(database.db);
    await migrate(database, migrations);
    const { tracking: other } = await roomsOn(database.db);
    expect(await other.experiments.getByName('Default')).toMatchObject({ id: 0, artifact_location: 'mlflow-artifacts:/0' });
    const [one, two] = await other.runs.details([await other.runs.get('r1'), await other.runs.get('r2')]);
    expect(one).toMatchObject({ row: { experiment_id: 0, artifact_uri: 'mlflow-artifacts:/0/r1/artifacts' }, params: [{ key: 'lr', value: '0.1' }] });
    expect(one!.metrics).toMatchObject([
      { key: 'loss', step: 9999, value: 4999.5, points: 10_000 },
      { key: 'nan', step: 3, at_ms: 7, value: Number.NaN },
    ]);
    expect(two!.tags).toMatchObject([
      { key: 'mlflow.runName', value: 'two' },
      { key: 'team', value: 'sea' },
    ]);
    const history = await other.runs.history('r1', 'loss', 20_000);
    expect(history).toHaveLength(10_000);
    expect(history[4097]).toEqual({ at_ms: 4197, step: 4097, value: 2048.5 });
    expect((await other.experiments.create({ name: 'new', by: ada })).id).toBe(3);
  } finally {
    await database.close();
  }
});

describe('the artifact root', () => {
  const locationWith = async (artifact_root: string) => {
    const { tracking } = await makeRooms({
      db: house.database.db,
      blobs: house.rooms.registry.blobs,
      poll_ms: 1_000,
      window_inferences: 100,
      artifact_root,
      on_error: () => undefined,
    });
    const { id, artifact_location } = await tracking.experiments.create({ name: `in ${artifact_root}`, by: ada });
    return artifact_location.replace(new RegExp(`${id}$`), 'ID');
  };

  it('is where new experiments keep their artifacts', async () => {
    expect(await locationWith('s3://bucket/prefix/')).toBe('s3://bucket/prefix/ID');
    expect(await locationWith('file:///srv/files')).toBe('file:///srv/files/ID');
    expect(await locationWith('mlflow-artifacts:/')).toBe('mlflow-artifacts:/ID');
  });

  it('is refused where it is none', async () => {
    for (const root of ['/srv/files', 'ftp://x', 's3://', 's3://b/../c', 'file:///a?b']) await expect(locationWith(root)).rejects.toMatchObject({ code: 'HF-TRACK-015' }); // prettier-ignore
  });
});

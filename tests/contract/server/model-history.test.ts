// contract/server: each change of an alias, a stage, a project or a grant has its row with before and after, by whichever face; and a model tells its own.
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Asked, ask } from './grants-support.ts';
import { auditRows } from './audit-support.ts';
import { type House, type RunningApp, admin_token, openApp, openHouse } from './support.ts';

let house: House;
let running: RunningApp;
beforeAll(async () => {
  house = await openHouse();
  running = await openApp(house);
});
afterAll(async () => {
  await running.close();
  await house.close();
});

const admin = { authorization: `Bearer ${admin_token}` };
const mlflow = (method: Asked['method'], path: string, body: object): Asked => ({ method, url: `/api/2.0/mlflow/${path}`, body });
const ours = (method: Asked['method'], path: string, body?: object): Asked => ({ method, url: `/api/v1/${path}`, body });
async function rowsOf(asked: Asked): Promise<unknown[]> {
  const last = (await auditRows(house.database.db)).at(-1)?.id ?? 0;
  const { status, text } = await ask(running, asked, admin);
  expect(`${status} ${text}`).toMatch(/^200 /);
  return (await auditRows(house.database.db)).filter((row) => row.id > last).map(({ action, object, before, after }) => ({ action, object, before, after }));
}
const alias = (version: number) => expect.objectContaining({ alias: 'champion', version }) as unknown;

it('has before and after in both faces', async () => {
  await rowsOf(mlflow('POST', 'registered-models/create', { name: 'm' }));
  for (const source of ['s3://b/1', 's3://b/2', 's3://b/3']) await rowsOf(mlflow('POST', 'model-versions/create', { name: 'm', source }));
  const named = { action: 'alias.set', object: 'm/champion' };
  expect(await rowsOf(mlflow('POST', 'registered-models/alias', { name: 'm', alias: 'champion', version: '1' }))).toEqual([
    { ...named, before: null, after: alias(1) },
  ]);
  expect(await rowsOf(ours('PUT', 'models/m/aliases/champion', { version: 2, reason: 'better' }))).toEqual([{ ...named, before: alias(1), after: alias(2) }]);
  expect(await rowsOf(mlflow('DELETE', 'registered-models/alias', { name: 'm', alias: 'champion' }))).toEqual([
    { action: 'alias.remove', object: 'm/champion', before: alias(2), after: null },
  ]);

  const stage = (version: string, archive_existing_versions = false) =>
    rowsOf(mlflow('POST', 'model-versions/transition-stage', { name: 'm', version, stage: 'Production', archive_existing_versions }));
  const moved = (version: number, before: string, after: string) => ({
    action: 'version.stage',
    object: `m/${version}`,
    before: { stage: before },
    after: { stage: after },
  });
  expect(await stage('1')).toEqual([moved(1, 'None', 'Production')]);
  expect(await stage('2', true)).toEqual([moved(1, 'Production', 'Archived'), moved(2, 'None', 'Production')]);

  const tag = (value: string) => ({ key: 'project', value });
  expect(await rowsOf(mlflow('POST', 'registered-models/set-tag', { name: 'm', ...tag('a') }))).toEqual([
    { action: 'model.tag', object: 'm', before: null, after: tag('a') },
  ]);
  expect(await rowsOf(ours('POST', 'projects/b/moves', { kind: 'model', name: 'm' }))).toEqual([
    { action: 'model.tag', object: 'm', before: tag('a'), after: tag('b') },
  ]);
  expect(await rowsOf(mlflow('DELETE', 'registered-models/delete-tag', { name: 'm', key: 'project' }))).toEqual([
    { action: 'model.untag', object: 'm', before: tag('b'), after: null },
  ]);
  expect(await rowsOf(mlflow('POST', 'experiments/set-experiment-tag', { experiment_id: '0', ...tag('a') }))).toEqual([
    { action: 'experiment.tag', object: '0', before: null, after: tag('a') },
  ]);
  expect(await rowsOf(ours('POST', 'projects/b/moves', { kind: 'experiment', name: 'Default' }))).toEqual([
    { action: 'experiment.tag', object: '0', before: tag('a'), after: tag('b') },
  ]);
  expect(await rowsOf(mlflow('POST', 'experiments/delete-experiment-tag', { experiment_id: '0', key: 'project' }))).toEqual([
    { action: 'experiment.untag', object: '0', before: tag('b'), after: null },
  ]);

  const { token } = await house.rooms.access.makeToken({ name: 'g', role: 'guest' }, { name: 'user:ada', source: 'test' });
  const give = (level: string) =>
    rowsOf(ours('PUT', 'grants', { subject: { kind: 'token', name: token.id }, object: { kind: 'experiment', name: 'Default' }, level }));
  const held = (level: string) => ({ subject: `token:${token.id}`, object: 'experiment/0', level });
  const given = { action: 'grant.set', object: 'experiment/0' };
  expect(await give('read')).toEqual([{ ...given, before: null, after: held('read') }]);
  expect(await give('edit')).toEqual([{ ...given, before: held('read'), after: held('edit') }]);
  expect(await rowsOf(ours('DELETE', `tokens/${token.id}`))).toEqual([
    expect.objectContaining({ action: 'token.revoke' }),
    { action: 'grant.remove', object: 'experiment/0', before: held('edit'), after: null },
  ]);
});

it('is told of a model: which version was in Production when', async () => {
  await rowsOf(mlflow('DELETE', 'model-versions/delete', { name: 'm', version: '3' }));
  const { text } = await ask(running, ours('GET', 'models/m/history'), admin);
  const { rows } = JSON.parse(text) as { rows: { kind: string; name: string | null; version: number | null; before: string | null; after: string | null }[] };
  expect(rows.map(({ kind, name, version, before, after }) => [kind, name ?? version, before, after])).toEqual([
    ['deleted', 3, null, null],
    ['project', null, 'b', null],
    ['project', null, 'a', 'b'],
    ['project', null, null, 'a'],
    ['stage', 2, 'None', 'Production'],
    ['stage', 1, 'Production', 'Archived'],
    ['stage', 1, 'None', 'Production'],
    ['alias', 'champion', '2', null],
    ['alias', 'champion', '1', '2'],
    ['alias', 'champion', null, '1'],
  ]);
  house.clock.advance(1_000);
  await rowsOf(mlflow('DELETE', 'registered-models/delete', { name: 'm' }));
  await rowsOf(mlflow('POST', 'registered-models/create', { name: 'm' }));
  expect(JSON.parse((await ask(running, ours('GET', 'models/m/history'), admin)).text)).toEqual({ rows: [] });
});

it('is listed with its versions, their stages and what they are, by one look at the devices', async () => {
  const digest = (await house.rooms.registry.blobs.put(Buffer.from('a model'))).digest;
  for (const model of ['one', 'two', 'three']) await rowsOf(ours('POST', `models/${model}/versions`, { digest }));
  await rowsOf(mlflow('POST', 'model-versions/create', { name: 'one', source: 's3://b/1' }));
  await rowsOf(mlflow('POST', 'model-versions/transition-stage', { name: 'one', version: '2', stage: 'staging' }));
  const devices = vi.spyOn(house.rooms.fleet, 'devices');
  const { models } = JSON.parse((await ask(running, ours('GET', 'models'), admin)).text) as {
    models: { name: string; versions: { is_file: boolean; stage: string }[] }[];
  };
  expect(devices).toHaveBeenCalledTimes(1);
  devices.mockRestore();
  expect(models.find((model) => model.name === 'one')!.versions.map(({ is_file, stage }) => [is_file, stage])).toEqual([
    [false, 'Staging'],
    [true, 'None'],
  ]);
});

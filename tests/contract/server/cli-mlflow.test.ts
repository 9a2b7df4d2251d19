// contract/server: a store of MLflow is copied here, whole, and from here to another server; given again, the copy goes on where it was.
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Database } from '@holdfast/postgres';
import { testDatabase } from '@holdfast/postgres/testing';
import { type RunningServer, migrations, startServer } from '@holdfast/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../../packages/cli/test/run.ts';
import { databaseUrl } from './database-url.ts';
import { admin_token } from './support.ts';

interface Place {
  readonly server: RunningServer;
  readonly database: Database;
}
let folder: string;
let here: Place;
let there: Place;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'hf-cli-mlflow-'));
  [here, there] = [await open('here'), await open('there')];
});
afterAll(async () => {
  for (const { server, database } of [here, there]) {
    await server.stop();
    await database.close();
  }
  await rm(folder, { recursive: true, force: true });
});

async function open(name: string): Promise<Place> {
  const database = await testDatabase(migrations);
  const options = { port: 0, host: '127.0.0.1', admin_token, worker: false, log: () => undefined };
  return { database, server: await startServer({ ...options, folder: path.join(folder, name), database: databaseUrl(database) }) };
}

const holdfast = (place: Place, args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  run(args, { HOLDFAST_SERVER: place.server.url, HOLDFAST_TOKEN: admin_token, HOLDFAST_DATA: folder, ...env });
async function copied(place: Place, ...args: string[]): Promise<Record<string, number>> {
  return JSON.parse((await holdfast(place, [...args, '--json'], { MLFLOW_TRACKING_TOKEN: admin_token })).stdout) as Record<string, number>;
}
async function ask<T>(place: Place, path_and_query: string, body?: object): Promise<T> {
  const headers = { authorization: `Bearer ${admin_token}`, ...(body ? { 'content-type': 'application/json' } : {}) };
  const response = await fetch(place.server.url + path_and_query, { method: body ? 'POST' : 'GET', headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

const run_id = 'a'.repeat(32);
const model_id = `m-${'b'.repeat(32)}`;

/** Files by their path below the store; a folder `mlruns` as MLflow's FileStore writes it. */
async function writeStore(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const root = path.join(folder, name);
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), text);
  }
  return root;
}
const artifacts = (root: string, below: string) => `file://${path.join(folder, root)}/7/${below}/artifacts`;
const folderStore = (root: string): Promise<string> =>
  writeStore(root, {
    '7/meta.yaml': `experiment_id: '7'\nlifecycle_stage: active\nname: parts\n`,
    '7/tags/team': 'vision',
    [`7/${run_id}/meta.yaml`]: `artifact_uri: ${artifacts(root, run_id)}\nend_time: 2000\nlifecycle_stage: active\nrun_id: ${run_id}\nrun_name: 'it''s one'\nstart_time: 1000\nstatus: 4\nuser_id: ada\n`,
    [`7/${run_id}/params/depth`]: '3\n',
    [`7/${run_id}/tags/mlflow.note.content`]: 'two\nlines',
    [`7/${run_id}/metrics/loss/train`]: '1500 0.5 0\n1600 nan 1\n1700 inf 2\n',
    [`7/${run_id}/inputs/i/meta.yaml`]: `source_id: d\nsource_type: DATASET\ntags:\n  mlflow.data.context: training\n`,
    [`7/${run_id}/inputs/j/meta.yaml`]: `source_id: ${model_id}\nsource_type: MODEL\ndestination_type: RUN\n`,
    [`7/${run_id}/outputs/${model_id}/meta.yaml`]: `source_type: RUN_OUTPUT\ndestination_type: MODEL_OUTPUT\nstep: 3\n`,
    '7/datasets/d/meta.yaml': `digest: abc\nname: train\nsource: here\nsource_type: code\n`,
    [`7/${run_id}/artifacts/model/weights.bin`]: 'weights',
    [`7/${'c'.repeat(32)}/meta.yaml`]: `lifecycle_stage: deleted\nrun_id: ${'c'.repeat(32)}\nstart_time: 1\nstatus: 3\n`,
    [`7/models/${model_id}/meta.yaml`]: `artifact_location: ${artifacts(root, `models/${model_id}`)}\nmodel_id: ${model_id}\nname: net\nsource_run_id: ${run_id}\nstatus: 2\n`,
    [`7/models/${model_id}/params/depth`]: '3',
    [`7/models/${model_id}/artifacts/MLmodel`]: 'flavors: {}',
    'models/clf/meta.yaml': 'name: clf\ndescription: finds parts\n',
    'models/clf/aliases/champion': '3',
    'models/clf/version-1/meta.yaml': `version: 1\ncurrent_stage: Archived\nsource: ${artifacts(root, run_id)}/model\nrun_id: ${run_id}\n`,
    'models/clf/version-2/meta.yaml': 'version: 2\ncurrent_stage: Deleted_Internal\nsource: gone\n',
    'models/clf/version-3/meta.yaml': `version: 3\ncurrent_stage: None\nsource: models:/${model_id}\n`,
    'models/clf/version-3/tags/checked': 'yes',
  });

interface RunAnswer {
  readonly run: {
    readonly info: Readonly<Record<string, unknown>>;
    readonly data: { readonly params: object[]; readonly metrics: object[]; readonly tags: { key: string; value: string }[] };
    readonly inputs: { readonly dataset_inputs: object[]; readonly model_inputs: object[] };
    readonly outputs: { readonly model_outputs: object[] };
  };
}
interface VersionsAnswer {
  readonly model_versions: { version: string; source: string; run_id: string; current_stage: string; aliases?: string[]; tags?: { key: string }[] }[];
}

async function expectParts(place: Place): Promise<void> {
  const { run: found } = await ask<RunAnswer>(place, `/api/2.0/mlflow/runs/get?run_id=${run_id}`);
  expect(found.info).toMatchObject({ run_name: "it's one", status: 'FAILED', user_id: 'ada', start_time: 1000, end_time: 2000 });
  expect(found.data.params).toEqual([{ key: 'depth', value: '3' }]);
  expect(found.data.tags).toContainEqual({ key: 'mlflow.note.content', value: 'two\nlines' });
  expect(found.inputs.dataset_inputs).toMatchObject([{ dataset: { name: 'train', digest: 'abc' }, tags: [{ key: 'mlflow.data.context', value: 'training' }] }]);
  expect([found.inputs.model_inputs, found.outputs.model_outputs]).toEqual([[{ model_id }], [{ model_id, step: 3 }]]);
  const { metrics } = await ask<{ metrics: object[] }>(place, `/api/2.0/mlflow/metrics/get-history?run_id=${run_id}&metric_key=loss/train`);
  expect(metrics).toMatchObject([
    { value: 0.5, timestamp: 1500, step: 0 },
    { value: 'NaN', step: 1 },
    { value: Number.MAX_VALUE, step: 2 },
  ]);
  const { model_versions } = await ask<VersionsAnswer>(place, `/api/2.0/mlflow/model-versions/search?filter=name='clf'&order_by=version_number ASC`);
  expect(model_versions).toMatchObject([
    { version: '1', run_id, current_stage: 'Archived' },
    { version: '2', source: `models:/${model_id}`, current_stage: 'None', aliases: ['champion'] },
  ]);
  const weights = await fetch(`${place.server.url}/get-artifact?run_id=${run_id}&path=model/weights.bin`, {
    headers: { authorization: `Bearer ${admin_token}` },
  });
  expect([weights.status, await weights.text()]).toEqual([200, 'weights']);
  expect(model_versions[0]!.source).toMatch(new RegExp(`^mlflow-artifacts:/\\d+/${run_id}/artifacts/model$`));
}

const all = { experiments: 1, runs: 1, points: 3, files: 2, logged_models: 1, models: 1, versions: 2, there_already: 0, not_copied: 0 };

describe('a folder of MLflow', () => {
  it('is copied whole, under the ids that it has; a second time there is nothing to do', async () => {
    const root = await folderStore('mlruns');
    expect(await copied(here, 'import', 'mlflow', '--from', root)).toEqual(all);
    await expectParts(here);
    expect(await copied(here, 'import', 'mlflow', '--from', root)).toMatchObject({ runs: 0, points: 0, files: 0, versions: 0, there_already: 4 });
  });

  it('goes from this server to another one by the address alone', async () => {
    expect(await copied(there, 'import', 'mlflow', '--from', here.server.url)).toEqual({ ...all, experiments: 2 });
    await expectParts(there);
    expect(await copied(here, 'export', 'mlflow', '--to', there.server.url)).toMatchObject({ runs: 0, there_already: 4, not_copied: 0 });
  });
});

describe('what a copy lacks', () => {
  it('is said by name, and made up for by the next one, also from a folder that was moved', async () => {
    const other = 'd'.repeat(32);
    const root = await writeStore('away', {
      '9/meta.yaml': 'lifecycle_stage: active\nname: remote\n',
      [`9/${other}/meta.yaml`]: `artifact_uri: mlflow-artifacts:/9/${other}/artifacts\nlifecycle_stage: active\nrun_id: ${other}\nstart_time: 1\nstatus: 3\n`,
    });
    const store = await writeStore('store', { [`9/${other}/artifacts/a b/ä.txt`]: 'text' });
    const short = await holdfast(here, ['import', 'mlflow', '--from', root]);
    expect(short).toMatchObject({ code: 1, stderr: expect.stringMatching(new RegExp(`run ${other}: .*cannot be reached(.|\n)*HF-CLI-014`)) as string });
    expect(await copied(here, 'import', 'mlflow', '--from', root, '--artifacts', store)).toMatchObject({ runs: 1, files: 1, not_copied: 0 });
    await rename(path.join(folder, 'mlruns'), path.join(folder, 'moved'));
    const { files } = await copied(await opened(), 'import', 'mlflow', '--from', path.join(folder, 'moved'));
    expect(files).toBe(2);
  });

  /** A third server, for one test. */
  async function opened(): Promise<Place> {
    const place = await open('third');
    thirds.push(place);
    return place;
  }
  const thirds: Place[] = [];
  afterAll(async () => {
    for (const { server, database } of thirds) {
      await server.stop();
      await database.close();
    }
  });

  it('is one sentence where it is not a store at all', async () => {
    const file = path.join(folder, 'text.db');
    await writeFile(file, 'no database');
    await mkdir(path.join(folder, 'empty'));
    for (const [from, code] of [
      [file, 'HF-CLI-010'],
      [path.join(folder, 'empty'), 'HF-CLI-010'],
      [path.join(folder, 'nowhere'), 'HF-CLI-006'],
      ['http://127.0.0.1:9', 'HF-CLI-003'],
    ])
      expect((await holdfast(here, ['import', 'mlflow', '--from', from!])).stderr).toContain(code);
  });
});

describe('a SQLite file of MLflow', () => {
  it('is copied by its tables, those of an older version too', async () => {
    const file = path.join(folder, 'mlflow.db');
    const db = new DatabaseSync(file);
    const id = 'e'.repeat(32);
    db.exec(`
create table experiments (experiment_id integer primary key, name text, artifact_location text, lifecycle_stage text);
create table experiment_tags (key text, value text, experiment_id integer);
create table runs (run_uuid text primary key, name text, user_id text, status text, start_time bigint, end_time bigint, lifecycle_stage text, artifact_uri text, experiment_id integer);
create table params (key text, value text, run_uuid text);
create table tags (key text, value text, run_uuid text);
create table metrics (key text, value float, timestamp bigint, run_uuid text, step bigint, is_nan boolean);
create table latest_metrics (key text, value float, timestamp bigint, step bigint, is_nan boolean, run_uuid text);
create table registered_models (name text, description text);
create table registered_model_tags (key text, value text, name text);
create table model_versions (name text, version integer, description text, current_stage text, source text, run_id text);
create table model_version_tags (key text, value text, name text, version integer);
insert into experiments values (1, 'old', 'x', 'active'), (2, 'gone', 'x', 'deleted');
insert into runs values ('${id}', 'first', 'ada', 'FINISHED', 10, null, 'active', './mlruns/1/${id}/artifacts', 1);
insert into params values ('p', 'v', '${id}');
insert into latest_metrics values ('acc', 0.9, 12, 1, 0, '${id}');
insert into metrics values ('acc', 0.5, 11, '${id}', 0, 0), ('acc', 0, 12, '${id}', 1, 1);
insert into registered_models values ('old-model', null);
insert into model_versions values ('old-model', 4, 'd', 'Production', 'runs:/${id}/model', '${id}');`);
    db.close();
    await writeStore(`mlruns/1/${id}/artifacts`, { 'model/MLmodel': 'flavors: {}' });
    const counts = { experiments: 1, runs: 1, points: 2, files: 1, logged_models: 0, models: 1, versions: 1, not_copied: 0 };
    expect(await copied(here, 'import', 'mlflow', '--from', `sqlite:///${file}`)).toMatchObject(counts);
    const { metrics } = await ask<{ metrics: object[] }>(here, `/api/2.0/mlflow/metrics/get-history?run_id=${id}&metric_key=acc`);
    expect(metrics).toMatchObject([{ value: 0.5 }, { value: 'NaN' }]);
    const { model_versions } = await ask<VersionsAnswer>(here, `/api/2.0/mlflow/model-versions/search?filter=name='old-model'`);
    expect(model_versions).toMatchObject([{ version: '1', source: `runs:/${id}/model`, current_stage: 'Production', tags: [{ key: 'holdfast.copied_from' }] }]);
  });
});

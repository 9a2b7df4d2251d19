// contract/server: models and versions that clients of MLflow register beside our own: which become bundles, what stays when devices may run it,
// and that every change leaves a row.
import { sql } from '@holdfast/postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, ada, openHouse, pipeline_text, profile_text, shipVersion } from './support.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const put = async (text: string) => (await house.rooms.registry.blobs.put(Buffer.from(text))).digest;
const fileOf = async (path: string, text: string) => ({ path, digest: await put(text), size_bytes: text.length });
async function register(model: string, files: readonly (readonly [string, string])[]) {
  const { model_records, version_records } = house.rooms.registry;
  await model_records.create({ name: model, description: '', tags: [], by: ada }).catch(() => undefined); // there already
  const stored = await Promise.all(files.map(([path, text]) => fileOf(path, text)));
  return version_records.create({ model, source: 'mlflow-artifacts:/0/x', files: stored, run_link: '', description: '', tags: [], by: ada });
}
const build = async (model: string, version: number) =>
  house.rooms.registry.buildBundle({ model, version, target: { os: 'any', arch: 'any' }, pipeline: await put(pipeline_text), profile: await put(profile_text), by: ada }); // prettier-ignore

describe('a version from an address', () => {
  it('with one ONNX file is that file, so a bundle can be built of it', async () => {
    const { version } = await register('eyes', [['MLmodel', 'flavors: {}'], ['model.onnx', 'the model'], ['conda.yaml', 'x']]); // prettier-ignore
    expect(await house.rooms.registry.version('eyes', version)).toMatchObject({ digest: await put('the model'), size_bytes: 9 });
    expect(await build('eyes', version)).toMatchObject({ model: 'eyes', version });
  });

  it('with other files has the digest of their list, and no bundle', async () => {
    const { version } = await register('trees', [['MLmodel', 'flavors: {}'], ['model.pkl', 'pickled']]); // prettier-ignore
    const again = await register('trees', [['model.pkl', 'pickled'], ['MLmodel', 'flavors: {}']]); // prettier-ignore
    const [one, two] = [await house.rooms.registry.version('trees', version), await house.rooms.registry.version('trees', again.version)];
    expect([two.version - one.version, two.digest, one.size_bytes]).toEqual([1, one.digest, 18]);
    await expect(build('trees', version)).rejects.toMatchObject({ code: 'HF-REG-011' });
  });

  it('comes beside one that was registered by its digest, and both are described', async () => {
    const { version } = await shipVersion(house.rooms, 'mixed');
    const next = await register('mixed', [['model.onnx', 'another']]);
    const found = await house.rooms.registry.version_records.search({ conditions: [], order: [{ column: 'version_number', ascending: true }], limit: 100 });
    expect(found.rows.filter((row) => row.model === 'mixed').map((row) => [row.version, row.source])).toEqual([
      [version, null],
      [next.version, 'mlflow-artifacts:/0/x'],
    ]);
  });
});

describe('a model with bundles', () => {
  it('keeps its name, and stays with the versions that have them', async () => {
    const { version } = await shipVersion(house.rooms, 'shipped');
    const { model_records: models, version_records: versions } = house.rooms.registry;
    await expect(models.rename('shipped', 'sunk', ada)).rejects.toMatchObject({ code: 'HF-REG-010' });
    await expect(models.delete('shipped', ada)).rejects.toMatchObject({ code: 'HF-REG-010' });
    await expect(versions.delete('shipped', version, ada)).rejects.toMatchObject({ code: 'HF-REG-010' });
    const other = await register('shipped', [['x', 'y']]);
    await versions.delete('shipped', other.version, ada);
    expect((await house.rooms.registry.versions('shipped')).map((row) => row.version)).toEqual([version]);
    await expect(house.rooms.registry.version('shipped', other.version)).rejects.toMatchObject({ code: 'HF-REG-003' });
  });
});

it('leaves a row with before and after for every change, and none where it fails', async () => {
  const { model_records: models, version_records: versions } = house.rooms.registry;
  const { version } = await register('watched', [['x', 'y']]);
  const last = await lastRow();
  await versions.moveToStage({ model: 'watched', version, stage: 'Production', archive_others: false, by: ada });
  const next = await register('watched', [['x', 'z']]);
  await versions.moveToStage({ model: 'watched', version: next.version, stage: 'Production', archive_others: true, by: ada });
  await house.rooms.registry.setAlias({ model: 'watched', alias: '_best-', version, by: ada, reason: '' });
  await house.rooms.registry.deleteAlias('watched', '_best-', ada);
  await expect(versions.describe('watched', 99, 'x', ada)).rejects.toMatchObject({ code: 'HF-REG-008' });
  await models.delete('watched', ada);
  expect(await rowsAfter(last)).toEqual([
    ['version.stage', 'watched/1', { stage: 'None' }, { stage: 'Production' }],
    ['version.register', 'watched/2', null, expect.objectContaining({ version: 2 })],
    ['version.stage', 'watched/1', { stage: 'Production' }, { stage: 'Archived' }],
    ['version.stage', 'watched/2', { stage: 'None' }, { stage: 'Production' }],
    ['alias.set', 'watched/_best-', null, expect.objectContaining({ version: 1 })],
    ['alias.remove', 'watched/_best-', expect.objectContaining({ version: 1 }), null],
    ['model.delete', 'watched', expect.objectContaining({ name: 'watched' }), null],
  ]);
});

const lastRow = async () => (await sql<{ id: number }>`select coalesce(max(id), 0) as id from audit`.execute(house.database.db)).rows[0]!.id;
async function rowsAfter(id: number) {
  const { rows } = await sql<{ action: string; object: string; before: unknown; after: unknown }>`
    select action, object, before, after from audit where id > ${id} order by id`.execute(house.database.db);
  return rows.map((row) => [row.action, row.object, row.before, row.after]);
}

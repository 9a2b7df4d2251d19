// contract/server: what is kept by digest, and what is written once: registry, datasets, tracking.
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { unpackBundle, verifyBundle } from '../../../packages/agent/src/install/bundle-file.ts';
import type { Rooms } from '@holdfast/faces';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, openHouse, pipeline_text, profile_text, ada, tester } from './support.ts';

let house: House;
let rooms: Rooms;
beforeAll(async () => {
  house = await openHouse();
  rooms = house.rooms;
});
afterAll(() => house.close());

const put = async (text: string | Buffer) => {
  const { digest, size_bytes } = await rooms.registry.blobs.put(typeof text === 'string' ? Buffer.from(text) : text);
  return { sha256: digest, size_bytes };
};
const digestOf = async (text: string | Buffer) => (await put(text)).sha256;

describe('the registry', () => {
  it('gives the same digest the same version, also in parallel on two servers, and other digests numbers without a gap', async () => {
    const other = await house.again();
    const files = await Promise.all(['a', 'b', 'c'].map(put));
    const made = await Promise.all(
      [...files, ...files, ...files].map(({ sha256 }, i) => (i % 2 ? rooms : other).registry.register({ model: 'eyes', digest: sha256, by: ada })),
    );
    const byDigest = Map.groupBy(made, (row) => row.digest);
    for (const rows of byDigest.values()) expect(new Set(rows.map((r) => r.version)).size).toBe(1);
    expect((await rooms.registry.versions('eyes')).map((v) => v.version)).toEqual([3, 2, 1]);
  });

  it('keeps what a version was registered with', async () => {
    const { sha256 } = await put('with lineage');
    const lineage = { dataset: { name: 'digits', version: 3 }, run: 'r', execution: 'e', code: 'abc' };
    const row = await rooms.registry.register({ model: 'kept', digest: sha256, by: ada, lineage, metrics: { accuracy: 0.9 } });
    expect(await rooms.registry.register({ model: 'kept', digest: sha256, by: tester, metrics: { accuracy: 1 } })).toEqual(row);
    expect(row).toMatchObject({ version: 1, created_by: 'user:ada', lineage, metrics: { accuracy: 0.9 } });
  });

  it('refuses a file that is not in the store, a name that is none, an alias to no version', async () => {
    await expect(rooms.registry.register({ model: 'eyes', digest: 'f'.repeat(64), by: ada })).rejects.toMatchObject({ code: 'HF-BLOB-001' });
    await expect(rooms.registry.register({ model: 'a b', digest: (await put('x')).sha256, by: ada })).rejects.toMatchObject({ code: 'HF-REG-002' });
    await expect(rooms.registry.setAlias({ model: 'eyes', alias: 'champion', version: 99, by: ada, reason: '' })).rejects.toMatchObject({
      code: 'HF-REG-003',
    });
    expect(await rooms.registry.versionByAlias('eyes', 'champion')).toBeNull();
  });

  it('gives a device the newest bundle that fits its platform', async () => {
    const [pipeline, profile] = [(await put(pipeline_text)).sha256, (await put(profile_text)).sha256];
    const build = (os: string, arch: string) => {
      house.clock.advance(1);
      return rooms.registry.buildBundle({ model: 'eyes', version: 1, target: { os, arch }, pipeline, profile, by: ada });
    };
    const [any, arm, newer] = [await build('any', 'any'), await build('linux', 'arm'), await build('linux', 'arm')];
    expect((await rooms.registry.bundleFor('eyes', 1, { os: 'linux', arch: 'x64' })).digest).toBe(any.digest);
    expect((await rooms.registry.bundleFor('eyes', 1, { os: 'linux', arch: 'arm' })).digest).toBe(newer.digest);
    expect(arm.digest).not.toBe(newer.digest);
    await expect(rooms.registry.bundleFor('eyes', 2, { os: 'linux', arch: 'x64' })).rejects.toMatchObject({ code: 'HF-REG-004' });
  });

  it('refuses a bundle whose monitors.json is none, and takes one that is', async () => {
    const monitors = (parameters: object) => JSON.stringify({ v: 1, monitors: [{ monitor: 'EWMAConfidenceMonitor', parameters }] });
    const build = async (text: string) => {
      const texts = { pipeline: (await put(pipeline_text)).sha256, profile: (await put(profile_text)).sha256 };
      const files = [{ path: 'monitors.json', digest: (await put(text)).sha256 }];
      return rooms.registry.buildBundle({ model: 'eyes', version: 1, target: { os: 'linux', arch: 'x64' }, ...texts, files, by: ada });
    };
    await expect(build(monitors({ lamda_param: 0.1 }))).rejects.toMatchObject({
      code: 'HF-STAT-028',
      message: expect.stringContaining('lambda_param') as string,
    });
    await expect(build('{')).rejects.toMatchObject({ code: 'HF-STAT-028' });
    expect((await build(monitors({ lambda_param: 0.1 }))).arch).toBe('x64');
  });

  it('refuses a bundle with a path that leaves its folder or is there twice', async () => {
    const { sha256 } = await put('x');
    for (const bad of ['../up', '/etc/passwd', 'a//b', 'model.onnx', 'a\\b', '']) {
      const order = {
        model: 'eyes',
        version: 1,
        target: { os: 'any', arch: 'any' },
        pipeline: (await put(pipeline_text)).sha256,
        profile: (await put(profile_text)).sha256,
        files: [{ path: bad, digest: sha256 }],
        by: ada,
      };
      await expect(rooms.registry.buildBundle(order), bad).rejects.toMatchObject({ code: 'HF-BUNDLE-005' });
    }
  });
});

describe('a bundle', () => {
  it('is refused where its pipeline or its profile is none, with the place, and nothing is kept', async () => {
    const text = (await put(pipeline_text)).sha256;
    const known = (await put(profile_text)).sha256;
    const build = async (pipeline: string, profile: string) =>
      rooms.registry.buildBundle({ model: 'eyes', version: 3, target: { os: 'any', arch: 'any' }, pipeline, profile, by: ada });
    const profile = JSON.parse(profile_text) as { features: { edges: number[] }[] };
    profile.features[0]!.edges[2] = -1;
    const cases = [
      [await digestOf('{'), known, 'HF-PIPE-001', 'Line 1'],
      [await digestOf(pipeline_text.replace('argmax', 'argmix')), known, 'HF-PIPE-001', 'argmix'],
      [await digestOf('\n\n{}'), known, 'HF-PIPE-001', 'Line 3'],
      [text, await digestOf('{}'), 'HF-STAT-004', 'v: saw nothing'],
      [text, await digestOf(JSON.stringify(profile)), 'HF-STAT-004', 'features[0].edges[2]: saw -1'],
      [text, await digestOf('no JSON'), 'HF-STAT-004', 'the profile'],
      [text, await digestOf(Buffer.from([0x7b, 0xff, 0x7d])), 'HF-REG-005', 'UTF-8'],
      [await digestOf(' '.repeat(1_048_577)), known, 'HF-REG-005', '1048577 bytes, expected 1048576 at most'],
      [text, 'f'.repeat(64), 'HF-BLOB-001', 'f'.repeat(64)],
      ['f'.repeat(64), known, 'HF-BLOB-001', 'f'.repeat(64)],
    ] as const;
    for (const [pipeline, other, code, says] of cases)
      await expect(build(pipeline, other), code).rejects.toMatchObject({ code, message: expect.stringContaining(says) as string });
    expect(await rooms.registry.bundles('eyes', 3)).toEqual([]);
  });

  it('is what its manifest says, and verifies on a device by the public key of the server', async () => {
    const [pipeline, profile, extra] = await Promise.all([pipeline_text, profile_text, 'labels'].map(put));
    const order = {
      model: 'eyes',
      version: 2,
      target: { os: 'linux', arch: 'arm64' },
      pipeline: pipeline!.sha256,
      profile: profile!.sha256,
      files: [{ path: 'extra/labels.txt', digest: extra!.sha256 }],
      by: ada,
    };
    const row = await rooms.registry.buildBundle(order);
    const folder = await mkdtemp(path.join(house.folder, 'bundle-'));
    const file = path.join(folder, 'bundle');
    const bytes = await buffer(await rooms.registry.readBundle(row.digest));
    await writeFile(file, bytes);
    const expected = { digest: row.digest, size_bytes: row.size_bytes, keys: rooms.fleet.keys.public, platform: { os: 'linux', arch: 'arm64' } };
    const manifest = await verifyBundle(file, expected);
    expect(manifest.files.map((f) => f.path)).toEqual(['model.onnx', 'pipeline.json', 'profile.json', 'extra/labels.txt']);
    expect(manifest.model).toEqual({ name: 'eyes', version: 2, digest: (await rooms.registry.version('eyes', 2)).digest });
    await unpackBundle(file, manifest, path.join(folder, 'slot'));
    expect(await readFile(path.join(folder, 'slot/extra/labels.txt'), 'utf8')).toBe('labels');
    await expect(verifyBundle(file, { ...expected, platform: { os: 'linux', arch: 'x64' } })).rejects.toMatchObject({ code: 'HF-BUNDLE-004' });
    await expect(verifyBundle(file, { ...expected, keys: [] })).rejects.toMatchObject({ code: 'HF-BUNDLE-003' });
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(file, bytes);
    await expect(verifyBundle(file, expected)).rejects.toMatchObject({ code: 'HF-BUNDLE-002' });
  });
});

describe('a dataset', () => {
  const commit = (files: { path: string; sha256: string; size_bytes: number }[], of: Rooms = rooms) =>
    of.datasets.commit('digits', files, { by: ada, note: 'n' });

  it('has one version for the same files, in any order, also in parallel; the next one knows its parent', async () => {
    const other = await house.again();
    const files = await Promise.all(['a', 'b'].map(async (name) => ({ path: `${name}.txt`, ...(await put(name)) })));
    const made = await Promise.all([commit(files), commit(files.toReversed(), other), commit(files)]);
    expect(made.map((v) => v.version)).toEqual([1, 1, 1]);
    const next = await commit([...files, { path: 'c/d.txt', ...(await put('c')) }]);
    expect(next).toMatchObject({ version: 2, parent: 1, size_bytes: 3 });
    expect(next.manifest.map((f) => f.path)).toEqual(['a.txt', 'b.txt', 'c/d.txt']);
    expect(await commit(files)).toMatchObject({ version: 1 });
    expect(await rooms.datasets.version('digits')).toMatchObject({ version: 2 });
  });

  it('stores a file that two versions share once', async () => {
    const before = await countBlobs();
    const shared = { path: 'same', ...(await put('shared by two')) };
    await commit([shared]);
    await commit([shared, { path: 'also', ...(await put('shared by two')) }]);
    expect(await countBlobs()).toBe(before + 1);
  });

  it('refuses paths that leave the folder, a path that is there twice, and a file that is not in the store', async () => {
    const file = await put('x');
    for (const bad of ['../x', '/x', 'a/../b', 'a//b', './a', 'a\\b', 'a\0b', '', 'x'.repeat(501)])
      await expect(commit([{ path: bad, ...file }]), bad).rejects.toMatchObject({ code: 'HF-DATA-002' });
    await expect(
      commit([
        { path: 'a', ...file },
        { path: 'a', ...file },
      ]),
    ).rejects.toMatchObject({ code: 'HF-REQ-005' });
    await expect(commit([{ path: 'a', ...file, size_bytes: 2 }])).rejects.toMatchObject({ code: 'HF-DATA-001' });
    await expect(commit([{ path: 'a', sha256: 'f'.repeat(64), size_bytes: 1 }])).rejects.toMatchObject({ code: 'HF-DATA-001' });
    await expect(rooms.datasets.version('digits', 99)).rejects.toMatchObject({ code: 'HF-REQ-004', message: 'dataset digits@99 does not exist.' });
  });

  async function countBlobs(): Promise<number> {
    let n = 0;
    for await (const _ of rooms.datasets.blobs.list()) n++;
    return n;
  }
});

describe('a run', () => {
  it('has each param once: the same value again is fine, another is refused with nothing of the call kept', async () => {
    const id = await rooms.tracking.start({ experiment: 'e', by: ada });
    await rooms.tracking.log(id, { params: { lr: '0.1' } });
    await rooms.tracking.log(id, { params: { lr: '0.1', seed: '1' } });
    await expect(
      rooms.tracking.log(id, { params: { depth: '3', lr: '0.2' }, metrics: [{ key: 'loss', value: 1 }], tags: { t: 'x' }, state: 'finished' }),
    ).rejects.toMatchObject({ code: 'HF-TRACK-001', status: 409 });
    expect(await rooms.tracking.runView(id)).toMatchObject({ params: { lr: '0.1', seed: '1' }, metrics: {}, tags: {}, state: 'running' });
    const tries = await Promise.allSettled(['2', '3'].map((depth) => rooms.tracking.log(id, { params: { depth } })));
    expect(tries.filter((t) => t.status === 'fulfilled')).toHaveLength(1);
  });

  it('has the metrics by step, then time, then as they came; the last of them is what is shown', async () => {
    const id = await rooms.tracking.start({ experiment: 'e', by: ada });
    const points = [
      [2, 5, 0.2],
      [1, 9, 0.1],
      [2, 4, 0.3],
      [2, 5, 0.4],
      [0, 1, 0.9],
    ] as const;
    await rooms.tracking.log(id, { metrics: points.map(([step, at_ms, value]) => ({ key: 'loss', step, at_ms, value })) });
    expect((await rooms.tracking.metric(id, 'loss')).map((p) => p.value)).toEqual([0.9, 0.1, 0.3, 0.2, 0.4]);
    expect((await rooms.tracking.runView(id)).metrics).toEqual({ loss: { last: 0.4, step: 2, points: 5 } });
  });

  it('is the same run where it is started again with its id, and ends', async () => {
    const id = 'b'.repeat(32);
    await Promise.all([1, 2, 3].map(() => rooms.tracking.start({ experiment: 'again', by: ada, id })));
    expect(await rooms.tracking.runViews({ experiment: 'again' }, 10, null)).toHaveLength(1);
    await rooms.tracking.log(id, { state: 'failed', tags: { why: 'nan' } });
    expect(await rooms.tracking.runView(id)).toMatchObject({ state: 'failed', ended_ms: house.clock.wall_ms(), tags: { why: 'nan' } });
    await expect(rooms.tracking.log('c'.repeat(32), {})).rejects.toMatchObject({ code: 'HF-TRACK-004' });
  });
});

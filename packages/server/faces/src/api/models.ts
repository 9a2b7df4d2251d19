// Handlers of the registry, blobs, datasets, samples and tracking.
import { Readable } from 'node:stream';
import { failure } from '@holdfast/base';
import type { Actor } from '@holdfast/postgres';
import type { AliasRow, BundleRow, VersionRow } from '@holdfast/registry';
import type { ModelVersionView } from '@holdfast/protocol/rest';
import type { May } from '../may.ts';
import { takeOverProject } from '../projects.ts';
import type { FaceOptions } from '../rooms.ts';
import type { Handlers } from './call.ts';
import { modelHistory } from './model-history.ts';
import { shownRun } from './run-rows.ts';
import { sampleCounts, sampleFilter, sampleView } from './sample-counts.ts';

const bundleView = ({ digest, size_bytes, os, arch, created_ms, profile }: BundleRow) => ({ digest, size_bytes, target: { os, arch }, created_ms, profile });
const aliasView = ({ alias, version, at_ms, changed_by, reason }: AliasRow) => ({ alias, version, at_ms, by: changed_by, reason });

const placeOf = (model: string, version: number): string => `${version}/${model}`;
type Running = ReadonlyMap<string, readonly { readonly id: string; readonly name: string }[]>;

export function modelHandlers({ rooms }: FaceOptions) {
  const { registry, datasets, telemetry, tracking, fleet } = rooms;

  /** Which devices report what, read once for all the versions of an answer. */
  const runningNow = async (): Promise<Running> =>
    Map.groupBy(
      (await fleet.devices()).filter((device) => device.reported?.current),
      (device) => placeOf(device.reported!.current!.model, device.reported!.current!.model_version),
    );
  const versionView = async (row: VersionRow, aliases: readonly AliasRow[], running: Running): Promise<ModelVersionView> => {
    const { folder, stage } = await registry.version_records.get(row.model, row.version);
    return {
      ...row,
      is_file: !folder,
      stage,
      lineage: { ...row.lineage },
      metrics: { ...row.metrics },
      aliases: aliases.filter((a) => a.version === row.version).map((a) => a.alias),
      bundles: (await registry.bundles(row.model, row.version)).map(bundleView),
      running_on: (running.get(placeOf(row.model, row.version)) ?? []).map(({ id, name }) => ({ id, name })),
    };
  };
  const showVersion = async (model: string, version: number) =>
    versionView(await registry.version(model, version), await registry.aliases(model), await runningNow());
  const modelView = async (name: string, { reach }: May, running: Running) => {
    const [model, place, aliases, versions] = await Promise.all([
      registry.model(name),
      registry.places.model(name),
      registry.aliases(name),
      registry.versions(name),
    ]);
    if (!place) throw failure('HF-REQ-004', { kind: 'model', name });
    const { project } = place;
    return {
      ...model,
      project,
      may_share: reach.may('share', { kind: 'model', ...place }),
      aliases: aliases.map(aliasView),
      versions: await Promise.all(versions.map((v) => versionView(v, aliases, running))),
    };
  };
  const versionOf = (row: Awaited<ReturnType<typeof datasets.version>>) => {
    const { manifest, ...rest } = row;
    return { ...rest, files: manifest.map((f) => ({ ...f })) };
  };
  const datasetView = async (name: string) => {
    await datasets.dataset(name);
    return { name, versions: (await datasets.versions(name)).map(versionOf) };
  };

  /** The model of a version that is to be registered; one that is not there is made, in the project of whoever registers. */
  const modelFor = async (
    name: string,
    of: { digest: string; description?: string | undefined; run: string | undefined },
    may: May,
    by: Actor,
  ): Promise<void> => {
    if (of.run !== undefined && !may.reach.free) await may.run(of.run, 'read');
    const place = await registry.places.model(name);
    if (place) return may.check('model', place, 'edit', failure('HF-REQ-004', { kind: 'model', name }));
    await registry.checkNew(name, of.digest);
    const { description = '' } = of;
    await may.make('model', [], (tags, within) => registry.model_records.create({ name, description, tags, by, within }));
  };
  /** The experiment of a run that begins; one that is not there is made. */
  const experimentFor = async (name: string, may: May, by: Actor): Promise<void> => {
    const place = await tracking.places.experimentByName(name);
    if (place) return may.check('experiment', place, 'edit', failure('HF-TRACK-003', { name }));
    await may.make('experiment', [], (tags, within) => tracking.experiments.create({ name, tags, by, within }));
  };

  return {
    modelList: async ({ may }) => {
      const running = await runningNow();
      return { models: await Promise.all((await registry.models(may.models)).map((m) => modelView(m.name, may, running))) };
    },
    modelShow: async ({ params, may }) => modelView(params.name, may, await runningNow()),
    modelHistory: async ({ params, query }) => ({ rows: await modelHistory(rooms, params.name, query.limit ?? 200) }),
    modelVersionShow: async ({ params }) => showVersion(params.name, params.version),
    modelRegister: async ({ params, body, by, may }) => {
      const run = body.lineage?.run ?? undefined;
      if (!may.plain) await modelFor(params.name, { ...body, run }, may, by);
      const row = await registry.register({ model: params.name, ...body, by });
      if (run !== undefined) await takeOverProject(rooms, may, { model: row.model, run }, by);
      return showVersion(row.model, row.version);
    },
    aliasPut: async ({ params, body, by }) =>
      aliasView(await registry.setAlias({ model: params.name, alias: params.alias, version: body.version, by, reason: body.reason })),
    bundleBuild: async ({ params, body, by }) =>
      bundleView(
        await registry.buildBundle({
          model: params.name,
          version: params.version,
          target: body.target ?? { os: 'any', arch: 'any' },
          pipeline: body.pipeline,
          profile: body.profile,
          files: body.files,
          by,
        }),
      ),
    releaseKeyList: async () => ({ keys: fleet.keys.public.map((key) => ({ ...key })) }),
    blobPut: async ({ params, body }) => registry.blobs.put(body as unknown as Readable, params.digest),
    blobGet: async ({ params, reply }) => {
      const stream = await registry.blobs.read(params.digest);
      return reply
        .type('application/octet-stream')
        .header('etag', `"${params.digest}"`)
        .header('cache-control', 'private, immutable, max-age=31536000')
        .send(stream);
    },
    datasetList: async () => ({ datasets: await Promise.all((await datasets.list()).map((d) => datasetView(d.name))) }),
    datasetShow: async ({ params }) => datasetView(params.name),
    datasetCommit: async ({ params, body, by }) => versionOf(await datasets.commit(params.name, body.files, { by, note: body.note ?? '' })),
    sampleList: async ({ query }) => {
      const { limit = 100, counts, ...asked } = query;
      const filter = sampleFilter(asked);
      const { after: _after, ...counted } = filter;
      const found = { samples: (await telemetry.samples(filter, limit)).map(sampleView), total: await telemetry.countSamples(counted) };
      return counts ? { ...found, counts: await sampleCounts(rooms, filter) } : found;
    },
    samplePixels: async ({ params, reply }) => reply.type('application/octet-stream').send((await telemetry.sample(params.id)).pixels),
    sampleLabel: async ({ body, by }) => ({ labelled: await telemetry.label(body.labels, by) }),
    experimentList: async ({ may }) => {
      const found = await tracking.experimentViews(may.experiments);
      return { experiments: found.map((one) => ({ ...one, may_share: may.reach.may('share', { kind: 'experiment', ...one }) })) };
    },
    runList: async ({ query, may }) => ({ runs: await tracking.runViews(query, query.limit ?? 100, may.experiments) }),
    runShow: async ({ params }) => shownRun(await tracking.runView(params.id)),
    runCreate: async ({ body, by, may }) => {
      if (!may.plain) await experimentFor(body.experiment, may, by);
      return tracking.runView(await tracking.start({ ...body, by }));
    },
    runLog: async ({ params, body }) => {
      await tracking.log(params.id, body);
      return { ok: true };
    },
    runMetric: async ({ params }) => {
      await tracking.runs.get(params.id);
      return { key: params.key, points: await tracking.metric(params.id, params.key) };
    },
  } satisfies Partial<Handlers>;
}

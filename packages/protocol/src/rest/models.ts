// Routes of the registry, datasets, samples and tracking.
import { type Static, Type } from 'typebox';
import { route } from './route.ts';
import {
  AliasName,
  Digest,
  ExperimentName,
  Hardware,
  Id,
  Limit,
  ModelName,
  Name,
  Nullable,
  Ok,
  Project,
  RowId,
  Time,
  TimeIn,
  VersionIn,
  WholeIn,
  byModelName,
  byName,
  closed,
} from './shapes.ts';

export const Lineage = Type.Object({
  dataset: Nullable(Type.Object({ name: Name, version: VersionIn })),
  run: Nullable(Id),
  execution: Nullable(Id),
  code: Nullable(Type.String({ maxLength: 500, description: 'revision or digest of the training code' })),
});
export type Lineage = Static<typeof Lineage>;
export const Metrics = Type.Record(Type.String({ maxLength: 250 }), Type.Number());

export const BundleView = Type.Object({
  digest: Digest,
  size_bytes: Type.Number(),
  target: Type.Object({ os: Type.String(), arch: Type.String() }),
  created_ms: Time,
  profile: Type.String(),
});
export const ModelVersionView = Type.Object({
  model: ModelName,
  version: Type.Integer(),
  digest: Digest,
  size_bytes: Type.Number(),
  is_file: Type.Boolean({ description: 'one model file, whose digest it is; else a folder of files, which no bundle can be built of' }),
  stage: Type.String({ description: "of MLflow's registry: None, Staging, Production or Archived" }),
  created_ms: Time,
  created_by: Type.String(),
  lineage: Lineage,
  metrics: Metrics,
  aliases: Type.Array(AliasName),
  bundles: Type.Array(BundleView),
  running_on: Type.Array(Type.Object({ id: Id, name: Name })),
});
export type ModelVersionView = Static<typeof ModelVersionView>;
export const AliasView = Type.Object({ alias: AliasName, version: Type.Integer(), at_ms: Time, by: Type.String(), reason: Type.String() });
/** One change of where a model's names point, or of where the model belongs; from the audit. */
export const ModelChange = Type.Object({
  at_ms: Time,
  by: Type.String(),
  kind: Type.Union([Type.Literal('alias'), Type.Literal('stage'), Type.Literal('project'), Type.Literal('name'), Type.Literal('deleted')]),
  name: Nullable(Type.String({ description: 'of the alias' })),
  version: Nullable(Type.Integer({ description: 'of a stage, or that was deleted' })),
  before: Nullable(Type.String()),
  after: Nullable(Type.String()),
  reason: Type.String(),
});
export type ModelChange = Static<typeof ModelChange>;
const MayShare = Type.Boolean({ description: 'whoever asks may give grants on it' });
export const ModelView = Type.Object({
  name: ModelName,
  description: Type.String(),
  project: Type.String(),
  created_ms: Time,
  may_share: MayShare,
  aliases: Type.Array(AliasView),
  versions: Type.Array(ModelVersionView, { description: 'newest first' }),
});
export type ModelView = Static<typeof ModelView>;

export const DatasetFile = Type.Object({ path: Type.String({ maxLength: 500 }), sha256: Digest, size_bytes: RowId });
export const DatasetVersionView = Type.Object({
  dataset: Name,
  version: Type.Integer(),
  digest: Digest,
  files: Type.Array(DatasetFile),
  size_bytes: Type.Number(),
  created_ms: Time,
  created_by: Type.String(),
  parent: Nullable(Type.Integer()),
  note: Type.String(),
});
export const DatasetView = Type.Object({ name: Name, versions: Type.Array(DatasetVersionView, { description: 'newest first' }) });
export type DatasetView = Static<typeof DatasetView>;

export const SampleView = Type.Object({
  id: Type.Integer(),
  device: Id,
  reference: Type.Number(),
  at_ms: Time,
  model: ModelName,
  model_version: Type.Integer(),
  width: Type.Integer(),
  height: Type.Integer(),
  channels: Type.Integer(),
  predicted: Type.Integer(),
  confidence: Type.Number(),
  reason: Type.String({ description: 'steady, drift, or quarantine: the model was not sure' }),
  inputs: Nullable(
    Type.Array(Type.Object({ name: Type.String(), value: Nullable(Type.Number()) }), {
      description: 'of a sample without an image, whose width is 0; a value is null where it was missing or infinite',
    }),
  ),
  inputs_left_out: Type.Integer({ description: 'inputs beyond those that a device sends' }),
  label: Nullable(Type.Integer()),
  dismissed: Type.Boolean({ description: 'nobody can tell what it shows: it waits for no label' }),
});
export type SampleView = Static<typeof SampleView>;

const SampleReason = Type.Union([Type.Literal('steady'), Type.Literal('drift'), Type.Literal('quarantine')]);
export const SampleCount = Type.Object({
  device: Id,
  name: Type.String(),
  reason: SampleReason,
  labelled: Type.Integer(),
  unlabelled: Type.Integer({ description: 'these wait for a label' }),
  dismissed: Type.Integer(),
});
export type SampleCount = Static<typeof SampleCount>;

export const RunView = Type.Object({
  id: Id,
  experiment: ExperimentName,
  name: Type.String(),
  state: Type.Union([Type.Literal('running'), Type.Literal('scheduled'), Type.Literal('finished'), Type.Literal('failed'), Type.Literal('killed')]),
  started_ms: Time,
  ended_ms: Nullable(Time),
  params: Type.Record(Type.String(), Type.String()),
  tags: Type.Record(Type.String(), Type.String()),
  metrics: Type.Record(Type.String(), Type.Object({ last: Type.Number(), step: Type.Integer(), points: Type.Integer() })),
});
export type RunView = Static<typeof RunView>;
/** With what the run says of the machine: its tags hardware.*, and where one is absent, names that clients are known to log. */
export const RunShown = Type.Object({ ...RunView.properties, hardware: Hardware });
export type RunShown = Static<typeof RunShown>;

const versionParams = Type.Object({ name: ModelName, version: VersionIn });

export const modelRoutes = {
  modelList: route({
    method: 'GET',
    path: '/api/v1/models',
    access: 'viewer',
    on: 'seen',
    summary: 'List models',
    reply: Type.Object({ models: Type.Array(ModelView) }),
  }),
  modelShow: route({
    method: 'GET',
    path: '/api/v1/models/:name',
    access: 'viewer',
    on: 'model',
    summary: 'One model with its versions',
    params: byModelName,
    reply: ModelView,
  }),
  modelHistory: route({
    method: 'GET',
    path: '/api/v1/models/:name/history',
    access: 'viewer',
    on: 'model',
    summary: 'Which version each alias and stage named when, newest first',
    params: byModelName,
    query: Type.Object({ limit: Limit }, closed),
    reply: Type.Object({ rows: Type.Array(ModelChange) }),
  }),
  modelVersionShow: route({
    method: 'GET',
    path: '/api/v1/models/:name/versions/:version',
    access: 'viewer',
    on: 'model',
    summary: 'One model version',
    params: versionParams,
    reply: ModelVersionView,
  }),
  modelRegister: route({
    method: 'POST',
    path: '/api/v1/models/:name/versions',
    access: 'editor',
    on: 'seen',
    summary: 'Register a model version; the same digest gives the same version. The model file must be in the blob store.',
    params: byModelName,
    body: Type.Object(
      {
        digest: Digest,
        description: Type.Optional(Type.String({ maxLength: 2000 })),
        lineage: Type.Optional(Type.Partial(Lineage)),
        metrics: Type.Optional(Metrics),
      },
      closed,
    ),
    reply: ModelVersionView,
  }),
  aliasPut: route({
    method: 'PUT',
    path: '/api/v1/models/:name/aliases/:alias',
    access: 'editor',
    on: 'model',
    summary: 'Move an alias to a version',
    params: Type.Object({ name: ModelName, alias: AliasName }),
    body: Type.Object({ version: VersionIn, reason: Type.String({ maxLength: 500 }) }, closed),
    reply: AliasView,
  }),
  bundleBuild: route({
    method: 'POST',
    path: '/api/v1/models/:name/versions/:version/bundles',
    access: 'editor',
    on: 'model',
    summary: 'Build and sign the bundle of a version from files of the blob store',
    params: versionParams,
    body: Type.Object(
      {
        target: Type.Optional(Type.Object({ os: Type.String({ maxLength: 20 }), arch: Type.String({ maxLength: 20 }) })),
        pipeline: Digest,
        profile: Type.Optional(Digest),
        files: Type.Optional(Type.Array(Type.Object({ path: Type.String({ maxLength: 500 }), digest: Digest }), { maxItems: 100 })),
      },
      closed,
    ),
    reply: BundleView,
  }),
  releaseKeyList: route({
    method: 'GET',
    path: '/api/v1/release-keys',
    access: 'viewer',
    summary: 'The public keys that bundles are signed by, newest first',
    reply: Type.Object({ keys: Type.Array(Type.Object({ keyid: Type.String(), public_key: Type.String({ description: 'Ed25519, SPKI DER in base64' }) })) }),
  }),
  blobPut: route({
    method: 'PUT',
    path: '/api/v1/blobs/:digest',
    access: 'editor',
    summary: 'Upload a file under its SHA-256; the body is the bytes',
    params: Type.Object({ digest: Digest }),
    reply: Type.Object({ digest: Digest, size_bytes: Type.Number() }),
  }),
  blobGet: route({ method: 'GET', path: '/api/v1/blobs/:digest', access: 'viewer', summary: 'The bytes of a file', params: Type.Object({ digest: Digest }) }),
  datasetList: route({
    method: 'GET',
    path: '/api/v1/datasets',
    access: 'viewer',
    summary: 'List datasets',
    reply: Type.Object({ datasets: Type.Array(DatasetView) }),
  }),
  datasetShow: route({
    method: 'GET',
    path: '/api/v1/datasets/:name',
    access: 'viewer',
    summary: 'One dataset with its versions',
    params: byName,
    reply: DatasetView,
  }),
  datasetCommit: route({
    method: 'POST',
    path: '/api/v1/datasets/:name/versions',
    access: 'editor',
    summary: 'Make a version from a manifest; the same manifest gives the same version',
    params: byName,
    body: Type.Object({ files: Type.Array(DatasetFile, { minItems: 1, maxItems: 100_000 }), note: Type.Optional(Type.String({ maxLength: 500 })) }, closed),
    reply: DatasetVersionView,
  }),
  sampleList: route({
    method: 'GET',
    path: '/api/v1/samples',
    access: 'viewer',
    summary: 'Images and other inferences that devices kept, oldest first',
    query: Type.Object(
      {
        device: Type.Optional(Id),
        devices: Type.Optional(Type.String({ minLength: 1, maxLength: 5_200, description: 'ids of devices, with commas between; at most 100' })),
        ids: Type.Optional(Type.String({ minLength: 1, maxLength: 3_500, description: 'ids of samples, with commas between; at most 200' })),
        model: Type.Optional(ModelName),
        reason: Type.Optional(SampleReason),
        since_ms: Type.Optional(TimeIn),
        labelled: Type.Optional(Type.Boolean({ description: 'false: those that wait for a label, and are not dismissed' })),
        dismissed: Type.Optional(Type.Boolean()),
        order: Type.Optional(Type.Union([Type.Literal('oldest'), Type.Literal('least_confident')])),
        counts: Type.Optional(Type.Boolean({ description: 'true: count them too, by device and reason, whatever the one device, reason and label' })),
        after: Type.Optional(RowId),
        limit: Limit,
      },
      closed,
    ),
    reply: Type.Object({ samples: Type.Array(SampleView), total: Type.Integer(), counts: Type.Optional(Type.Array(SampleCount)) }),
  }),
  samplePixels: route({
    method: 'GET',
    path: '/api/v1/samples/:id/pixels',
    access: 'viewer',
    summary: 'The pixels of a sample, rows first; none where its width is 0',
    params: Type.Object({ id: RowId }),
  }),
  sampleLabel: route({
    method: 'POST',
    path: '/api/v1/samples/labels',
    access: 'editor',
    summary: 'Say what samples really show; each label goes back to its device',
    body: Type.Object(
      {
        labels: Type.Array(
          Type.Object(
            { id: RowId, label: Nullable(Type.Integer({ minimum: 0, maximum: 65535, description: 'null: nobody can tell; it waits no more' })) },
            closed,
          ),
          { minItems: 1, maxItems: 10_000 },
        ),
      },
      closed,
    ),
    reply: Type.Object({ labelled: Type.Integer({ description: 'how many of these samples there are' }) }),
  }),
  experimentList: route({
    method: 'GET',
    path: '/api/v1/experiments',
    access: 'viewer',
    on: 'seen',
    summary: 'List experiments',
    reply: Type.Object({
      experiments: Type.Array(
        Type.Object({ id: Type.Integer(), name: ExperimentName, project: Type.String(), runs: Type.Integer(), created_ms: Time, may_share: MayShare }),
      ),
    }),
  }),
  runList: route({
    method: 'GET',
    path: '/api/v1/runs',
    access: 'viewer',
    on: 'seen',
    summary: 'List runs, newest first',
    query: Type.Object({ experiment: Type.Optional(ExperimentName), project: Type.Optional(Project), limit: Limit }, closed),
    reply: Type.Object({ runs: Type.Array(RunView) }),
  }),
  runShow: route({
    method: 'GET',
    path: '/api/v1/runs/:id',
    access: 'viewer',
    on: 'run',
    summary: 'One run',
    params: Type.Object({ id: Id }),
    reply: RunShown,
  }),
  runCreate: route({
    method: 'POST',
    path: '/api/v1/runs',
    access: 'editor',
    on: 'seen',
    summary: 'Start a run',
    body: Type.Object(
      {
        experiment: ExperimentName,
        name: Type.Optional(Type.String({ maxLength: 250 })),
        tags: Type.Optional(Type.Record(Type.String({ maxLength: 250 }), Type.String({ maxLength: 5000 }))),
      },
      closed,
    ),
    reply: RunView,
  }),
  runLog: route({
    method: 'POST',
    path: '/api/v1/runs/:id/log',
    access: 'editor',
    on: 'run',
    summary: 'Log params, metrics and tags of a run, or end it',
    params: Type.Object({ id: Id }),
    body: Type.Object(
      {
        params: Type.Optional(Type.Record(Type.String({ maxLength: 250 }), Type.String({ maxLength: 6000 }))),
        metrics: Type.Optional(
          Type.Array(
            Type.Object({ key: Type.String({ maxLength: 250 }), value: Type.Number(), step: Type.Optional(WholeIn), at_ms: Type.Optional(TimeIn) }, closed),
            { maxItems: 1000 },
          ),
        ),
        tags: Type.Optional(Type.Record(Type.String({ maxLength: 250 }), Type.String({ maxLength: 5000 }))),
        state: Type.Optional(Type.Union([Type.Literal('finished'), Type.Literal('failed')])),
      },
      closed,
    ),
    reply: Ok,
  }),
  runMetric: route({
    method: 'GET',
    path: '/api/v1/runs/:id/metrics/:key',
    access: 'viewer',
    on: 'run',
    summary: 'The history of one metric',
    params: Type.Object({ id: Id, key: Type.String({ maxLength: 250 }) }),
    reply: Type.Object({ key: Type.String(), points: Type.Array(Type.Object({ step: Type.Integer(), at_ms: Time, value: Type.Number() })) }),
  }),
};

// Routes of the registry: models, their versions, aliases and bundles.
import { type Static, Type } from 'typebox';
import { route } from './route.ts';
import { AliasName, Digest, Id, Limit, MayShare, ModelName, Name, Nullable, Time, VersionIn, byModelName, closed } from './shapes.ts';

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
};

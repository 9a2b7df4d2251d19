// Routes of what models learn from: datasets, and samples that devices kept.
import { type Static, Type } from 'typebox';
import { route } from './route.ts';
import { Digest, Id, Limit, ModelName, Name, Nullable, RowId, Time, TimeIn, byName, closed } from './shapes.ts';
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

export const datasetRoutes = {
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
};

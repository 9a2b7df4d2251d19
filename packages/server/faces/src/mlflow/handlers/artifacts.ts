// mlflow: handlers of artifacts: the proxy of the store, streamed both ways, and the files of a run.
import { Readable } from 'node:stream';
import { failure } from '@holdfast/base';
import { type ArtifactRow, type Tracking, checkArtifactFolder, checkArtifactPath } from '@holdfast/tracking';
import type { FaceOptions } from '../../rooms.ts';
import type { MlflowCall, MlflowHandlers } from '../call.ts';
import { passing, sendChunks } from '../chunks.ts';
import { entryView, listFolder, storeFolder } from '../folders.ts';
import { contentType } from '../media.ts';
import { mayFile } from '../objects.ts';
import { isOwn, listOwn, ownModel, ownSource, refuseOwn, statOwn } from '../own-versions.ts';
import { storageOf } from '../sources.ts';
import { some } from '../views.ts';

/** One range `bytes=FROM-[TO]` or `bytes=-LAST`; null without one or for a form that is not used: then the whole is sent (RFC 9110, 14.2). */
function readRange(header: string | undefined, size: number): { from: number; to: number } | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return null;
  const last = match[1] === '';
  const from = last ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const to = last || match[2] === '' ? size : Math.min(size, Number(match[2]) + 1);
  if (from >= size || to <= from) throw failure('HF-BLOB-003', { saw: header, size });
  return { from, to };
}

/** Always as a file to keep, never as a page: whoever may write artifacts must not run scripts in the browsers of others. */
async function sendFile(
  artifacts: Tracking['artifacts'],
  row: ArtifactRow,
  { request, reply }: MlflowCall<object>,
  on_error: (error: Error) => void,
): Promise<unknown> {
  const etag = `"${row.digest}"`;
  const name = encodeURIComponent(row.path.split('/').at(-1)!);
  void reply
    .header('etag', etag)
    .header('accept-ranges', 'bytes')
    .header('last-modified', new Date(row.changed_ms).toUTCString())
    .header('content-disposition', `attachment; filename*=UTF-8''${name}`)
    .type(contentType(row.path));
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  const usable = request.headers['if-range'] === undefined || request.headers['if-range'] === etag;
  const range = usable ? readRange(request.headers.range, row.size_bytes) : null;
  const { from, to } = range ?? { from: 0, to: row.size_bytes };
  if (range) void reply.code(206).header('content-range', `bytes ${from}-${to - 1}/${row.size_bytes}`);
  return sendChunks(reply.header('content-length', to - from), await artifacts.read(row, range ?? undefined), on_error);
}

/** A client that was told to try looks for these words, and then takes the plain way (MLflow's http_artifact_repo). */
const inParts = (what: string): never => {
  throw failure('HF-MLF-019', { what });
};

export function artifactHandlers({ rooms: { tracking, registry }, on_error }: Pick<FaceOptions, 'rooms' | 'on_error'>): MlflowHandlers {
  const { artifacts, runs } = tracking;
  const bodyOf = ({ request }: MlflowCall<object>) => passing(request.body instanceof Readable ? request.body : Readable.from([]));
  const stat = (path: string) => (isOwn(path) ? statOwn(registry, checkArtifactPath(path)) : artifacts.stat(path));
  const list = (folder: string) => (isOwn(folder) ? listOwn(registry, folder) : artifacts.list(folder));
  const below = (uri: string, path: string) => `${storeFolder(uri)}/${checkArtifactPath(path)}`;
  const presigned = (): never => {
    throw failure('HF-MLF-008', { why: 'Presigned addresses are not there for artifacts that this server keeps: read and write them through it' });
  };

  return {
    listArtifacts: async ({ input, may }) => listFolder(artifacts, may, (await runs.get(input.run_id)).artifact_uri, input.path),
    listStore: async ({ input, may }) => {
      const folder = checkArtifactFolder(input.path);
      if (isOwn(folder)) await may.model(ownModel(folder), 'read');
      const entries = await list(folder);
      const shown = isOwn(folder) ? entries : await may.entriesSeen(folder, entries);
      return { files: some(shown.map((entry) => entryView(entry.name, entry))) };
    },
    readArtifact: async (call) => sendFile(artifacts, await stat(call.rest), call, on_error),
    writeArtifact: async (call) => {
      refuseOwn(call.rest);
      await artifacts.put(call.rest, bodyOf(call));
      return {};
    },
    deleteArtifact: async ({ rest, by }) => {
      refuseOwn(rest);
      await artifacts.delete(rest, by);
      return {};
    },
    getArtifactOfRun: async (call) => {
      const path = below((await runs.get(call.input.run_id)).artifact_uri, call.input.path);
      await mayFile(call.may, path, 'read'); // somebody may keep another experiment in a folder of the run
      return sendFile(artifacts, await stat(path), call, on_error);
    },
    getArtifactOfVersion: async (call) => {
      const { input } = call;
      const row = await registry.version_records.get(input.name, Number(input.version));
      const storage = await storageOf(row.source ?? ownSource(row.model, row.version), { tracking, registry });
      return sendFile(artifacts, await stat(below(storage, input.path)), call, on_error);
    },
    createUpload: () => inParts('Multipart upload'),
    completeUpload: () => inParts('Multipart upload'),
    abortUpload: () => inParts('Multipart upload'),
    presignedDownload: () => inParts('Multipart download'),
    presignUpload: presigned,
    presignDownload: presigned,
  };
}

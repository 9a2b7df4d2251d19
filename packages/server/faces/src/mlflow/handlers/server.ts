// mlflow: what the server says of itself.
import type { MlflowHandlers } from '../call.ts';

/** The newest MLflow whose protocol is spoken without a store of traces: from 3.4 on a client would send them as OTLP. */
const spoken_version = '3.3.2';

export const serverHandlers: MlflowHandlers = {
  version: async ({ reply }) => reply.type('text/plain').send(spoken_version),
  serverInfo: async () => ({
    store_type: 'SqlStore',
    workspaces_enabled: false,
    multipart_uploads_enabled: false,
    multipart_downloads_enabled: false,
    trace_archival_enabled: false,
    server: 'holdfast',
  }),
};

// mlflow: what the server says of itself.
import type { MlflowHandlers } from '../call.ts';

/** A version of MLflow whose client is run against this server (tests/interop): from 3.4 on a client sends spans as OTLP. */
const spoken_version = '3.17.2';

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

// ingest: takes the sync exchange in, many in one commit.
export { type Exchange, Ingest, type IngestOptions } from './ingest.ts';

// Tracking: the artifact store behind `mlflow-artifacts:`. Bytes are blobs, streamed both ways; a path is a row that appears after they are on disk.
import type { Readable } from 'node:stream';
import { type Clock, failure } from '@holdfast/base';
import type { Blobs } from '@holdfast/blobs';
import type { Actor, Audit, Db } from '@holdfast/postgres';
import { checkArtifactFolder, checkArtifactPath } from './artifact-path.ts';
import * as table from './artifact-table.ts';

const entries_max = 100_000;
export const proxied = 'mlflow-artifacts:';

export class Artifacts {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #audit: Audit;
  readonly #blobs: Blobs;

  constructor(options: { db: Db; clock: Clock; audit: Audit; blobs: Blobs }) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#audit = options.audit;
    this.#blobs = options.blobs;
  }

  /** Memory stays bounded, whatever the size. A source that ends in an error stores nothing. */
  async put(path: string, source: AsyncIterable<Uint8Array> | Uint8Array): Promise<table.ArtifactRow> {
    checkArtifactPath(path);
    const { digest, size_bytes } = await this.#blobs.put(source);
    const row = { path, digest, size_bytes, changed_ms: this.#clock.wall_ms() };
    await this.#db.transaction().execute(async (trx) => {
      const obstacle = await table.findObstacle(trx, path);
      if (obstacle) throw failure('HF-TRACK-013', { path, ...obstacle });
      await table.putArtifact(trx, row);
    });
    return row;
  }
  async stat(path: string): Promise<table.ArtifactRow> {
    const row = await table.findArtifact(this.#db, checkArtifactPath(path));
    if (!row) throw failure('HF-TRACK-012', { path });
    return row;
  }
  read(row: table.ArtifactRow, range?: { from: number; to: number }): Promise<Readable> {
    return this.#blobs.read(row.digest, range);
  }
  /** Empty for a folder that is not there. */
  list(folder: string): Promise<table.ArtifactEntry[]> {
    return table.listFolder(this.#db, checkArtifactFolder(folder), entries_max);
  }
  filesBelow(folder: string): Promise<table.ArtifactRow[]> {
    return table.filesBelow(this.#db, checkArtifactFolder(folder), entries_max);
  }
  /** The file or everything in the folder; the blobs stay, since others may hold the same bytes. */
  async delete(path: string, by: Actor): Promise<void> {
    checkArtifactPath(path);
    await this.#db.transaction().execute(async (trx) => {
      const gone = await table.deleteArtifacts(trx, path);
      if (gone.length === 0) throw failure('HF-TRACK-012', { path });
      await this.#audit(trx, { by, action: 'artifact.delete', object: path, before: { files: gone.length, first: gone.slice(0, 100) }, after: null });
    });
  }
}

/** The path in the store of an address below `mlflow-artifacts:`, or null for one that the client reaches by itself. */
export function storePath(uri: string): string | null {
  if (!uri.startsWith(proxied)) return null;
  return uri
    .slice(proxied.length)
    .replace(/^\/\/[^/]*/, '')
    .replace(/^\/+/, '')
    .replace(/\/+$/, '');
}

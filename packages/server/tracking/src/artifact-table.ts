// The only SQL of artifact: which path holds which blob. Paths sort by code point, so that a folder is one range of keys.
import { type Db, sql } from '@holdfast/postgres';

export interface ArtifactRow {
  path: string;
  digest: string;
  size_bytes: number;
  changed_ms: number;
}
const tables = (db: Db) => db.$extendTables<{ artifact: ArtifactRow }>();

export const findArtifact = (db: Db, path: string) => tables(db).selectFrom('artifact').selectAll().where('path', '=', path).executeTakeFirst();
export const putArtifact = (trx: Db, row: ArtifactRow) =>
  tables(trx)
    .insertInto('artifact')
    .values(row)
    .onConflict((c) => c.column('path').doUpdateSet({ digest: row.digest, size_bytes: row.size_bytes, changed_ms: row.changed_ms }))
    .execute();

/** The range of keys below a folder: from `folder/` to before `folder0`, the character after the slash. */
const below = (folder: string) => (folder === '' ? sql<boolean>`true` : sql<boolean>`path >= ${`${folder}/`} and path < ${`${folder}0`}`);

/** A file where the path needs a folder, or a folder where it needs a file; two writers of one tree come one after the other. */
export async function findObstacle(trx: Db, path: string): Promise<{ other: string; kind: string } | null> {
  await sql`select pg_advisory_xact_lock(hashtext('artifact'), hashtext(${path.split('/')[0]!}))`.execute(trx);
  const parents = path
    .split('/')
    .map((_, i, all) => all.slice(0, i).join('/'))
    .slice(1);
  const file = await tables(trx)
    .selectFrom('artifact')
    .select('path')
    .where('path', '=', sql<string>`any(${parents}::text[])`)
    .executeTakeFirst();
  if (file) return { other: file.path, kind: 'a file' };
  const inside = await tables(trx).selectFrom('artifact').select('path').where(below(path)).limit(1).executeTakeFirst();
  return inside ? { other: path, kind: 'a folder' } : null;
}

/** The file of this path and everything below it; what was removed. */
export const deleteArtifacts = (trx: Db, path: string) =>
  tables(trx)
    .deleteFrom('artifact')
    .where((e) => e.or([e('path', '=', path), below(path)]))
    .returning(['path', 'digest'])
    .execute();

export interface ArtifactEntry {
  readonly name: string;
  readonly is_dir: boolean;
  readonly size_bytes: number;
}
/** What lies directly in the folder, by name. */
export async function listFolder(db: Db, folder: string, limit: number): Promise<ArtifactEntry[]> {
  const skip = folder === '' ? 0 : folder.length + 1;
  const rest = sql`substr(path, ${skip + 1}::int)`;
  const { rows } = await sql<ArtifactEntry>`
    select split_part(${rest}, '/', 1) as name, bool_or(position('/' in ${rest}) > 0) as is_dir, max(size_bytes) as size_bytes
    from artifact where ${below(folder)} group by 1 order by 1 limit ${limit}`.execute(db);
  return rows;
}
/** Every file below the folder, by path. */
export const filesBelow = (db: Db, folder: string, limit: number) =>
  tables(db).selectFrom('artifact').selectAll().where(below(folder)).orderBy('path').limit(limit).execute();

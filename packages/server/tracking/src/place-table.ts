// tracking: where things belong, as access asks it: the experiment of a run, of a logged model or of a path of the store, and its project. It only reads.
import { storePath } from './artifacts.ts';
import { type Db, type RawBuilder, type Sight, default_project, project_tag, seen, sql } from '@holdfast/postgres';

/** An experiment, and the project that it is in. */
export interface Place {
  readonly id: number;
  readonly project: string;
}

/** The project of the experiment with this id. */
export const projectOf = (id: RawBuilder<unknown>): RawBuilder<string> =>
  sql<string>`coalesce((select nullif(p.value, '') from experiment_tag p where p.experiment_id = ${id} and p.key = ${project_tag}), ${default_project})`;

const places = async (db: Db, from: RawBuilder<unknown>): Promise<(Place & { of: string })[]> =>
  (await sql<Place & { of: string }>`select e.id, ${projectOf(sql`e.id`)} as project, ${from}`.execute(db)).rows;

export const experimentPlace = async (db: Db, id: number): Promise<Place | undefined> =>
  (await places(db, sql`'' as of from experiment e where e.id = ${id}`))[0];
export const experimentPlaceByName = async (db: Db, name: string): Promise<Place | undefined> =>
  (await places(db, sql`'' as of from experiment e where e.name = ${name}`))[0];
export async function experimentNames(db: Db, ids: readonly number[]): Promise<Map<number, string>> {
  const { rows } = await sql<{ id: number; name: string }>`select id, name from experiment where id = any(${[...ids]}::bigint[])`.execute(db);
  return new Map(rows.map((row) => [row.id, row.name]));
}
export const loggedModelPlace = async (db: Db, model_id: string): Promise<Place | undefined> =>
  (await places(db, sql`'' as of from logged_model m join experiment e on e.id = m.experiment_id where m.id = ${model_id} and m.deleted_ms is null`))[0];
/** Where the files of a logged model lie: `…/models/ID/artifacts/…`. Anybody may call other folders so, and choose an id: only its own address tells. */
const namesModel = (_: string, i: number, parts: readonly string[]): boolean => parts[i - 1] === 'models' && parts[i + 1] === 'artifacts';
export async function loggedModelsAt(db: Db, path: string): Promise<string[]> {
  const ids = path.split('/').filter(namesModel);
  if (ids.length === 0) return [];
  const { rows } = await sql<{ id: string; artifact_uri: string }>`select id, artifact_uri from logged_model where id = any(${ids}::text[])`.execute(db);
  return rows.filter((row) => `${path}/`.startsWith(`${storePath(row.artifact_uri)}/`)).map((row) => row.id);
}
/** By the ids of the runs that are there. */
export const runPlaces = async (db: Db, ids: readonly string[]): Promise<Map<string, Place>> =>
  new Map(
    (await places(db, sql`r.id as of from run r join experiment e on e.id = r.experiment_id where r.id = any(${[...ids]}::text[])`)).map((row) => [
      row.of,
      row,
    ]),
  );
/** By the ids of the traces that are there. */
export const tracePlaces = async (db: Db, ids: readonly string[]): Promise<Map<string, Place>> =>
  new Map(
    (await places(db, sql`t.id as of from trace t join experiment e on e.id = t.experiment_id where t.id = any(${[...ids]}::text[])`)).map((row) => [
      row.of,
      row,
    ]),
  );

/** The expression of an index. */
const folder = sql`rtrim(regexp_replace(e.artifact_location, '^mlflow-artifacts:(//[^/]*)?/*', ''), '/')`;
const inStore = sql`e.artifact_location like 'mlflow-artifacts:%'`;

/** The experiments in whose folders the path lies: more than one where somebody put a folder into another's. */
export const holdersOf = (db: Db, path: string): Promise<Place[]> => {
  const above = path.split('/').map((_, i, parts) => parts.slice(0, i + 1).join('/'));
  return places(db, sql`'' as of from experiment e where ${folder} = any(${above}::text[]) and ${inStore}`);
};
/** The experiments whose folders lie below the path, all of them below the root; with their folders. */
export const heldBelow = (db: Db, path: string): Promise<(Place & { of: string })[]> =>
  places(db, sql`${folder} as of from experiment e where starts_with(${folder}, ${path === '' ? '' : `${path}/`}) and ${inStore}`);

/** Of the experiments with these ids, those that the sight shows. */
export async function seenExperiments(db: Db, sight: Sight, ids: readonly number[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select e.id from experiment e where e.id = any(${[...ids]}::bigint[]) and ${seen(sight, sql`e.id`, projectOf(sql`e.id`))}`.execute(db);
  return rows.map((row) => row.id);
}

export interface ProjectCount {
  readonly project: string;
  readonly experiments: number;
  readonly runs: number;
}
/** Of experiments and runs that are not deleted. */
export async function countProjects(db: Db, sight: Sight | null): Promise<ProjectCount[]> {
  const { rows } = await sql<ProjectCount>`
    select project, count(*) as experiments, sum(runs)::bigint as runs from (
      select ${projectOf(sql`e.id`)} as project, (select count(*) from run r where r.experiment_id = e.id and r.lifecycle_stage = 'active') as runs
      from experiment e where e.lifecycle_stage = 'active' and ${seen(sight, sql`e.id`, projectOf(sql`e.id`))}
    ) as one group by project order by project`.execute(db);
  return rows;
}

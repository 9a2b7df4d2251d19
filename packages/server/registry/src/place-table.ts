// registry: where models belong, as access asks it: the project of a model, and the models whose versions hold a folder of the artifact store. It only reads.
import { type Db, type RawBuilder, type Sight, default_project, project_tag, seen, sql } from '@holdfast/postgres';

/** A model by the number that stays with it, and the project that it is in. */
export interface ModelPlace {
  readonly id: number;
  readonly name: string;
  readonly project: string;
}

export const modelProject = (name: RawBuilder<unknown>): RawBuilder<string> =>
  sql<string>`coalesce((select nullif(p.value, '') from model_tag p where p.model = ${name} and p.key = ${project_tag}), ${default_project})`;
/** Whether the model of this name is shown. */
export const seenModel = (sight: Sight | null | undefined, name: RawBuilder<unknown>): RawBuilder<boolean> =>
  sight ? seen(sight, sql`(select i.id from model i where i.name = ${name})`, modelProject(name)) : seen(null, name, name);

const place_columns = sql`m.id, m.name, ${modelProject(sql`m.name`)} as project`;

export async function modelPlaces(db: Db, names: readonly string[]): Promise<ModelPlace[]> {
  const { rows } = await sql<ModelPlace>`select ${place_columns} from model m where m.name = any(${[...names]}::text[])`.execute(db);
  return rows;
}
export async function modelPlacesById(db: Db, ids: readonly number[]): Promise<ModelPlace[]> {
  const { rows } = await sql<ModelPlace>`select ${place_columns} from model m where m.id = any(${[...ids]}::bigint[])`.execute(db);
  return rows;
}

/** The expression of an index. */
const folder = sql`left(rtrim(regexp_replace(r.source, '^mlflow-artifacts:(//[^/]*)?/*', ''), '/'), 500)`;

/** Versions that hold one of these folders of the store, or one of these logged models. */
export async function versionsHolding(
  db: Db,
  of: { folders: readonly string[]; logged_models: readonly string[] },
): Promise<{ model: string; version: number }[]> {
  const named = of.logged_models.flatMap((id) => [`models:/${id}`, `models:///${id}`]);
  const { rows } = await sql<{ model: string; version: number }>`
    select r.model, r.version from version_record r join model_version v on v.model = r.model and v.version = r.version and v.deleted_ms is null
    where (${folder} = any(${of.folders.map((path) => path.slice(0, 500))}::text[]) and r.source like 'mlflow-artifacts:%')
      or r.logged_model = any(${[...of.logged_models]}::text[]) or ${folder} = any(${named}::text[])`.execute(db);
  return rows;
}
/** Versions that were made of one of these, by number or by an alias that names it now. */
export async function versionsMadeOf(db: Db, of: readonly { model: string; version: number }[]): Promise<{ model: string; version: number }[]> {
  const { rows } = await sql<{ model: string; version: number }>`
    with origin as (
      select 'models:/' || g.model || '/' || g.version as source from unnest(${of.map((one) => one.model)}::text[], ${of.map((one) => one.version)}::integer[]) as g (model, version)
      union all select 'models:/' || a.model || '@' || a.alias from model_alias a
        join unnest(${of.map((one) => one.model)}::text[], ${of.map((one) => one.version)}::integer[]) as g (model, version) on a.model = g.model and a.version = g.version
    )
    select r.model, r.version from version_record r join origin o on ${folder} = left(o.source, 500)
      join model_version v on v.model = r.model and v.version = r.version and v.deleted_ms is null`.execute(db);
  return rows;
}

export async function countProjects(db: Db, sight: Sight | null): Promise<{ project: string; models: number }[]> {
  const { rows } = await sql<{ project: string; models: number }>`
    select project, count(*) as models from (select ${modelProject(sql`m.name`)} as project from model m where ${seenModel(sight, sql`m.name`)}) as one
    group by project order by project`.execute(db);
  return rows;
}

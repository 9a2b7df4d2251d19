// postgres: what a search shows to somebody who may not see everything: ids that are shown or hidden by themselves, and projects for the rest. A room
// filters by it in its SQL, so that pages are full and counts are of what may be seen. Whoever asks without one sees everything.
import { type RawBuilder, sql } from 'kysely';

export interface Sight {
  /** Whether it is shown where neither its id nor its project is listed. */
  readonly otherwise: boolean;
  /** The projects for which it is the other way round. */
  readonly projects: readonly string[];
  readonly shown: readonly number[];
  readonly hidden: readonly number[];
}

/** The project of what says nothing of one. */
export const default_project = 'default';
/** The tag that names the project of an experiment or a registered model. */
export const project_tag = 'project';

export function sees({ otherwise, projects, shown, hidden }: Sight, of: { readonly id: number; readonly project: string }): boolean {
  if (shown.includes(of.id)) return true;
  return !hidden.includes(of.id) && projects.includes(of.project) !== otherwise;
}

/** The same as a condition; of nobody's sight it is `true`. */
export function seen(sight: Sight | null | undefined, id: RawBuilder<unknown>, project: RawBuilder<unknown>): RawBuilder<boolean> {
  if (!sight) return sql<boolean>`true`;
  const [shown, hidden] = [sql`${id} = any(${[...sight.shown]}::bigint[])`, sql`${id} = any(${[...sight.hidden]}::bigint[])`];
  return sql<boolean>`(${shown} or (not ${hidden} and (${project} = any(${[...sight.projects]}::text[])) <> ${sight.otherwise}))`;
}

// web/projects: what the pages of projects and the panel of grants ask.
import { type Reply, useRoute } from '../../app/api.ts';

export type Project = Reply<'projectList'>['projects'][number];
export type Grant = Reply<'grantList'>['grants'][number];
export type Level = Grant['level'];
export type ObjectKind = Grant['object']['kind'];

export const useProjects = () => useRoute('projectList', {});
export const useGrants = (kind: ObjectKind, name: string) => useRoute('grantList', { query: { object_kind: kind, object: name } });

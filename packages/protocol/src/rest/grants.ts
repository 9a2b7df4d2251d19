// Routes of grants and projects: who may do what with one experiment, model or project.
import { type Static, Type } from 'typebox';
import { route } from './route.ts';
import { Id, Limit, Nullable, Ok, Project, RowId, Time, closed } from './shapes.ts';

export const Level = Type.Union([Type.Literal('none'), Type.Literal('read'), Type.Literal('edit'), Type.Literal('manage')]);
export type Level = Static<typeof Level>;
const SubjectKind = Type.Union([Type.Literal('user'), Type.Literal('token')]);
const ObjectKind = Type.Union([Type.Literal('experiment'), Type.Literal('model'), Type.Literal('project')]);
const ObjectName = Type.String({ minLength: 1, maxLength: 500 });

export const GrantView = Type.Object({
  id: RowId,
  subject: Type.Object({ kind: SubjectKind, name: Id, label: Type.String({ description: 'the name of the user or of the token' }) }),
  object: Type.Object({ kind: ObjectKind, name: Type.String() }),
  level: Level,
  created_ms: Time,
  created_by: Type.String(),
});
export type GrantView = Static<typeof GrantView>;

export const ProjectView = Type.Object({
  name: Type.String(),
  experiments: Type.Integer(),
  runs: Type.Integer(),
  models: Type.Integer(),
  members: Nullable(Type.Integer({ description: 'users and tokens with a grant on it, and tokens that belong to it; null for whoever may not manage it' })),
});
export type ProjectView = Static<typeof ProjectView>;

export const grantRoutes = {
  grantList: route({
    method: 'GET',
    path: '/api/v1/grants',
    access: 'guest',
    summary: 'Grants on one object, for whoever may manage it; without an object the own ones, and for an administrator those of one subject, or all',
    query: Type.Object(
      {
        object_kind: Type.Optional(ObjectKind),
        object: Type.Optional(ObjectName),
        subject_kind: Type.Optional(SubjectKind),
        subject: Type.Optional(Id),
        limit: Limit,
      },
      closed,
    ),
    reply: Type.Object({ grants: Type.Array(GrantView) }),
  }),
  grantSet: route({
    method: 'PUT',
    path: '/api/v1/grants',
    access: 'guest',
    summary: 'Give a user (by name) or a token (by id) a level on an experiment, a model or a project; whoever manages it may',
    body: Type.Object(
      {
        subject: Type.Object({ kind: SubjectKind, name: Id }, closed),
        object: Type.Object({ kind: ObjectKind, name: ObjectName }, closed),
        level: Level,
      },
      closed,
    ),
    reply: GrantView,
  }),
  grantRemove: route({
    method: 'DELETE',
    path: '/api/v1/grants/:id',
    access: 'guest',
    summary: 'Take a grant back; whoever manages its object may',
    params: Type.Object({ id: RowId }),
    reply: Ok,
  }),
  projectList: route({
    method: 'GET',
    path: '/api/v1/projects',
    access: 'guest',
    summary: 'Projects, with what whoever asks may see of them',
    reply: Type.Object({ projects: Type.Array(ProjectView) }),
  }),
  projectMove: route({
    method: 'POST',
    path: '/api/v1/projects/:name/moves',
    access: 'guest',
    summary: 'Move an experiment or a model into the project: it needs to be managed, and the project to be edited',
    params: Type.Object({ name: Project }),
    body: Type.Object({ kind: Type.Union([Type.Literal('experiment'), Type.Literal('model')]), name: ObjectName }, closed),
    reply: Ok,
  }),
};

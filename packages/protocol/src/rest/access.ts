// Routes of access: sessions, users, tokens, audit.
import { type Static, Type } from 'typebox';
import { route } from './route.ts';
import { DurationIn, Id, Limit, Name, Nullable, Ok, Project, RowId, Time, byId, closed } from './shapes.ts';

export const Role = Type.Union([Type.Literal('guest'), Type.Literal('viewer'), Type.Literal('editor'), Type.Literal('admin')]);
export type Role = Static<typeof Role>;

export const SessionView = Type.Object({
  user: Type.String(),
  role: Role,
  expires_ms: Nullable(Time),
  first_use: Type.Boolean({ description: 'no user has a passphrase yet' }),
});
export const UserView = Type.Object({ name: Name, role: Role, created_ms: Time });
export const TokenView = Type.Object({
  id: Id,
  name: Name,
  role: Role,
  project: Nullable(Project),
  created_ms: Time,
  expires_ms: Nullable(Time),
  used_ms: Nullable(Time),
  created_by: Type.String(),
});
export const AuditView = Type.Object({
  id: Type.Integer(),
  at_ms: Time,
  actor: Type.String(),
  action: Type.String(),
  object: Type.String(),
  before: Type.Unknown(),
  after: Type.Unknown(),
  from: Type.String({ description: 'network address' }),
});
export type AuditView = Static<typeof AuditView>;

const Passphrase = Type.String({ maxLength: 1000 });

export const accessRoutes = {
  linkLogin: route({
    method: 'POST',
    path: '/api/v1/session/link',
    access: 'public',
    summary: 'Sign in with a one-time link',
    body: Type.Object({ token: Type.String({ maxLength: 200 }) }, closed),
    reply: SessionView,
  }),
  loginLink: route({
    method: 'POST',
    path: '/api/v1/login-links',
    access: 'admin',
    summary: 'Make a one-time login link of an administrator: its secret goes behind /login#',
    reply: Type.Object({ secret: Type.String(), expires_ms: Time }),
  }),
  login: route({
    method: 'POST',
    path: '/api/v1/session',
    access: 'public',
    summary: 'Sign in with a passphrase',
    body: Type.Object({ name: Name, passphrase: Passphrase }, closed),
    reply: SessionView,
  }),
  session: route({ method: 'GET', path: '/api/v1/session', access: 'guest', summary: 'Who is signed in', reply: SessionView }),
  logout: route({ method: 'DELETE', path: '/api/v1/session', access: 'guest', summary: 'Sign out', reply: Ok }),
  userList: route({ method: 'GET', path: '/api/v1/users', access: 'admin', summary: 'List users', reply: Type.Object({ users: Type.Array(UserView) }) }),
  userPut: route({
    method: 'PUT',
    path: '/api/v1/users',
    access: 'admin',
    summary: 'Make a user, or set role and passphrase',
    body: Type.Object({ name: Name, role: Role, passphrase: Passphrase }, closed),
    reply: UserView,
  }),
  userDelete: route({
    method: 'DELETE',
    path: '/api/v1/users/:name',
    access: 'admin',
    summary: 'Remove a user and its sessions',
    params: Type.Object({ name: Name }),
    reply: Ok,
  }),
  tokenList: route({
    method: 'GET',
    path: '/api/v1/tokens',
    access: 'admin',
    summary: 'List API tokens',
    reply: Type.Object({ tokens: Type.Array(TokenView) }),
  }),
  tokenCreate: route({
    method: 'POST',
    path: '/api/v1/tokens',
    access: 'admin',
    summary: 'Make an API token; its secret is shown once',
    body: Type.Object({ name: Name, role: Role, project: Type.Optional(Project), expires_in_ms: Type.Optional(DurationIn(1000)) }, closed),
    reply: Type.Object({ token: TokenView, secret: Type.String() }),
  }),
  tokenDelete: route({ method: 'DELETE', path: '/api/v1/tokens/:id', access: 'admin', summary: 'Revoke an API token', params: byId, reply: Ok }),
  audit: route({
    method: 'GET',
    path: '/api/v1/audit',
    access: 'admin',
    summary: 'Changes, newest first',
    query: Type.Object({ object: Type.Optional(Type.String({ maxLength: 200 })), before: Type.Optional(RowId), limit: Limit }, closed),
    reply: Type.Object({ rows: Type.Array(AuditView) }),
  }),
};

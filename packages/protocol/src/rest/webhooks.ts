// Routes of webhooks: who outside hears of changes in the registry, how the last call went, and what waits.
import { type Static, Type } from 'typebox';
import { route } from './route.ts';
import { Id, Nullable, Ok, Time, byId, closed } from './shapes.ts';

export const WebhookRow = Type.Object({
  id: Id,
  name: Type.String(),
  description: Nullable(Type.String()),
  url: Type.String(),
  events: Type.Array(Type.String()),
  is_active: Type.Boolean(),
  has_secret: Type.Boolean(),
  created_ms: Time,
  updated_ms: Time,
  last_ms: Nullable(Time),
  last_status: Nullable(Type.Integer()),
  last_error: Nullable(Type.String()),
  failures: Type.Integer({ description: 'calls in a row that went wrong' }),
  waiting: Type.Integer(),
});
export type WebhookRow = Static<typeof WebhookRow>;

export const webhookRoutes = {
  webhookList: route({
    method: 'GET',
    path: '/api/v1/webhooks',
    access: 'admin',
    summary: 'All webhooks, with how their last call went',
    reply: Type.Object({ webhooks: Type.Array(WebhookRow) }),
  }),
  webhookCreate: route({
    method: 'POST',
    path: '/api/v1/webhooks',
    access: 'admin',
    summary: 'Call an address at changes in the registry; the secret signs every call, and is never shown',
    body: Type.Object(
      {
        name: Type.String({ pattern: '^[a-zA-Z0-9]([a-zA-Z0-9_.-]{0,61}[a-zA-Z0-9])?$' }),
        url: Type.String({ minLength: 1, maxLength: 2_048 }),
        events: Type.Array(Type.String({ maxLength: 100 }), { minItems: 1, maxItems: 100 }),
        secret: Type.Optional(Type.String({ minLength: 1, maxLength: 1_000 })),
      },
      closed,
    ),
    reply: WebhookRow,
  }),
  webhookDelete: route({
    method: 'DELETE',
    path: '/api/v1/webhooks/:id',
    access: 'admin',
    summary: 'Remove a webhook, with what waits for it',
    params: byId,
    reply: Ok,
  }),
  webhookTest: route({
    method: 'POST',
    path: '/api/v1/webhooks/:id/test',
    access: 'admin',
    summary: 'Call the address once, now, with an example',
    params: byId,
    reply: Type.Object({ status: Nullable(Type.Integer()), text: Type.String(), error: Nullable(Type.String()) }),
  }),
};

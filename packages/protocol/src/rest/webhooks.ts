// Routes of webhooks and channels: who outside hears of changes in the registry and of alerts, how the last call went, and what waits.
import { type Static, Type } from 'typebox';
import { route } from './route.ts';
import { Id, Nullable, Ok, Time, byId, byName, closed } from './shapes.ts';

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

const Outcome = Type.Object({ status: Nullable(Type.Integer()), text: Type.String(), error: Nullable(Type.String()) });

const ChannelKind = Type.Union([Type.Literal('webhook'), Type.Literal('slack'), Type.Literal('email')]);
const AlertEvents = Type.Array(Type.Union([Type.Literal('alert.opened'), Type.Literal('alert.device_joined'), Type.Literal('alert.resolved')]), {
  minItems: 1,
  maxItems: 3,
});
const Channel = Type.Object({
  name: Type.String(),
  kind: ChannelKind,
  to: Type.String({ description: 'an address, of Slack its host alone; e-mail: recipients with commas between' }),
  model: Nullable(Type.String({ description: 'whose alerts; null: of every model' })),
  events: AlertEvents,
  enabled: Type.Boolean(),
  has_secret: Type.Boolean(),
  updated_ms: Time,
  last_ms: Nullable(Time),
  last_status: Nullable(Type.Integer()),
  last_error: Nullable(Type.String()),
  failures: Type.Integer({ description: 'messages in a row that could not be sent' }),
  waiting: Type.Integer(),
});

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
    reply: Outcome,
  }),
  channelList: route({
    method: 'GET',
    path: '/api/v1/channels',
    access: 'admin',
    summary: 'All channels of alerts, with how their last message went',
    reply: Type.Object({ channels: Type.Array(Channel) }),
  }),
  channelPut: route({
    method: 'PUT',
    path: '/api/v1/channels/:name',
    access: 'admin',
    summary: 'Tell somebody outside of alerts: by a signed call, a Slack-shaped message or an e-mail; a secret that is not given stays',
    params: byName,
    body: Type.Object(
      {
        kind: ChannelKind,
        to: Type.String({ minLength: 1, maxLength: 6_000 }),
        model: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
        events: Type.Optional(AlertEvents),
        secret: Type.Optional(Type.String({ minLength: 1, maxLength: 1_000 })),
        enabled: Type.Optional(Type.Boolean()),
      },
      closed,
    ),
    reply: Channel,
  }),
  channelRemove: route({
    method: 'DELETE',
    path: '/api/v1/channels/:name',
    access: 'admin',
    summary: 'Remove a channel, with what waits for it',
    params: byName,
    reply: Ok,
  }),
  channelTest: route({
    method: 'POST',
    path: '/api/v1/channels/:name/test',
    access: 'admin',
    summary: 'Send an example once, now',
    params: byName,
    reply: Outcome,
  }),
};

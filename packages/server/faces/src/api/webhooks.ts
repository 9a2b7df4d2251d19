// Handlers of webhooks and of channels.
import { failure } from '@holdfast/base';
import { type ChannelView, type WebhookEvent, type WebhookView, webhook_events } from '@holdfast/webhooks';
import { exampleOf } from '../mlflow/webhook-examples.ts';
import type { FaceOptions } from '../rooms.ts';
import type { Handlers } from './call.ts';

const shown_max = 1_000;

function eventOf(name: string): WebhookEvent {
  const event = webhook_events.find((one) => one === name);
  if (event === undefined) throw failure('HF-REQ-001', { where: 'body/events', saw: JSON.stringify(name), expected: webhook_events.join(', ') });
  return event;
}
const channelView = (channel: ChannelView) => ({ ...channel, events: [...channel.events] });
const view = (hook: WebhookView) => ({ ...hook, events: [...hook.events] });

export function webhookHandlers({ rooms: { webhooks } }: FaceOptions) {
  return {
    webhookList: async () => ({ webhooks: (await webhooks.list('', shown_max)).webhooks.map(view) }),
    webhookCreate: async ({ body: { name, url, events, secret }, by }) =>
      view(await webhooks.create({ name, url, events: events.map(eventOf), secret, is_active: true }, by)),
    webhookDelete: async ({ params, by }) => {
      await webhooks.delete(params.id, by);
      return { ok: true };
    },
    webhookTest: async ({ params, by }) => webhooks.test(params.id, undefined, exampleOf, by),

    channelList: async () => ({ channels: (await webhooks.channels.list()).map(channelView) }),
    channelPut: async ({ params, body, by }) => channelView(await webhooks.channels.put({ name: params.name, ...body }, by)),
    channelRemove: async ({ params, by }) => {
      await webhooks.channels.remove(params.name, by);
      return { ok: true };
    },
    channelTest: async ({ params, by }) => webhooks.channels.test(params.name, by),
  } satisfies Partial<Handlers>;
}

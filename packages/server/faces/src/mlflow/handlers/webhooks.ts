// mlflow: handlers of webhooks.
import { failure } from '@holdfast/base';
import { type WebhookEvent, type WebhookView, type Webhooks, webhook_events } from '@holdfast/webhooks';
import type { MlflowHandlers } from '../call.ts';
import { pageToken, readPageToken } from '../page-token.ts';
import { some } from '../views.ts';
import { exampleOf } from '../webhook-examples.ts';

interface GivenEvent {
  readonly entity: string;
  readonly action: string;
}
function eventOf({ entity, action }: GivenEvent): WebhookEvent {
  const name = `${entity}.${action}`.toLowerCase();
  const event = webhook_events.find((one) => one === name);
  if (event === undefined) throw failure('HF-MLF-008', { why: `Invalid event '${name}'. Valid events are ${webhook_events.join(', ')}` });
  return event;
}

const webhookView = (hook: WebhookView) => ({
  webhook_id: hook.id,
  name: hook.name,
  description: hook.description ?? undefined,
  url: hook.url,
  events: hook.events.map((event) => {
    const [entity = '', action = ''] = event.toUpperCase().split('.');
    return { entity, action };
  }),
  status: hook.is_active ? 'ACTIVE' : 'DISABLED',
  creation_timestamp: hook.created_ms,
  last_updated_timestamp: hook.updated_ms,
});

export function webhookHandlers(webhooks: Webhooks): MlflowHandlers {
  return {
    createWebhook: async ({ input, by }) => {
      const { name, description, url, events, secret, status } = input;
      if (events.length === 0) throw failure('HF-MLF-001', { field: 'events' });
      const hook = { name, description, url, events: events.map(eventOf), secret: secret || undefined, is_active: status === 'ACTIVE' };
      return { webhook: webhookView(await webhooks.create(hook, by)) };
    },
    listWebhooks: async ({ input }) => {
      const [after = ''] = readPageToken(input.page_token, ['webhooks']) ?? [];
      const { webhooks: found, next } = await webhooks.list(String(after), input.max_results);
      return { webhooks: some(found.map(webhookView)), next_page_token: next === null ? undefined : pageToken([next], ['webhooks']) };
    },
    getWebhook: async ({ input }) => ({ webhook: webhookView(await webhooks.get(input.webhook_id)) }),
    updateWebhook: async ({ input, by }) => {
      const { webhook_id, name, description, url, events, secret, status } = input;
      const set = { name, description, url, secret: secret || undefined, is_active: status && status === 'ACTIVE' };
      const changed = await webhooks.update(webhook_id, { ...set, events: events.length === 0 ? undefined : events.map(eventOf) }, by);
      return { webhook: webhookView(changed) };
    },
    deleteWebhook: async ({ input, by }) => {
      await webhooks.delete(input.webhook_id, by);
      return {};
    },
    testWebhook: async ({ input, by }) => {
      const { status, text, error } = await webhooks.test(input.webhook_id, input.event && eventOf(input.event), exampleOf, by);
      const response = status === null ? {} : { response_status: status, response_body: text };
      return { result: { success: error === null, ...response, error_message: error ?? undefined } };
    },
  };
}

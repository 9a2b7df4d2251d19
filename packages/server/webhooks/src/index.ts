// webhooks: who outside hears of what changes here, and every call that is made for it.
export { Webhooks } from './webhooks.ts';
export { type NewWebhook, type Outcome, type WebhookEvent, type WebhookView, webhook_events } from './types.ts';
export { migrations as webhookMigrations } from './migrations.ts';

// webhooks: who outside hears of what changes here, and every call that is made for it.
export { Webhooks } from './webhooks.ts';
export { Mail, type MailOptions } from './mail.ts';
export { type ChannelView, type NewWebhook, type Outcome, type WebhookEvent, type WebhookView, alert_events, channel_kinds, webhook_events } from './types.ts';
export { migrations as webhookMigrations } from './migrations.ts';

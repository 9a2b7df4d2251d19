// mlflow: the routes of webhooks. An address may hold a secret: only administrators see them.
import { choice, int64, list, message, required, route, text } from '../fields.ts';
import { page_token } from './parts.ts';

const at = '/2.0/mlflow/webhooks';
const entity = choice(
  [
    'ENTITY_UNSPECIFIED', 'REGISTERED_MODEL', 'MODEL_VERSION', 'MODEL_VERSION_TAG', 'MODEL_VERSION_ALIAS',
    'PROMPT', 'PROMPT_VERSION', 'PROMPT_TAG', 'PROMPT_VERSION_TAG', 'PROMPT_ALIAS', 'BUDGET_POLICY',
  ],
  required,
); // prettier-ignore
const action = choice(['ACTION_UNSPECIFIED', 'CREATED', 'UPDATED', 'DELETED', 'SET', 'EXCEEDED'], required);
const event = message({ entity, action });
const events = list(event, { items_max: 100 });
const status = choice(['ACTIVE', 'DISABLED'], { first: 1 });
const webhook_id = text({ ...required, chars_max: 100 });
const name = text({ ...required, rule: 'webhook_name' });
const url = text({ ...required, chars_max: 2_048 });
const description = text({ chars_max: 1_000 });
const secret = text({ chars_max: 1_000, note: 'signs every call; it is never shown again' });

const shared = { access: 'admin', tier: 2 } as const;

export const webhookRoutes = {
  createWebhook: route({
    ...shared,
    methods: ['POST'],
    path: at,
    summary: 'Call an address at changes of models, versions, tags, aliases and prompts',
    fields: { name, description, url, events: { ...events, ...required }, secret, status: { ...status, default: 'ACTIVE' } },
  }),
  listWebhooks: route({
    ...shared,
    methods: ['GET'],
    path: at,
    summary: 'List webhooks',
    fields: { max_results: int64({ min: 1, max: 1_000, default: 100 }), page_token },
  }),
  getWebhook: route({ ...shared, methods: ['GET'], path: `${at}/:webhook_id`, summary: 'One webhook', fields: { webhook_id } }),
  updateWebhook: route({
    ...shared,
    methods: ['PATCH'],
    path: `${at}/:webhook_id`,
    summary: 'Change a webhook; what is absent stays',
    fields: { webhook_id, name: text({ rule: 'webhook_name' }), description, url: text({ chars_max: 2_048 }), events, secret, status },
  }),
  deleteWebhook: route({ ...shared, methods: ['DELETE'], path: `${at}/:webhook_id`, summary: 'Remove a webhook', fields: { webhook_id } }),
  testWebhook: route({
    ...shared,
    methods: ['POST'],
    path: `${at}/:webhook_id/test`,
    summary: 'Call the address once, now, with an example',
    fields: { webhook_id, event },
  }),
};

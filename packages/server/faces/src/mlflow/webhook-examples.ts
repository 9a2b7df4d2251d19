// mlflow: what a webhook is called with when it is tried out: MLflow's own examples (mlflow/webhooks/types.py).
import type { WebhookEvent } from '@holdfast/webhooks';

type Fields = Readonly<Record<string, unknown>>;

const tags = { example_key: 'example_value' };
const tag = { key: 'example_key', value: 'example_value' };

/** The same for models and prompts, but for their names. */
function fieldsOf(kind: string, action: string, name: string): Fields {
  const version = '1';
  if (kind === 'version_tag') return { name, version, ...(action === 'set' ? tag : { key: tag.key }) };
  if (kind === 'tag') return { name, ...(action === 'set' ? tag : { key: tag.key }) };
  if (kind === 'alias') return { name, alias: 'example_alias', ...(action === 'created' ? { version } : {}) };
  if (kind !== 'version') return { name, tags, description: `An example ${name === 'example_prompt' ? 'prompt' : 'registered model'}` };
  if (name === 'example_prompt') return { name, version, template: 'Hello {{name}}!', tags, description: 'An example prompt version' };
  return { name, version, source: 'models:/123', run_id: 'abcd1234abcd5678', tags, description: 'An example model version' };
}

export function exampleOf(event: WebhookEvent): Fields {
  const [entity = '', action = ''] = event.split('.');
  const is_prompt = entity.startsWith('prompt');
  const kind = entity.replace(/^(?:prompt|model_version(?=_alias)|registered_model|model)_?/, '');
  return fieldsOf(kind, action, is_prompt ? 'example_prompt' : 'example_model');
}

// webhooks: what the audit says of the registry, as news in MLflow's words. The audit has every change once, whoever made it: a client of MLflow,
// our own API, a workflow, a rollout.
import { HoldfastError } from '@holdfast/base';
import type { AuditNews } from '@holdfast/access';
import type { Registry } from '@holdfast/registry';
import type { News, WebhookEvent } from './types.ts';

export const registry_actions = ['model.create', 'model.tag', 'model.untag', 'version.register', 'version.tag', 'version.untag', 'alias.set', 'alias.remove'];

type Fields = Readonly<Record<string, unknown>>;
/** MLflow keeps prompts as models with this tag; the others of these are its own, and not for receivers. */
const prompt_tag = 'mlflow.prompt.is_prompt';
const prompt_text = 'mlflow.prompt.text';
const inner_tags = [prompt_tag, prompt_text, '_mlflow_prompt_type'];

export interface NewsOptions {
  readonly registry: Registry;
  /** Where clients of MLflow find the files of a version that was registered by its digest. */
  readonly own_source: (model: string, version: number) => string;
}

export async function newsOf(rows: readonly AuditNews[], options: NewsOptions): Promise<News[]> {
  const found: News[] = [];
  for (const row of rows) found.push(...(await newsOfRow(row, options)));
  return found;
}

async function newsOfRow(row: AuditNews, options: NewsOptions): Promise<News[]> {
  if (!registry_actions.includes(row.action)) return [];
  const [model = '', part = ''] = row.object.split('/');
  const of = { model, part, before: fieldsOf(row.before), after: fieldsOf(row.after) };
  const is_prompt = (await tagsOfModel(options.registry, model, of.after))[prompt_tag] === 'true';
  const said = await sayings[row.action]!(of, is_prompt, options);
  const made = of.after['made_model'] === true ? [{ event: 'registered_model.created', data: { name: model, tags: {}, description: null } } as const] : [];
  return [...made, ...(said ? [said] : [])].map(({ event, data }) => ({ news: row.id, at_ms: row.at_ms, event, data }));
}

interface Changed {
  readonly model: string;
  /** The version, or the alias. */
  readonly part: string;
  readonly before: Fields;
  readonly after: Fields;
}
type Saying = { readonly event: WebhookEvent; readonly data: Fields } | null;
type Say = (of: Changed, is_prompt: boolean, options: NewsOptions) => Saying | Promise<Saying>;

const sayings: Readonly<Record<string, Say>> = {
  'model.create': ({ model: name, after }, is_prompt) => {
    const data = { name, tags: tagsOf(after['tags'], is_prompt), description: textOrNull(after['description']) };
    return { event: is_prompt ? 'prompt.created' : 'registered_model.created', data };
  },
  'model.tag': ({ model: name, after }, is_prompt) => (is_prompt ? { event: 'prompt_tag.set', data: { name, ...pairOf(after) } } : null),
  'model.untag': ({ model: name, before }, is_prompt) => (is_prompt ? { event: 'prompt_tag.deleted', data: { name, key: before['key'] } } : null),
  'version.register': sayVersion,
  'version.tag': ({ model: name, part: version, after }, is_prompt) => ({
    event: is_prompt ? 'prompt_version_tag.set' : 'model_version_tag.set',
    data: { name, version, ...pairOf(after) },
  }),
  'version.untag': ({ model: name, part: version, before }, is_prompt) => ({
    event: is_prompt ? 'prompt_version_tag.deleted' : 'model_version_tag.deleted',
    data: { name, version, key: before['key'] },
  }),
  'alias.set': ({ model: name, part: alias, after }, is_prompt) => ({
    event: is_prompt ? 'prompt_alias.created' : 'model_version_alias.created',
    data: { name, alias, version: String(after['version']) },
  }),
  'alias.remove': ({ model: name, part: alias }, is_prompt) => ({
    event: is_prompt ? 'prompt_alias.deleted' : 'model_version_alias.deleted',
    data: { name, alias },
  }),
};

/** A row of the audit that was too long says less: the rest comes from the registry, where the version is still there. */
async function sayVersion({ model: name, part: version, after }: Changed, is_prompt: boolean, { registry, own_source }: NewsOptions): Promise<Saying> {
  const [record] = await orNone(async () => registry.version_records.details([await registry.version_records.get(name, Number(version))]));
  const tags = after['tags'] ?? record?.tags;
  const said = { name, version, tags: tagsOf(tags, is_prompt), description: textOrNull(record?.row.description) };
  if (is_prompt) return { event: 'prompt_version.created', data: { ...said, template: tagsOf(tags, false)[prompt_text] ?? null } };
  const source = textOrNull(after['source']) ?? record?.row.source ?? own_source(name, Number(version));
  const run_id = textOrNull(fieldsOf(after['lineage'])['run']);
  return { event: 'model_version.created', data: { ...said, source, run_id } };
}

async function tagsOfModel(registry: Registry, model: string, after: Fields): Promise<Record<string, string>> {
  if (Array.isArray(after['tags']) && 'created_ms' in after && !('version' in after)) return tagsOf(after['tags'], false); // the model as it was made
  const [record] = await orNone(async () => registry.model_records.details([await registry.model_records.get(model)]));
  return tagsOf(record?.tags, false);
}
/** Nothing where the model or version is gone by now. */
async function orNone<T>(read: () => Promise<T[]>): Promise<T[]> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof HoldfastError && error.status === 404) return [];
    throw error;
  }
}

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {});
const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const pairOf = (fields: Fields) => ({ key: fields['key'], value: fields['value'] });
function tagsOf(value: unknown, without_inner: boolean): Record<string, string> {
  const pairs = Array.isArray(value) ? (value as { key: string; value: string }[]) : [];
  return Object.fromEntries(pairs.filter(({ key }) => !(without_inner && inner_tags.includes(key))).map((pair) => [pair.key, pair.value]));
}

// mlflow: registered models and versions as MLflow's clients read them, and what a search for them asks. A version's number is text.
import type { ModelRecord, RecordCondition, Registry, VersionRecord } from '@holdfast/registry';
import type { Condition, Tracking } from '@holdfast/tracking';
import type { May } from '../may.ts';
import { prompt_tag } from './filter/subjects.ts';
import { ownSource } from './own-versions.ts';
import { sourceShown } from './sources.ts';
import { pairsView, some } from './views.ts';

const versionView = ({ row, tags, aliases }: VersionRecord, source: string) => ({
  name: row.model,
  version: String(row.version),
  creation_timestamp: row.created_ms,
  last_updated_timestamp: row.updated_ms,
  user_id: row.created_by,
  current_stage: row.stage,
  description: row.description,
  source,
  run_id: row.run_id ?? '',
  run_link: row.run_link,
  status: 'READY',
  tags: pairsView(tags),
  aliases: some(aliases),
  model_id: row.logged_model ?? undefined,
});

export type VersionView = ReturnType<typeof versionView>;

export const versionViews = (may: May, found: readonly VersionRecord[], rooms: { registry: Registry; tracking: Tracking }): Promise<VersionView[]> =>
  Promise.all(found.map(async (one) => versionView(one, await sourceShown(may, one.row.source ?? ownSource(one.row.model, one.row.version), rooms))));

export const modelView = ({ row, tags, aliases }: ModelRecord, latest: readonly VersionView[]) => ({
  name: row.name,
  creation_timestamp: row.created_ms,
  last_updated_timestamp: row.updated_ms,
  description: row.description,
  latest_versions: some(latest),
  tags: pairsView(tags),
  aliases: some(aliases.map(({ alias, version }) => ({ alias, version: String(version) }))),
});

/** A condition of the filter on a column or a tag. What was never said to be a prompt is none. */
export const recordCondition = <C extends string>({ entity, key, comparator, value }: Condition): RecordCondition<C> => ({
  column: entity === 'attribute' ? (key as C) : undefined,
  key,
  comparator,
  value,
  or_missing: key === prompt_tag && ((comparator === '!=' && value === 'true') || (comparator === '=' && value === 'false')),
});

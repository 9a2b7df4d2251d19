// mlflow: handlers of model versions.
import { type VersionColumn, type VersionRecordRow, stageNamed, version_columns } from '@holdfast/registry';
import type { Rooms } from '../../rooms.ts';
import type { May } from '../../may.ts';
import { takeOverProject } from '../../projects.ts';
import type { MlflowHandlers } from '../call.ts';
import { parseFilter } from '../filter/parse.ts';
import { parseOrder } from '../filter/order.ts';
import { version_subject } from '../filter/subjects.ts';
import { pageToken, readPageToken } from '../page-token.ts';
import { recordCondition, versionViews } from '../registry-views.ts';
import { ownSource } from '../own-versions.ts';
import type { MlflowSettings } from '../settings.ts';
import { checkSource, filesAt, maySource, runBehind, storageOf } from '../sources.ts';
import { some } from '../views.ts';
import { orderOf } from './models.ts';

export function versionHandlers({ registry, tracking }: Pick<Rooms, 'registry' | 'tracking'>, settings: MlflowSettings): MlflowHandlers {
  const { model_records: models, version_records: versions } = registry;
  const views = async (may: May, rows: readonly VersionRecordRow[]) => versionViews(may, await versions.details(rows), { registry, tracking });
  const show = async (may: May, name: string, version: string) => ({ model_version: (await views(may, [await versions.get(name, Number(version))]))[0] });

  return {
    createModelVersion: async ({ input, by, may }) => {
      const { name: model, source, run_id, run_link = '', description = '', model_id, tags } = input;
      checkSource(input, settings);
      await maySource(may, source, { registry, tracking });
      if (run_id) await may.run(run_id, 'read');
      if (model_id) await may.loggedModel(model_id, 'read');
      if (model_id) await maySource(may, `models:/${model_id}`, { registry, tracking });
      await models.get(model);
      const files = await filesAt(await storageOf(source, { tracking, registry }), { tracking, registry });
      const run = run_id || (await runBehind(source, tracking));
      const given = { model, source, files, run_id: run, run_link, description, logged_model: model_id || undefined, tags, by };
      const made = await versions.create(given);
      if (run !== undefined) await takeOverProject({ registry, tracking }, may, { model, run }, by);
      return { model_version: (await views(may, [made]))[0] };
    },
    getModelVersion: ({ input, may }) => show(may, input.name, input.version),
    searchModelVersions: async ({ input, may }) => {
      const { filter, order_by, max_results: limit } = input;
      const asked = ['versions', filter, order_by];
      const { rows, next } = await versions.search({
        conditions: parseFilter(filter, version_subject).map(recordCondition<VersionColumn>),
        order: orderOf(parseOrder(order_by, version_subject), version_columns),
        limit,
        after: readPageToken(input.page_token, asked),
        sight: may.models,
      });
      return { model_versions: some(await views(may, rows)), next_page_token: next ? pageToken(next, asked) : undefined };
    },
    updateModelVersion: async ({ input, by, may }) => {
      await versions.describe(input.name, Number(input.version), input.description ?? '', by);
      return show(may, input.name, input.version);
    },
    transitionStage: async ({ input, by, may }) => {
      const { name: model, version, stage, archive_existing_versions: archive_others } = input;
      await versions.moveToStage({ model, version: Number(version), stage, archive_others, by });
      return show(may, model, version);
    },
    deleteModelVersion: async ({ input, by }) => {
      await versions.delete(input.name, Number(input.version), by);
      return {};
    },
    setModelVersionTag: async ({ input, by }) => {
      await versions.setTag(input.name, Number(input.version), { key: input.key, value: input.value }, by);
      return {};
    },
    deleteModelVersionTag: async ({ input, by }) => {
      await versions.deleteTag(input.name, Number(input.version), input.key, by);
      return {};
    },
    getLatestVersions: async ({ input, may }) => {
      await models.get(input.name);
      const stages = input.stages.map(stageNamed);
      const rows = (await versions.latest(input.name)).filter((row) => stages.length === 0 || stages.some((stage) => stage === row.stage));
      return { model_versions: some(await views(may, rows)) };
    },
    getDownloadUri: async ({ input }) => {
      const row = await versions.get(input.name, Number(input.version));
      const source = row.source ?? ownSource(row.model, row.version);
      return { artifact_uri: await storageOf(source, { tracking, registry }) };
    },
  };
}

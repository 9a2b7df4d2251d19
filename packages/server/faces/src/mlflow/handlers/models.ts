// mlflow: handlers of registered models.
import { failure } from '@holdfast/base';
import { type ModelColumn, type Registry, model_columns } from '@holdfast/registry';
import type { MlflowHandlers } from '../call.ts';
import { parseFilter } from '../filter/parse.ts';
import { parseOrder } from '../filter/order.ts';
import { model_subject } from '../filter/subjects.ts';
import { pageToken, readPageToken } from '../page-token.ts';
import { modelView, recordCondition, versionView } from '../registry-views.ts';
import { some } from '../views.ts';

export function modelHandlers(registry: Registry): MlflowHandlers {
  const { model_records: models, version_records: versions } = registry;
  const views = async (rows: readonly Awaited<ReturnType<typeof models.get>>[]) => {
    const found = await models.details(rows);
    const latest = Map.groupBy(await versions.details(found.flatMap((one) => one.latest)), (version) => version.row.model);
    return found.map((one) => modelView(one, latest.get(one.row.name) ?? []));
  };
  const show = async (name: string) => ({ registered_model: (await views([await models.get(name)]))[0] });

  return {
    createRegisteredModel: async ({ input, by }) => {
      const { name } = await models.create({ name: input.name, description: input.description ?? '', tags: input.tags, by });
      return show(name);
    },
    getRegisteredModel: async ({ input }) => show(input.name),
    searchRegisteredModels: async ({ input }) => {
      const { filter, order_by, max_results: limit } = input;
      const asked = ['models', filter, order_by];
      const { rows, next } = await models.search({
        conditions: parseFilter(filter, model_subject).map(recordCondition<ModelColumn>),
        order: orderOf(parseOrder(order_by, model_subject), model_columns),
        limit,
        after: readPageToken(input.page_token, asked),
      });
      return { registered_models: some(await views(rows)), next_page_token: next ? pageToken(next, asked) : undefined };
    },
    renameRegisteredModel: async ({ input, by }) => {
      await models.rename(input.name, input.new_name, by);
      return show(input.new_name);
    },
    updateRegisteredModel: async ({ input, by }) => {
      await models.describe(input.name, input.description ?? '', by);
      return show(input.name);
    },
    deleteRegisteredModel: async ({ input, by }) => {
      await models.delete(input.name, by);
      return {};
    },
    setRegisteredModelTag: async ({ input, by }) => {
      await models.setTag(input.name, { key: input.key, value: input.value }, by);
      return {};
    },
    deleteRegisteredModelTag: async ({ input, by }) => {
      await models.deleteTag(input.name, input.key, by);
      return {};
    },
    setAlias: async ({ input, by }) => {
      const { name: model, alias } = input;
      const { version } = await versions.get(model, Number(input.version));
      await registry.setAlias({ model, alias, version, by, reason: '' });
      return {};
    },
    getByAlias: async ({ input }) => {
      await models.get(input.name);
      return { model_version: versionView((await versions.details([await versions.byAlias(input.name, input.alias)]))[0]!) };
    },
    deleteAlias: async ({ input, by }) => {
      await models.get(input.name);
      await registry.deleteAlias(input.name, input.alias, by);
      return {};
    },
  };
}

/** Of tags nothing is ordered. */
export function orderOf<C extends string>(order: ReturnType<typeof parseOrder>, columns: readonly C[]): { column: C; ascending: boolean }[] {
  return order.map(({ entity, key, ascending }) => {
    const column = entity === 'attribute' ? columns.find((one) => one === key) : undefined;
    if (column === undefined) throw failure('HF-MLF-008', { why: `Invalid order_by clause: there is no order by ${entity} '${key}'` });
    return { column, ascending };
  });
}

// mlflow: handlers of registered models.
import { failure } from '@holdfast/base';
import { type ModelColumn, model_columns } from '@holdfast/registry';
import type { Rooms } from '../../rooms.ts';
import type { May } from '../../may.ts';
import type { MlflowHandlers } from '../call.ts';
import { parseFilter } from '../filter/parse.ts';
import { parseOrder } from '../filter/order.ts';
import { model_subject } from '../filter/subjects.ts';
import { pageToken, readPageToken } from '../page-token.ts';
import { modelView, recordCondition, versionViews } from '../registry-views.ts';
import { some } from '../views.ts';

export function modelHandlers(rooms: Pick<Rooms, 'access' | 'registry' | 'tracking'>): MlflowHandlers {
  const { access, registry } = rooms;
  const { model_records: models, version_records: versions } = registry;
  const views = async (may: May, rows: readonly Awaited<ReturnType<typeof models.get>>[]) => {
    const found = await models.details(rows);
    const latest = await versionViews(may, await versions.details(found.flatMap((one) => one.latest)), rooms);
    const latest_of = Map.groupBy(latest, (version) => version.name);
    return found.map((one) => modelView(one, latest_of.get(one.row.name) ?? []));
  };
  const show = async (may: May, name: string) => ({ registered_model: (await views(may, [await models.get(name)]))[0] });

  return {
    createRegisteredModel: async ({ input, by, may }) => {
      const { name, description = '' } = input;
      await may.make('model', input.tags, (tags, within) => models.create({ name, description, tags, by, within }));
      return show(may, name);
    },
    getRegisteredModel: async ({ input, may }) => show(may, input.name),
    searchRegisteredModels: async ({ input, may }) => {
      const { filter, order_by, max_results: limit } = input;
      const asked = ['models', filter, order_by];
      const { rows, next } = await models.search({
        conditions: parseFilter(filter, model_subject).map(recordCondition<ModelColumn>),
        order: orderOf(parseOrder(order_by, model_subject), model_columns),
        limit,
        after: readPageToken(input.page_token, asked),
        sight: may.models,
      });
      return { registered_models: some(await views(may, rows)), next_page_token: next ? pageToken(next, asked) : undefined };
    },
    renameRegisteredModel: async ({ input, by, may }) => {
      await models.rename(input.name, input.new_name, by);
      return show(may, input.new_name);
    },
    updateRegisteredModel: async ({ input, by, may }) => {
      await models.describe(input.name, input.description ?? '', by);
      return show(may, input.name);
    },
    deleteRegisteredModel: async ({ input, by }) => {
      const place = await registry.places.model(input.name);
      await models.delete(input.name, by);
      if (place) await access.grants.removeOn({ kind: 'model', id: String(place.id) }, by);
      return {};
    },
    setRegisteredModelTag: async ({ input, by, may }) => {
      await may.retag(input.name, input.key, input.value);
      await models.setTag(input.name, { key: input.key, value: input.value }, by);
      return {};
    },
    deleteRegisteredModelTag: async ({ input, by, may }) => {
      await may.retag(input.name, input.key, null);
      await models.deleteTag(input.name, input.key, by);
      return {};
    },
    setAlias: async ({ input, by }) => {
      const { name: model, alias } = input;
      const { version } = await versions.get(model, Number(input.version));
      await registry.setAlias({ model, alias, version, by, reason: '' });
      return {};
    },
    getByAlias: async ({ input, may }) => {
      await models.get(input.name);
      const found = await versions.details([await versions.byAlias(input.name, input.alias)]);
      return { model_version: (await versionViews(may, found, rooms))[0] };
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

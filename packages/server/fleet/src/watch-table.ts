// The only SQL of watch_rule: by which rule the devices of a model judge their own windows. Monitors say it, the desired state carries it.
import { type Db } from '@holdfast/postgres';
import type { WatchRule } from '@holdfast/protocol';

export interface WatchRuleRow extends WatchRule {
  readonly model: string;
}
const tables = (db: Db) => db.$extendTables<{ watch_rule: WatchRuleRow }>();

export const findWatchRules = (db: Db, models: readonly string[]) =>
  models.length === 0
    ? Promise.resolve([])
    : tables(db)
        .selectFrom('watch_rule')
        .selectAll()
        .where('model', 'in', [...models])
        .execute();
export const putWatchRule = (db: Db, { model, ...rule }: WatchRuleRow) =>
  tables(db)
    .insertInto('watch_rule')
    .values({ model, ...rule })
    .onConflict((c) => c.column('model').doUpdateSet(rule))
    .execute();

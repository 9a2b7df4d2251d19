// postgres: the database, given by an address or started as a child of our own. The only room that imports pg or kysely.
export { type Database, type Db, type NoTables, openDatabase } from './database.ts';
export { type Migration, migrate } from './migrate.ts';
export { announce, wake_channel } from './announce.ts';
export { type Actor, type Audit, type Change, serverActor } from './change.ts';
export {
  type Column,
  type Comparator,
  type Compared,
  type Place,
  type PageQuery,
  type SearchPage,
  type Term,
  compare,
  readPage,
  readParts,
  termsOf,
} from './keyset.ts';
export { prepared } from './prepared.ts';
export { readColumns } from './columns.ts';
export { type Sight, default_project, project_tag, seen, sees } from './sight.ts';
export { type EmbeddedOptions, type EmbeddedPostgres, startEmbedded } from './embedded/start.ts';
export { type Program, findPrograms } from './embedded/programs.ts';
export {
  type ColumnType,
  type Expression,
  type ExpressionBuilder,
  type Generated,
  type GeneratedAlways,
  type Insertable,
  type JSONColumnType,
  Kysely,
  type RawBuilder,
  type Selectable,
  type SelectQueryBuilder,
  type SqlBool,
  type Transaction,
  type Updateable,
  sql,
} from 'kysely';

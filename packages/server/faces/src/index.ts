// faces: the protocols that the server speaks. A face parses, calls a room, and formats.
export { makeApp } from './app.ts';
export type { FaceOptions, Rooms, Wakes } from './rooms.ts';
export { problemOf } from './problem.ts';
export type { MlflowSettings } from './mlflow/settings.ts';
export { type Field as MlflowField, type MlflowRoute } from './mlflow/fields.ts';
export { mlflowRoutes } from './mlflow/routes/index.ts';
export { ruleText as mlflowRuleText } from './mlflow/rules.ts';
export { ownSource } from './mlflow/own-versions.ts';

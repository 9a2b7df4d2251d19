// mlflow: every route of tiers 0 and 1, in one table.
import { artifactRoutes } from './artifacts.ts';
import { experimentRoutes } from './experiments.ts';
import { registryRoutes } from './registry.ts';
import { traceRoutes } from './traces.ts';
import { webhookRoutes } from './webhooks.ts';
import { loggedModelRoutes, runRoutes } from './runs.ts';

export const mlflowRoutes = { ...experimentRoutes, ...runRoutes, ...loggedModelRoutes, ...artifactRoutes, ...registryRoutes, ...traceRoutes, ...webhookRoutes };
export type MlflowRouteName = keyof typeof mlflowRoutes;

/** What MLflow's server has and this one has not: answered with 501 and a sentence, whatever comes below. */
export const absent_families: readonly { readonly path: RegExp; readonly what: string }[] = [
  { path: /^\/[23]\.0\/mlflow\/gateway/, what: 'The AI gateway of MLflow' },
  { path: /^\/[23]\.0\/mlflow\/(?:datasets|evaluation)/, what: 'The store of evaluation datasets of MLflow' },
  { path: /^\/[23]\.0\/mlflow\/(?:traces|unified-traces|get-online-trace-details)/, what: 'This part of the trace store of MLflow' },
  { path: /^\/[23]\.0\/mlflow\/(?:scorers|prompt-optimization|label-schemas|review-queues|issues|jobs|mcp|assistant)/, what: 'This part of MLflow' },
  { path: /^\/3\.0\/jobs/, what: 'This part of MLflow' },
  { path: /^\/[23]\.0\/mlflow\/workspaces/, what: 'The division into workspaces of MLflow (here: the tag `project`)' },
  {
    path: /^\/[23]\.0\/mlflow\/(?:users|roles|permissions|experiments\/permissions|registered-models\/permissions)/,
    what: "MLflow's own store of users and permissions (here: `holdfast grant set`, or PUT /api/v1/grants)",
  },
  {
    path: /^\/(?:graphql|[23]\.0\/mlflow\/(?:upload-artifact|get-trace-artifact|ui-telemetry|runs\/create-promptlab-run))/,
    what: "What MLflow's own pages ask beside its protocol",
  },
];

// The schemas of our own REST API, /api/v1. One description for server, web UI, command line and OpenAPI.
import { accessRoutes } from './access.ts';
import { datasetRoutes } from './datasets.ts';
import { fleetRoutes } from './fleet.ts';
import { grantRoutes } from './grants.ts';
import { modelRoutes } from './models.ts';
import { performanceRoutes } from './performance.ts';
import { reportRoutes } from './reports.ts';
import { runRoutes } from './runs.ts';
import { traceRoutes } from './traces.ts';
import { trackingRoutes } from './tracking.ts';
import { watchRoutes } from './watch.ts';
import { webhookRoutes } from './webhooks.ts';
import { workRoutes } from './work.ts';

export const routes = {
  ...accessRoutes,
  ...fleetRoutes,
  ...grantRoutes,
  ...modelRoutes,
  ...datasetRoutes,
  ...trackingRoutes,
  ...performanceRoutes,
  ...reportRoutes,
  ...runRoutes,
  ...traceRoutes,
  ...watchRoutes,
  ...webhookRoutes,
  ...workRoutes,
};
export type RouteName = keyof typeof routes;

export type { Static } from 'typebox';
export * from './route.ts';
export * from './access.ts';
export * from './fleet.ts';
export * from './grants.ts';
export * from './datasets.ts';
export * from './models.ts';
export * from './reports.ts';
export * from './runs.ts';
export * from './traces.ts';
export * from './tracking.ts';
export * from './watch.ts';
export * from './webhooks.ts';
export * from './work.ts';

/** RFC 9457 problem, the body of every error of /api/v1 and /api/device/v1. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly hint: string;
  readonly retryable: boolean;
}

/** Names of the events on GET /api/v1/stream (server-sent): each says what changed; the reader asks again for what it shows. */
export const stream_topics = ['devices', 'alerts', 'drift', 'executions', 'rollouts', 'models', 'log'] as const;
export type StreamTopic = (typeof stream_topics)[number];

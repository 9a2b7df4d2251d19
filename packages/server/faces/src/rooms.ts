// What the faces call: every room of the server, made by main.
import type { Access } from '@holdfast/access';
import type { Alerts } from '@holdfast/alerts';
import type { Reports } from '@holdfast/reports';
import type { Clock } from '@holdfast/base';
import type { Datasets } from '@holdfast/datasets';
import type { Fleet } from '@holdfast/fleet';
import type { Ingest } from '@holdfast/ingest';
import type { Monitors } from '@holdfast/monitors';
import type { Registry } from '@holdfast/registry';
import type { Rollouts } from '@holdfast/rollouts';
import type { Telemetry } from '@holdfast/telemetry';
import type { Tracking } from '@holdfast/tracking';
import type { Triggers } from '@holdfast/triggers';
import type { Webhooks } from '@holdfast/webhooks';
import type { Workflows } from '@holdfast/workflows';
import type { MlflowSettings } from './mlflow/settings.ts';

export interface Rooms {
  readonly clock: Clock;
  readonly access: Access;
  readonly fleet: Fleet;
  readonly registry: Registry;
  readonly datasets: Datasets;
  readonly tracking: Tracking;
  readonly telemetry: Telemetry;
  readonly ingest: Ingest;
  readonly monitors: Monitors;
  readonly alerts: Alerts;
  readonly reports: Reports;
  readonly triggers: Triggers;
  readonly workflows: Workflows;
  readonly rollouts: Rollouts;
  readonly webhooks: Webhooks;
}

/** Wake-ups for whoever looks at a page: a topic, no facts. */
export interface Wakes {
  subscribe(hear: (topic: string) => void): () => void;
}

export interface FaceOptions {
  readonly rooms: Rooms;
  readonly wakes: Wakes;
  /** Everybody is an administrator; allowed on loopback alone, main sees to it. */
  readonly no_auth: boolean;
  /** Settings of MLflow's server; absent: its defaults. */
  readonly mlflow?: MlflowSettings | undefined;
  /** Folder of the built web UI; absent: no pages. */
  readonly web_folder?: string | undefined;
  /** The address that devices reach the server at, for join addresses: HOST:PORT. */
  readonly public_address: () => string;
  /** Between two beats of a live stream; absent: 20 seconds. */
  readonly beat_ms?: number | undefined;
  readonly on_error: (error: Error) => void;
}

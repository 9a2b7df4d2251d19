// Makes every room of the server, in the order of the ranks. Composition only.
import { randomBytes } from 'node:crypto';
import { Access, accessMigrations, makeAudit } from '@holdfast/access';
import { Alerts, alertMigrations } from '@holdfast/alerts';
import { Reports, reportMigrations } from '@holdfast/reports';
import { type Clock, systemClock } from '@holdfast/base';
import type { Blobs } from '@holdfast/blobs';
import { Datasets, datasetMigrations } from '@holdfast/datasets';
import { type Rooms, ownSource } from '@holdfast/faces';
import { Fleet, fleetMigrations } from '@holdfast/fleet';
import { Ingest } from '@holdfast/ingest';
import { Monitors, monitorMigrations } from '@holdfast/monitors';
import type { Db, Migration } from '@holdfast/postgres';
import { Registry, registryMigrations } from '@holdfast/registry';
import { Rollouts, rolloutMigrations } from '@holdfast/rollouts';
import { Telemetry, telemetryMigrations } from '@holdfast/telemetry';
import { Tracking, trackingMigrations } from '@holdfast/tracking';
import { Triggers, triggerMigrations } from '@holdfast/triggers';
import { Mail, type MailOptions, Webhooks, webhookMigrations } from '@holdfast/webhooks';
import { Workflows, workflowMigrations } from '@holdfast/workflows';

/** Every migration of every room, in the order of their names. */
export const migrations: readonly Migration[] = [
  ...accessMigrations,
  ...fleetMigrations,
  ...telemetryMigrations,
  ...registryMigrations,
  ...datasetMigrations,
  ...trackingMigrations,
  ...monitorMigrations,
  ...alertMigrations,
  ...reportMigrations,
  ...triggerMigrations,
  ...workflowMigrations,
  ...rolloutMigrations,
  ...webhookMigrations,
].toSorted((a, b) => (a.name < b.name ? -1 : 1));

export interface RoomOptions {
  readonly db: Db;
  readonly blobs: Blobs;
  readonly clock?: Clock;
  readonly admin_token?: string | undefined;
  /** How often a new device syncs. */
  readonly poll_ms: number;
  readonly window_inferences: number;
  /** Where new experiments keep their artifacts; absent: in the blobs. */
  readonly artifact_root?: string | undefined;
  /** Webhooks may call addresses that are not on the internet. */
  readonly allow_private_webhooks?: boolean | undefined;
  /** How e-mail goes out; absent: none does. */
  readonly mail?: MailOptions | undefined;
  /** What a link to a page of ours begins with. */
  readonly link_base?: (() => string) | undefined;
  readonly on_error: (error: Error) => void;
}

export async function makeRooms(options: RoomOptions): Promise<Rooms> {
  const { db, blobs, clock = systemClock, on_error } = options;
  const random = (size: number) => randomBytes(size);
  const base = { db, clock, random, audit: makeAudit(clock) };
  const capture = { window_inferences: options.window_inferences, sample_every: 500, sample_every_drifted: 4 };
  const access = new Access({ ...base, admin_token: options.admin_token });
  const fleet = await Fleet.open({ ...base, poll_ms: options.poll_ms, capture });
  const registry = new Registry({ ...base, blobs, sign: (type, payload) => fleet.keys.sign(type, payload) });
  const datasets = new Datasets({ ...base, blobs });
  const tracking = new Tracking({ ...base, blobs, artifact_root: options.artifact_root });
  const telemetry = new Telemetry(base);
  const ingest = new Ingest({ ...base, fleet, telemetry, on_error });
  const monitors = new Monitors({ ...base, telemetry, registry, fleet });
  const alerts = new Alerts({ ...base, monitors, fleet, telemetry });
  const reports = new Reports({ ...base, fleet, registry, telemetry, monitors, alerts });
  const triggers = new Triggers({ ...base, alerts });
  const workflows = new Workflows({ ...base, triggers, datasets, registry, telemetry, tracking });
  const rollouts = new Rollouts({ ...base, fleet, registry, workflows });
  const webhooks = new Webhooks({
    ...base,
    access,
    alerts,
    registry,
    own_source: ownSource,
    mail: new Mail(options.mail ?? {}),
    link_base: options.link_base ?? (() => ''),
    allow_private: options.allow_private_webhooks ?? false,
    on_error,
  });
  return { clock, access, fleet, registry, datasets, tracking, telemetry, ingest, monitors, alerts, reports, triggers, workflows, rollouts, webhooks };
}

// Handlers of monitors, alerts and triggers; those of drift are beside.
import type { AlertFeature } from '@holdfast/alerts';
import type { Monitors } from '@holdfast/monitors';
import type { AlertView, MonitorView, TriggerView } from '@holdfast/protocol/rest';
import type { FaceOptions } from '../rooms.ts';
import type { Handlers } from './call.ts';
import { driftHandlers } from './drift.ts';

export function watchHandlers(options: FaceOptions) {
  const { monitors, alerts, triggers, workflows } = options.rooms;

  const withFirings = async (rows: Awaited<ReturnType<typeof alerts.list>>): Promise<AlertView[]> => {
    const requests = await triggers.requestsOfAlerts(rows.map((row) => row.id));
    const executions = new Map((await workflows.executions.executionsOfRequests(requests.map((r) => r.id))).map((e) => [e.trigger_request, e.id]));
    return rows.map((row) => ({
      ...row,
      features: row.features.map((feature) => ({ ...feature })),
      devices: row.devices.map((d) => ({ ...d, features: d.features.map(featureView) })),
      firings: requests
        .filter((r) => r.alert === row.id)
        .map((r) => ({ trigger: r.trigger_name, execution: executions.get(r.id) ?? null, outcome: r.outcome, at_ms: r.at_ms })),
    }));
  };
  const one = async (row: Awaited<ReturnType<typeof alerts.alert>>) => (await withFirings([row]))[0]!;
  const triggerView = async (row: Awaited<ReturnType<typeof triggers.list>>[number]): Promise<TriggerView> => {
    const executions = new Map((await workflows.executions.executionsOfRequests(row.requests.map((r) => r.id))).map((e) => [e.trigger_request, e.id]));
    return {
      name: row.name,
      workflow: row.workflow,
      on: { kind: 'alert', model: row.model },
      cooldown_ms: row.cooldown_ms,
      params: { ...row.params },
      enabled: row.enabled,
      firings: row.requests.map((r) => ({ cause: r.cause, at_ms: r.at_ms, outcome: r.outcome, execution: executions.get(r.id) ?? null })),
    };
  };

  return {
    ...driftHandlers(options),
    monitorList: async () => {
      const alarms = await alerts.alarmsOfMonth();
      return { monitors: (await monitors.list()).map((row) => withAlarms(row, alarms)) };
    },
    monitorPut: async ({ params, body, by }) => withAlarms(await monitors.put(params.name, body, by), await alerts.alarmsOfMonth()),
    alertList: async ({ query }) => ({
      alerts: await withFirings(await alerts.list(query.state, query.limit ?? 100)),
      refused: await alerts.refused(),
    }),
    alertShow: async ({ params }) => one(await alerts.alert(params.id)),
    alertAck: async ({ params, body, by }) => one(await alerts.acknowledge(params.id, by, body.reason)),
    alertSilence: async ({ params, body, by }) => one(await alerts.silence(params.id, by, body.reason, body.for_ms)),
    triggerList: async () => ({ triggers: await Promise.all((await triggers.list()).map(triggerView)) }),
    triggerPut: async ({ params, body, by }) => {
      const { workflow, cooldown_ms, params: given = {}, enabled = true } = body;
      return triggerView(await workflows.putTrigger({ name: params.name, workflow, model: body.on.model, cooldown_ms, params: given, enabled }, by));
    },
    triggerDelete: async ({ params, by }) => {
      await triggers.remove(params.name, by);
      return { ok: true };
    },
  } satisfies Partial<Handlers>;
}

/** The budget of a monitor beside what it has said. */
const withAlarms = (monitor: Awaited<ReturnType<Monitors['list']>>[number], alarms: ReadonlyMap<string, number>): MonitorView => ({
  ...monitor,
  budget: { ...monitor.budget, alarms: alarms.get(monitor.name) ?? 0 },
});

/** Features of before faults were told have none: they had other values. */
const featureView = ({ name, distance, p_value, fault = 'distribution', missing, evidence, effect, signature }: AlertFeature) => ({
  name,
  distance,
  p_value,
  fault,
  ...(missing ? { missing: { ...missing } } : {}),
  ...(evidence === undefined ? {} : { evidence }),
  ...(effect === undefined ? {} : { effect }),
  ...(signature ? { signature } : {}),
});

// Handlers of drift, monitors, alerts and triggers.
import { failure } from '@holdfast/base';
import type { AlertView, TriggerView } from '@holdfast/protocol/rest';
import type { FaceOptions } from '../rooms.ts';
import type { Handlers } from './call.ts';

const history_shown_max = 200;

export function watchHandlers({ rooms }: FaceOptions) {
  const { monitors, alerts, triggers, fleet, registry, workflows, telemetry } = rooms;

  const withFirings = async (rows: Awaited<ReturnType<typeof alerts.list>>): Promise<AlertView[]> => {
    const requests = await triggers.requestsOfAlerts(rows.map((row) => row.id));
    const executions = new Map((await workflows.executions.executionsOfRequests(requests.map((r) => r.id))).map((e) => [e.trigger_request, e.id]));
    return rows.map(({ monitor: _monitor, ...row }) => ({
      ...row,
      devices: row.devices.map((d) => ({ ...d, features: d.features.map(({ name, distance, p_value }) => ({ name, distance, p_value })) })),
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
    driftMap: async ({ query }) => {
      const model = query.model ?? (await registry.models())[0]?.name ?? '';
      const rule = await monitors.rule(model);
      const verdicts = await monitors.lastVerdicts(model);
      const devices = (await fleet.byId(verdicts.map((v) => v.device))).filter((d) => d.removed_ms === null).toSorted((a, b) => (a.name < b.name ? -1 : 1));
      const live = new Set(devices.map((d) => d.id));
      const cells = verdicts
        .filter((v) => live.has(v.device))
        .flatMap((v) =>
          v.readings.map((r) => ({
            device: v.device,
            feature: r.name,
            distance: r.distance,
            p_value: r.p_value,
            threshold: rule.distance_min,
            drifted: r.drifted,
            window: v.window_number,
            inferences: v.inferences,
            at_ms: v.at_ms,
          })),
        );
      const greatest = new Map<string, number>();
      for (const cell of cells) greatest.set(cell.feature, Math.max(greatest.get(cell.feature) ?? 0, cell.distance));
      const version = new Map(verdicts.map((v) => [v.device, v.model_version]));
      return {
        model,
        rule: rule.sentence,
        features: [...greatest].toSorted((a, b) => b[1] - a[1]).map(([name]) => name),
        devices: devices.map((d) => ({ id: d.id, name: d.name, model_version: version.get(d.id) ?? 0 })),
        cells,
      };
    },
    driftDetail: async ({ query }) => {
      const { id } = await fleet.device(query.device);
      const { verdict, window, profile } = await monitors.detail(id, query.window);
      const counted = shapeOf(window.body, profile, query.feature);
      if (!counted) throw failure('HF-REQ-009', { kind: 'feature', name: query.feature, of: `device ${query.device}`, see: 'drift show' });
      const history = (await monitors.history(id, history_shown_max)).toReversed().flatMap((v) =>
        v.readings
          .filter((r) => r.name === query.feature)
          .map((r) => ({
            id: v.window_id,
            window: v.window_number,
            to_ms: v.at_ms,
            distance: r.distance,
            p_value: r.p_value,
            drifted: r.drifted,
            model_version: v.model_version,
          })),
      );
      const rule = (await monitors.rule(verdict.model)).sentence;
      return {
        device: id,
        feature: query.feature,
        model: verdict.model,
        model_version: verdict.model_version,
        reference: counted.reference,
        current: { ...counted.current, n: window.inferences, from_ms: window.from_ms, to_ms: window.to_ms },
        history,
        rule,
      };
    },
    monitorList: async () => ({ monitors: await monitors.list() }),
    monitorPut: async ({ params, body, by }) => monitors.put(params.name, body, by),
    alertList: async ({ query }) => ({ alerts: await withFirings(await alerts.list(query.state, query.limit ?? 100)) }),
    alertShow: async ({ params }) => one(await alerts.alert(params.id)),
    alertAck: async ({ params, body, by }) => one(await alerts.acknowledge(params.id, by, body.reason)),
    alertSilence: async ({ params, body, by }) => one(await alerts.silence(params.id, by, body.reason, body.for_ms)),
    triggerList: async () => ({ triggers: await Promise.all((await triggers.list()).map(triggerView)) }),
    triggerPut: async ({ params, body, by }) => {
      const { workflow, cooldown_ms, params: given = {}, enabled = true } = body;
      return triggerView(await triggers.put({ name: params.name, workflow, model: body.on.model, cooldown_ms, params: given, enabled }, by));
    },
    triggerDelete: async ({ params, by }) => {
      await triggers.remove(params.name, by);
      return { ok: true };
    },
  } satisfies Partial<Handlers>;

  function shapeOf(
    window: Awaited<ReturnType<typeof telemetry.window>>['body'],
    profile: Awaited<ReturnType<typeof monitors.detail>>['profile'],
    feature: string,
  ) {
    if (feature === 'classes') {
      const edges = window.classes.slice(1).map((_, i) => i + 0.5);
      const total = window.classes.reduce((sum, n) => sum + n, 0);
      const mean = total === 0 ? 0 : window.classes.reduce((sum, n, i) => sum + n * i, 0) / total;
      return {
        reference: { edges, counts: [...(profile?.classes.counts ?? [])], n: profile?.n ?? 0, ...conditionsOf(profile?.classes.conditions) },
        current: { counts: [...window.classes], mean, missing: 0 },
      };
    }
    const known = profile?.features.find((f) => f.name === feature);
    const seen = window.features.find((f) => f.name === feature);
    if (!known || !seen) return null;
    return {
      reference: { edges: [...known.edges], counts: [...known.counts], n: profile!.n, ...conditionsOf(known.conditions) },
      current: { counts: [...seen.counts], mean: seen.moments.mean, missing: seen.missing },
    };
  }
}

const conditionsOf = (conditions: readonly (readonly number[])[] | undefined) => (conditions ? { conditions: conditions.map((counts) => [...counts]) } : {});

// Handlers of the fleet: overview, devices, join tokens, groups.
import type { DeviceView, Overview } from '@holdfast/protocol/rest';
import type { FaceOptions } from '../rooms.ts';
import { activityOf } from './activity.ts';
import type { Handlers } from './call.ts';
import { deviceFlow } from './device-flow.ts';
import { deviceRow, deviceView } from './device-view.ts';
import { driftLines } from './drift-lines.ts';

const day_ms = 86_400_000;
const strip_bucket_ms = 900_000;
const week_ms = 7 * day_ms;
const ill_shown_max = 20;
/** Counted, of those that run or are paused. */
const under_way_max = 1_000;

export function fleetHandlers({ rooms, public_address }: FaceOptions) {
  const { fleet, clock, telemetry, monitors } = rooms;

  const driftedFeatures = async (): Promise<Map<string, DeviceView['drifted']>> => {
    const found = new Map<string, DeviceView['drifted']>();
    for (const { device, monitor, features } of await rooms.alerts.drifted()) {
      const here = features.map(({ name, fault }) => ({
        feature: name,
        monitor,
        fault: fault === 'missing' ? ('missing' as const) : ('distribution' as const),
      }));
      found.set(device, [...(found.get(device) ?? []), ...here]);
    }
    return found;
  };
  const show = async (rows: Awaited<ReturnType<typeof fleet.devices>>): Promise<DeviceView[]> => {
    const drifted = await driftedFeatures();
    return rows.map((row) => deviceView(row, clock.wall_ms(), drifted.get(row.id) ?? []));
  };
  const showOne = async (key: string): Promise<DeviceView> => (await show([await fleet.device(key)]))[0]!;

  return {
    overview: async (): Promise<Overview> => {
      const now = clock.wall_ms();
      const devices = await show(await fleet.devices());
      const from_ms = Math.floor((now - day_ms) / strip_bucket_ms) * strip_bucket_ms;
      const [alerts, rollouts, executions_running, buckets, activity] = await Promise.all([
        rooms.alerts.list('open', 1000),
        rooms.rollouts.list(under_way_max, true),
        rooms.workflows.executions.countRunning(),
        monitors.strip(from_ms, strip_bucket_ms),
        activityOf(rooms),
      ]);
      return {
        server_ms: now,
        devices: countDevices(devices),
        ill: devices
          .filter((d) => d.ill.length > 0)
          .slice(0, ill_shown_max)
          .map(({ id, name, ill }) => ({ device: id, name, text: ill.map((one) => one.text).join('; ') })),
        versions: countVersions(devices),
        alerts_firing: alerts.length,
        rollouts_running: rollouts.length,
        executions_running,
        strip: { bucket_ms: strip_bucket_ms, buckets },
        activity,
      };
    },
    deviceList: async ({ query }) => {
      const limit = query.limit ?? 1000;
      const rows = await fleet.devices({ selector: query.selector, after: query.after, limit: limit + 1 });
      const devices = await show(rows.slice(0, limit));
      const answer = { total: await fleet.count(query.selector), next: rows.length > limit ? devices.at(-1)!.name : null };
      return query.brief ? { devices: [], rows: devices.map(deviceRow), ...answer } : { devices, ...answer };
    },
    deviceShow: async ({ params }) => ({ ...(await showOne(params.id)), ...(await deviceFlow(rooms, await fleet.device(params.id))) }),
    deviceTimeline: async ({ params, query }) => {
      const { id } = await fleet.device(params.id);
      const to_ms = Math.round(query.to_ms ?? clock.wall_ms());
      const from_ms = Math.round(query.from_ms ?? to_ms - 3_600_000);
      const timeline = await telemetry.timeline(id, { from_ms, to_ms, buckets: query.buckets ?? 300 });
      const verdicts = (await monitors.history(id, 1000)).filter((v) => v.at_ms >= from_ms && v.at_ms <= to_ms).toReversed();
      const judged = new Set(verdicts.map((verdict) => verdict.monitor));
      const known = judged.size === 0 ? [] : await monitors.list();
      return {
        ...timeline,
        drift: driftLines(verdicts),
        monitors: known.filter((monitor) => judged.has(monitor.name)).map(({ name, distance_min }) => ({ name, distance_min })),
      };
    },
    devicePatch: async ({ params, body, by }) => showOne((await fleet.patch(params.id, body, by)).id),
    deviceCapture: async ({ params, body: { poll_ms, quarantine, ...given }, by }) => {
      const { capture, poll_ms: poll_before_ms } = await fleet.device(params.id);
      const { quarantine: was, ...rest } = capture;
      const rule = quarantine === undefined ? was : quarantine; // null: none from now on
      await fleet.setCapture(params.id, { ...rest, ...given, ...(rule ? { quarantine: rule } : {}) }, poll_ms ?? poll_before_ms, by);
      return { ok: true };
    },
    deviceRemove: async ({ params, by }) => {
      await fleet.remove(params.id, by);
      return { ok: true };
    },
    joinTokenList: async () => ({ tokens: (await fleet.listJoinTokens()).map((t) => ({ ...t, labels: { ...t.labels } })) }),
    joinTokenCreate: async ({ body, by }) => {
      const { name = 'join', labels = {}, uses_max = 1, expires_in_ms = week_ms } = body;
      const { token, secret } = await fleet.makeJoinToken({ name, labels, uses_max, expires_in_ms }, by);
      return { token: { ...token, labels: { ...token.labels } }, address: `hf://${public_address()}/${secret}` };
    },
    joinTokenDelete: async ({ params, by }) => {
      await fleet.revokeJoinToken(params.id, by);
      return { ok: true };
    },
    groupList: async () => ({ groups: await fleet.groups() }),
    groupPut: async ({ params, body, by }) => fleet.putGroup(params.name, body.selector, by),
    groupDelete: async ({ params, by }) => {
      await fleet.deleteGroup(params.name, by);
      return { ok: true };
    },
  } satisfies Partial<Handlers>;
}

const installing = new Set(['offered', 'downloading', 'verified', 'staged', 'armed', 'probation', 'rolling_back']);

function countDevices(devices: readonly DeviceView[]): Overview['devices'] {
  const n = (holds: (d: DeviceView) => boolean) => devices.filter(holds).length;
  return {
    total: devices.length,
    online: n((d) => d.state === 'online'),
    stale: n((d) => d.state === 'stale'),
    waiting: n((d) => d.state === 'waiting'),
    drifted: n((d) => d.drifted.length > 0),
    ill: n((d) => d.ill.length > 0),
    updating: n((d) => installing.has(d.install?.state ?? '')),
  };
}

function countVersions(devices: readonly DeviceView[]): Overview['versions'] {
  const groups = Map.groupBy(
    devices.filter((d) => d.current),
    (d) => `${d.current!.model}\0${d.current!.model_version}`,
  );
  return [...groups.values()]
    .map((same) => ({
      model: same[0]!.current!.model,
      model_version: same[0]!.current!.model_version,
      devices: same.length,
      drifted: same.filter((d) => d.drifted.length > 0).length,
      stale: same.filter((d) => d.state === 'stale').length,
    }))
    .toSorted((a, b) => (a.model < b.model ? -1 : a.model > b.model ? 1 : b.model_version - a.model_version));
}

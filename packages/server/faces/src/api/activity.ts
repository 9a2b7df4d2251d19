// What happened lately, over all rooms, newest first: the story of the fleet in sentences.
import type { Overview } from '@holdfast/protocol/rest';
import type { Rooms } from '../rooms.ts';

type Activity = Overview['activity'];
const shown_max = 50;
const device_kinds = ['install_state', 'drift_suspected', 'drift_cleared', 'monitor_fired', 'monitor_calm', 'program_exited'] as const;
const alert_words = {
  opened: 'an alert opened',
  device_joined: 'a device joined the alert',
  device_cleared: 'a device was cleared',
  resolved: 'the alert resolved',
} as const;

export async function activityOf(rooms: Rooms): Promise<Activity> {
  const [devices, events, alerts, rollouts, executions] = await Promise.all([
    rooms.fleet.devices(),
    rooms.telemetry.lastEvents(device_kinds, shown_max),
    rooms.alerts.lastEvents(shown_max),
    rooms.rollouts.lastEvents(shown_max),
    rooms.workflows.executions.executions(undefined, 20),
  ]);
  const names = new Map(devices.map((d) => [d.id, d.name]));
  const name = (id: string) => names.get(id) ?? id;
  const rows: Activity = [
    ...events.map((e) => ({ at_ms: e.at_ms, kind: e.kind, text: `${name(e.device)}: ${e.text}`, link: `/devices/${e.device}` })),
    ...alerts.map((a) => ({
      at_ms: a.at_ms,
      kind: `alert_${a.kind}`,
      text: `${a.model}: ${alert_words[a.kind]}${a.device ? ` (${name(a.device)})` : ''}`,
      link: `/alerts/${a.alert}`,
    })),
    ...rollouts.map((r) => ({ at_ms: r.at_ms, kind: 'rollout', text: r.text, link: `/rollouts/${r.rollout}` })),
    ...executions.map((e) => ({
      at_ms: e.finished_ms ?? e.created_ms,
      kind: `execution_${e.state}`,
      text: `workflow ${e.workflow} ${e.state === 'running' ? `started: ${e.cause}` : e.state}`,
      link: `/executions/${e.id}`,
    })),
  ];
  return rows.toSorted((a, b) => b.at_ms - a.at_ms).slice(0, shown_max);
}

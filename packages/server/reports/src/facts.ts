// reports: what stands beside the columns of a report: the hardware of the devices, the alerts of the time, and the false alarms that were to be expected.
import type { DeviceRow } from '@holdfast/fleet';
import type { MonitorRow } from '@holdfast/monitors';
import type { ReportTable } from '@holdfast/stats';
import type { MergedPart } from './merge.ts';

const values_a_word = 5;
const month_ms = 30 * 86_400_000;

/** How many devices say what of themselves: the commonest values of each word. One device: all that it says. */
export function hardwareTable(devices: readonly DeviceRow[]): ReportTable {
  const counts = new Map<string, Map<string, number>>();
  for (const { reported } of devices)
    for (const [word, value] of Object.entries(reported?.hardware ?? {})) {
      const values = counts.get(word) ?? new Map<string, number>();
      counts.set(word, values.set(value, (values.get(value) ?? 0) + 1));
    }
  const rows = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([word, values]) => commonest(word, values));
  return { title: 'Hardware', head: ['Fact', 'Value', 'Devices'], rows };
}

function commonest(word: string, values: ReadonlyMap<string, number>): [string, string, number][] {
  const sorted = [...values].toSorted((a, b) => b[1] - a[1]);
  const rest = sorted.slice(values_a_word);
  const others = rest.reduce((sum, [, count]) => sum + count, 0);
  const shown = sorted.slice(0, values_a_word).map(([value, count]): [string, string, number] => [word, value, count]);
  return rest.length === 0 ? shown : [...shown, [word, `${rest.length} others`, others]];
}

export function windowTable(parts: readonly MergedPart[]): ReportTable {
  const rows = parts.map(({ model, model_version, windows, devices, counts, latency_ms_sum, latency_inferences, lost }) => [
    `${model} ${model_version}`,
    windows,
    devices.size,
    counts.inferences,
    latency_inferences === 0 ? null : latency_ms_sum / latency_inferences,
    lost,
  ]);
  return { title: 'Inferences', head: ['Model version', 'Windows', 'Devices', 'Inferences', 'Mean latency, ms', 'Lost records'], rows };
}

interface ShownAlert {
  readonly since_ms: number;
  readonly state: string;
  readonly title: string;
  readonly model: string;
  readonly monitor: string;
  readonly resolved_ms: number | null;
  readonly devices: readonly { readonly id: string }[];
}

export interface Time {
  readonly from_ms: number;
  readonly to_ms: number;
}

/** Those that were open at some moment of the time. */
export function alertsIn<A extends ShownAlert>(
  alerts: readonly A[],
  { from_ms, to_ms }: Time,
  models: ReadonlySet<string>,
  devices: ReadonlySet<string> | null,
): A[] {
  return alerts.filter(
    (alert) =>
      models.has(alert.model) &&
      alert.since_ms < to_ms &&
      (alert.resolved_ms === null || alert.resolved_ms >= from_ms) &&
      (devices === null || alert.devices.some(({ id }) => devices.has(id))),
  );
}

export function alertTable(alerts: readonly ShownAlert[]): ReportTable {
  const time = (ms: number) => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
  const rows = alerts.map((alert) => [time(alert.since_ms), alert.state, alert.title, alert.devices.length]);
  return { title: 'Alerts of this time', head: ['Since, UTC', 'State', 'Alert', 'Devices'], rows };
}

/** The budget of the monitors beside what was raised. */
export function budgetNote(monitors: readonly MonitorRow[], parts: readonly MergedPart[], { from_ms, to_ms }: Time, opened: number): string {
  const months = (to_ms - from_ms) / month_ms;
  const expected = monitors.reduce((sum, monitor) => {
    const devices = new Set(parts.filter((part) => part.model === monitor.model).flatMap((part) => [...part.devices]));
    return sum + monitor.false_alarms_per_device_month * devices.size * months;
  }, 0);
  return `The monitors are set to at most ${Number(expected.toPrecision(2))} false alarms for these devices and this time; alerts opened in it: ${opened}.`;
}

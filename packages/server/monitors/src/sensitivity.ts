// Which of several monitors of a model the devices get as their own rule: the most sensitive enabled one.
// Smaller effects first (distance_min), then the larger budget of false alarms, then the fewer windows before drift is said, then the name. Pure.
import { type WatchRule, watch_rule_default } from '@holdfast/protocol';
import type { MonitorRow } from './monitor-table.ts';

/** The rule of a model's devices. Without an enabled monitor the default holds: a device needs a rule for its probation, whoever else looks. */
export function mostSensitive(monitors: readonly MonitorRow[]): WatchRule {
  const [first] = monitors.filter((monitor) => monitor.enabled).toSorted(bySensitivity);
  const { false_alarms_per_device_month, distance_min, windows_to_open, windows_to_resolve } = first ?? watch_rule_default;
  return { false_alarms_per_device_month, distance_min, windows_to_open, windows_to_resolve };
}

function bySensitivity(a: MonitorRow, b: MonitorRow): number {
  return (
    a.distance_min - b.distance_min ||
    b.false_alarms_per_device_month - a.false_alarms_per_device_month ||
    a.windows_to_open - b.windows_to_open ||
    (a.name < b.name ? -1 : 1)
  );
}

import { watch_rule_default } from '@holdfast/protocol';
import { describe, expect, it } from 'vitest';
import type { MonitorRow } from './monitor-table.ts';
import { mostSensitive } from './sensitivity.ts';

const monitor = (name: string, more: Partial<MonitorRow> = {}): MonitorRow => ({
  name,
  model: 'eyes',
  enabled: true,
  created_ms: 0,
  ...watch_rule_default,
  ...more,
});

describe('the rule of the devices', () => {
  it('is that of the enabled monitor which minds the smallest effect, whatever its budget', () => {
    const rows = [monitor('a', { distance_min: 0.2, false_alarms_per_device_month: 50 }), monitor('b', { distance_min: 0.1 })];
    expect(mostSensitive(rows)).toEqual({ ...watch_rule_default, distance_min: 0.1 });
    expect(mostSensitive([rows[0]!, { ...rows[1]!, enabled: false }])).toMatchObject({ distance_min: 0.2, false_alarms_per_device_month: 50 });
  });

  it('falls back on the budget, then on the windows in a row', () => {
    const larger = monitor('b', { false_alarms_per_device_month: 1, windows_to_open: 9 });
    expect(mostSensitive([monitor('a'), larger])).toMatchObject({ windows_to_open: 9 });
    expect(mostSensitive([larger, monitor('c', { false_alarms_per_device_month: 1, windows_to_open: 1 })])).toMatchObject({ windows_to_open: 1 });
  });

  it('is the default where no monitor is enabled', () => {
    expect(mostSensitive([])).toEqual(watch_rule_default);
    expect(mostSensitive([monitor('a', { enabled: false, distance_min: 0.5 })])).toEqual(watch_rule_default);
  });
});

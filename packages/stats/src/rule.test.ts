import { describe, expect, it } from 'vitest';
import { alarmBudget } from './budget.ts';
import { suspects } from './rule.ts';

const rule = { alpha: 0.01, distance_min: 0.1 };
const calm = { distance: 0.02, p_value: 0.5 };

describe('the drift rule', () => {
  it('names a feature with evidence and effect, the strongest first', () => {
    const features = [
      { name: 'a', distance: 0.3, p_value: 1e-6 },
      { name: 'b', distance: 0.6, p_value: 1e-9 },
      { name: 'c', ...calm },
    ];
    expect(suspects(features, calm, rule)).toEqual(['b', 'a']);
  });

  it('needs both: evidence alone or effect alone is not enough', () => {
    expect(suspects([{ name: 'a', distance: 0.05, p_value: 1e-12 }], calm, rule)).toEqual([]);
    expect(suspects([{ name: 'a', distance: 0.5, p_value: 0.02 }], calm, rule)).toEqual([]);
  });

  it('corrects for the number of readings, the classes among them', () => {
    const borderline = { name: 'a', distance: 0.5, p_value: 0.006 };
    expect(suspects([borderline], calm, rule)).toEqual([]);
    expect(suspects([], { distance: 0.5, p_value: 0.006 }, rule)).toEqual(['classes']);
  });
});

describe('the alarm budget', () => {
  it('spreads the false alarms of a month over its windows', () => {
    expect(alarmBudget({ false_alarms_per_device_month: 1, windows_per_month: 720 })).toBeCloseTo(1 / 720, 15);
    expect(alarmBudget({ false_alarms_per_device_month: 9, windows_per_month: 3 })).toBe(1);
  });

  it('refuses a budget of nothing', () => {
    expect(() => alarmBudget({ false_alarms_per_device_month: 0, windows_per_month: 720 })).toThrow(/above 0/);
    expect(() => alarmBudget({ false_alarms_per_device_month: 1, windows_per_month: Number.NaN })).toThrow(/above 0/);
  });
});

// stats: from a budget that a person can state, "one false alarm per device and month", to the alpha of one window.
// Formula: alpha = budget / windows. The expected count of false alarms is then at most the budget, whatever the dependence of the windows
// (expectation is additive); Holm inside of the window keeps the family of features at that alpha.
// A window is taken to be as long as all of a month: 30 days over its length. One below a millisecond counts as one, one beyond a month as a month.
import { failure } from '@holdfast/base';

const month_ms = 30 * 86_400_000;

export interface AlarmBudget {
  readonly false_alarms_per_device_month: number;
  readonly windows_per_month: number;
}

/** The alpha of one window, at most 1. Fails with HF-STAT-003 where a number is not above 0. */
export function alarmBudget(options: AlarmBudget): number {
  const { false_alarms_per_device_month, windows_per_month } = options;
  for (const value of [false_alarms_per_device_month, windows_per_month]) if (!(value > 0)) throw failure('HF-STAT-003', { saw: value });
  return Math.min(1, false_alarms_per_device_month / windows_per_month);
}

/** The alpha of a window of this length: the same on the device that closed it and on the server. */
export function alphaOfWindow(false_alarms_per_device_month: number, window: { readonly from_ms: number; readonly to_ms: number }): number {
  const length_ms = Math.min(month_ms, Math.max(1, window.to_ms - window.from_ms));
  return alarmBudget({ false_alarms_per_device_month, windows_per_month: month_ms / length_ms });
}

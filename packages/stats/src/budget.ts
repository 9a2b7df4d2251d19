// stats: from a budget that a person can state, "one false alarm per device and month", to the alpha of one window.
// Formula: alpha = budget / windows. The expected count of false alarms is then at most the budget, whatever the dependence of the windows
// (expectation is additive); Holm inside of the window keeps the family of features at that alpha.
import { failure } from '@holdfast/base';

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

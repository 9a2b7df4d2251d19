// monitors: from the budget that a person states to what evidence must reach. Pure. Decision 24 says what this promises.
//
// Two conditions, both on e-values, both valid at any time and under any dependence of the streams:
// - the budget: e >= streams / budget. By Ville's inequality a stream without drift ever gets there, in one epoch, with a probability of at most
//   budget / streams: so at most `budget` false alarms are expected of a device in an epoch of 30 days, however often one looks.
// - the proportion: e-BH over the streams of all devices of the monitor, at half of 5 % or of the budget, whichever is less; or, at the other half,
//   over the devices of a cohort in which the feature has changed (stats/fleet/needed.ts).

/** Evidence of a stream is gathered for so long, then anew: the budget is one of 30 days. */
export const epoch_ms = 30 * 86_400_000;
const false_discovery_share = 0.05;

export const discoveryLevel = (false_alarms_per_device_month: number): number => Math.min(false_discovery_share, false_alarms_per_device_month);

/** log of what a stream of a device with so many must reach. */
export const budgetThreshold = (false_alarms_per_device_month: number, streams: number): number => Math.log(streams / false_alarms_per_device_month);

/** What a fleet's budget comes to. */
export interface FleetBudget {
  /** Devices with a window in the last 30 days. */
  readonly devices: number;
  /** At most so many false alarms are expected of them in 30 days; where nothing drifts far fewer, since a lone alarm needs evidence for the whole fleet. */
  readonly expected: number;
}

export const fleetBudget = (false_alarms_per_device_month: number, devices = 0): FleetBudget => ({
  devices,
  expected: Number((false_alarms_per_device_month * devices).toPrecision(6)),
});

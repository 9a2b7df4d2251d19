// stats/fleet: what e-BH asks of a stream: over the streams of all devices, or, where its feature has changed in a cohort of its device, over those of the cohort in
// that feature alone: so what forty devices show a little is found before one shows it by itself, and those of them that have not changed are not found
// along with it. Half of the level is for the streams; the other half finds the cohorts, and the devices of each.
// Complexity: that of cohort-evidence.ts, and O(devices) for each cohort that has changed.
import type { DeviceFacts } from './cohort.ts';
import { type WatchedDevice, locateChanges, whole_fleet } from './cohort-evidence.ts';
import { discoveryThreshold } from './discoveries.ts';

/** log e that the stream must reach; Infinity where no evidence is enough. */
export type NeededEvidence = (facts: DeviceFacts, stream: string) => number;

export function neededEvidence(devices: readonly WatchedDevice[], level: number): NeededEvidence {
  const all = devices.flatMap((device) => Array.from(device.log_e));
  const alone = discoveryThreshold(all, level / 2);
  const changed = locateChanges(devices, level / 2).found.map(({ fact, value, feature }) => {
    const has = (facts: DeviceFacts) => fact === whole_fleet.fact || facts[fact] === value;
    const members = devices.filter(({ facts }) => has(facts)).flatMap((device) => streamOf(device, feature));
    return { feature, has, needed: discoveryThreshold(members, level / 2) };
  });
  return (facts, stream) => Math.min(alone, ...changed.filter(({ feature, has }) => feature === stream && has(facts)).map(({ needed }) => needed));
}

/** log e of the stream, where the device has it. */
function streamOf({ names, log_e }: WatchedDevice, stream: string): number[] {
  const at = names.indexOf(stream);
  return at < 0 ? [] : [log_e[at]!];
}

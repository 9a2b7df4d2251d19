// bench/drift: what the rule of the fleet finds, without the rooms around it: by the default of a monitor, of shifts of 0.2 to 0.5 sd on single devices, and in a
// cohort: 20 of 100 devices shift one feature by 0.2 sd together, decided by streams alone and by streams and cohorts. 20 features, 180 values an hour, a
// reference of 5,000 rows.
import { watch_rule_default } from '@holdfast/protocol';
import {
  DeviceEvidence,
  type ProfileLaw,
  type ReferenceProfile,
  type WatchedDevice,
  buildProfile,
  discoveryThreshold,
  neededEvidence,
  profileLaw,
} from '@holdfast/stats';
import { type BenchRow, atMost, seen } from '../../tests/load/report.ts';
import { type Change, FleetSource } from './fleet-source.ts';

const seed = 20_260_704;
const features_count = 20;
const hour_ms = 3_600_000;
const onset_hour = 24;
const level = 0.05;

interface Scene {
  readonly source: FleetSource;
  readonly profile: ReferenceProfile;
  readonly law: ProfileLaw;
}

function openScene(): Scene {
  const source = new FleetSource(seed, features_count, 180);
  const profile = source.profile(buildProfile, 5_000);
  return { source, profile, law: profileLaw(profile) };
}

type Threshold = (devices: readonly DeviceEvidence[]) => (device: number, stream: string) => number;
interface Watched {
  readonly changes: readonly Change[];
  readonly devices: number;
  readonly hours: number;
  readonly rule: { readonly distance_min: number; readonly windows_to_open: number; readonly windows_to_resolve: number };
  readonly needed: Threshold;
}

/** Hours from the change until its device is confirmed for it; Infinity where it is not. */
function delaysOf({ source, profile, law }: Scene, { changes, devices, hours, rule, needed }: Watched): number[] {
  const all = Array.from({ length: devices }, () => new DeviceEvidence(law));
  const found = new Map<number, number>();
  for (let hour = 0; hour < hours; hour++) {
    for (const [i, device] of all.entries()) {
      const mine = changes.filter((one) => one.device === i && hour >= one.from_hour);
      device.merge({ ...source.window(profile, { changes: mine, hour }), from_ms: hour * hour_ms, to_ms: (hour + 1) * hour_ms }, true);
    }
    const threshold = needed(all);
    for (const [i, device] of all.entries()) {
      const streams = device.settle((stream) => threshold(i, stream), rule);
      const [change] = changes.filter((one) => one.device === i);
      const held = streams.some(({ name, held: { stage } }) => stage === 'confirmed' && name === `input.f${change?.feature}`);
      if (held && !found.has(i)) found.set(i, hour - onset_hour + 1);
    }
  }
  return changes.map(({ device }) => found.get(device) ?? Number.POSITIVE_INFINITY);
}

const budget = Math.log((features_count + 1) / watch_rule_default.false_alarms_per_device_month);

/** e-BH over the streams, of a fleet that is so many devices larger, of which nothing is known that speaks for a drift. */
const byStreams =
  (others: number): Threshold =>
  (devices) => {
    const known = devices.flatMap((device) => Array.from(device.logE()));
    const quiet = Array.from({ length: others * (features_count + 1) }, () => Number.NEGATIVE_INFINITY);
    const alone = Math.max(budget, discoveryThreshold([...known, ...quiet], level / 2));
    return () => alone;
  };

/** Every fifth device has the firmware of the cohort. */
const factsOf = (device: number) => ({ firmware: device % 5 === 0 ? '2.3' : '2.2', site: `s${device % 7}` });

const byCohorts: Threshold = (devices) => {
  const watched = devices.map((device, i): WatchedDevice => ({ facts: factsOf(i), names: device.law.map(({ name }) => name), log_e: device.logE() }));
  const needed = neededEvidence(watched, level);
  return (device, stream) => Math.max(budget, needed(factsOf(device), stream));
};

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

function defaultRows(scene: Scene): BenchRow[] {
  return [0.2, 0.3, 0.4, 0.5].map((shift) => {
    const changes = Array.from({ length: 40 }, (_, device) => ({ device, feature: device % features_count, shift, from_hour: onset_hour }));
    const delays = delaysOf(scene, { changes, devices: 40, hours: onset_hour + 18, rule: watch_rule_default, needed: byStreams(960) });
    const within = (hours: number) => delays.filter((delay) => delay <= hours).length / delays.length;
    const note = `${within(4)} within 4 h; least distance ${watch_rule_default.distance_min}, ${watch_rule_default.windows_to_open} windows; 40 of 1,000 devices, seed ${seed}`;
    return seen(`rule: by the default of a monitor, ${shift} sd found within 18 h`, within(18), 'share', note);
  });
}

function cohortRow(scene: Scene): BenchRow {
  const changes = Array.from({ length: 20 }, (_, i) => ({ device: 5 * i, feature: 3, shift: 0.2, from_hour: onset_hour }));
  const watched = { changes, devices: 100, hours: onset_hour + 24, rule: { distance_min: 0.05, windows_to_open: 1, windows_to_resolve: 3 } };
  const [together, alone] = [byCohorts, byStreams(0)].map((needed) => median(delaysOf(scene, { ...watched, needed })));
  const note = `median of the devices; ${alone} h by streams alone; 20 of 100 devices, .2 sd, seed ${seed}`;
  return atMost('rule: a cohort that changes together is found within', together!, 'h', alone!, note);
}

export function fleetRuleRows(): BenchRow[] {
  const scene = openScene();
  return [...defaultRows(scene), cohortRow(scene)];
}

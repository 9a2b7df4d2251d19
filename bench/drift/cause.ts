// bench/drift: is the cause named right? 8 faults, each on one of 8 features (or the classes) of a model, in one cohort of 500 devices, through the real rooms
// on an embedded PostgreSQL: telemetry.store -> monitors.turn -> alerts.turn. Two rounds with other cohorts and devices: 16 alerts are looked at.
// Devices carry three labels (firmware of 4, site of 8, board of 3 values), by chance; a fault hits 90 % of the devices of one value, and two elsewhere. Windows of
// an hour with 180 inferences; the fault begins with the third of six.
import { startTestPostgres } from '@holdfast/postgres/testing';
import type { WindowSummary } from '@holdfast/protocol';
import { migrations } from '@holdfast/server';
import { type ReferenceProfile, buildProfile, countOnEdges, momentsOf } from '@holdfast/stats';
import { type House, ada, joinDevice, openHouse, record, shipVersion, storeProfile } from '../../tests/contract/server/support.ts';
import { type BenchRow, atLeast, seen } from '../../tests/load/report.ts';
import { normals } from './normal.ts';
import { uniforms } from './fleet-source.ts';

const seed = 20_260_703;
const devices_count = 500;
const features_count = 8;
const inferences = 180;
const hours = 6;
const fault_hour = 2;
const rounds = 2;
const hour_ms = 3_600_000;
const labels = { firmware: ['2.1', '2.2', '2.3', '2.4'], site: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], board: ['x', 'y', 'z'] } as const;
const facts = Object.entries(labels).flatMap(([key, values]) => values.map((value) => ({ key, value })));

/** Values lie around 20, give or take 4; those of the last feature are 0, 1, 2 or 3. */
type Change = (value: number, chance: number) => number;
const faults: Readonly<Record<string, { readonly feature: number | 'classes'; readonly change: Change }>> = {
  offset: { feature: 0, change: (value) => value + 3 },
  gain: { feature: 1, change: (value) => value * 1.35 },
  stuck: { feature: 2, change: () => 21.5 },
  clipped: { feature: 3, change: (value) => Math.min(value, 23) },
  unit_change: { feature: 4, change: (value) => value * 1.8 + 32 },
  missing: { feature: 5, change: (value, chance) => (chance < 0.3 ? Number.NaN : value) },
  new_category: { feature: 7, change: (value, chance) => (chance < 0.2 ? 7 : value) },
  prior_shift: { feature: 'classes', change: (value) => value },
};

interface Member {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
}
interface Incident {
  readonly fault: string;
  readonly model: string;
  readonly place: { readonly key: string; readonly value: string };
  readonly hit: ReadonlySet<string>;
}

const normal = normals(seed);
const uniform = uniforms(seed);
const pick = <T>(list: readonly T[]): T => list[Math.floor(uniform() * list.length)]!;
const natural = (feature: number) => (feature === features_count - 1 ? Math.max(0, Math.min(3, Math.round(1.5 + normal()))) : 20 + 4 * normal());

export async function causeRows(): Promise<BenchRow[]> {
  const server = await startTestPostgres();
  const house = await openHouse({ database: await server.database(migrations) });
  try {
    const incidents: Incident[] = [];
    for (let round = 0; round < rounds; round++) incidents.push(...(await runRound(house, round)));
    return await rowsOf(house, incidents);
  } finally {
    await house.close();
    await server.stop();
  }
}

async function runRound(house: House, round: number): Promise<Incident[]> {
  const members: Member[] = [];
  for (let i = 0; i < devices_count; i++) {
    const mine = Object.fromEntries(Object.entries(labels).map(([key, values]) => [key, pick<string>(values)]));
    members.push({ id: (await joinDevice(house.rooms, `edge-${round}-${i}`, mine)).id, labels: mine });
  }
  const profile = profileOf();
  const { digest } = await storeProfile(house.rooms, profile);
  const incidents = Object.keys(faults).map((fault) => incidentOf(fault, round, members));
  for (const { model } of incidents) {
    await shipVersion(house.rooms, model);
    await house.rooms.monitors.put(model, { model, false_alarms_per_device_month: 0.05, distance_min: 0.08 }, ada);
  }
  for (let hour = 0; hour < hours; hour++) await runHour(house, { profile, digest, members, incidents, at: round * hours + hour, hour });
  return incidents;
}

function profileOf(): ReferenceProfile {
  const names = Array.from({ length: features_count }, (_, i) => `input.f${i}`);
  const values = Array.from({ length: 5_000 }, () => Float64Array.from(names, (_, i) => natural(i)));
  return buildProfile({ names, values, predicted: values.map((_, i) => i % 2), class_names: ['a', 'b'] });
}

function incidentOf(fault: string, round: number, members: readonly Member[]): Incident {
  const place = pick(facts);
  const inside = members.filter((one) => one.labels[place.key] === place.value && uniform() < 0.9);
  const outside = members.filter((one) => one.labels[place.key] !== place.value);
  return { fault, model: `${fault.replaceAll('_', '-')}-${round}`, place, hit: new Set([...inside, pick(outside), pick(outside)].map((one) => one.id)) };
}

interface Hour {
  readonly profile: ReferenceProfile;
  readonly digest: string;
  readonly members: readonly Member[];
  readonly incidents: readonly Incident[];
  /** Hours since the beginning, and since that of the round. */
  readonly at: number;
  readonly hour: number;
}

async function runHour(house: House, { profile, digest, members, incidents, at, hour }: Hour): Promise<void> {
  house.clock.advance(hour_ms);
  const from_ms = 1_800_000_000_000 + at * hour_ms;
  for (const [i, { fault, model, hit }] of incidents.entries()) {
    const outboxes = members.map(({ id }) => {
      const counted = countedOf(profile, hour >= fault_hour && hit.has(id) ? fault : null);
      const place = { model, model_version: 1, bundle: 'b'.repeat(64), profile: digest, window: hour, from_ms, to_ms: from_ms + hour_ms };
      const rest = { classes_p_value: 1, latency_ms: { mean: 1, p95: 2 }, suspects: [], lost: 0 };
      const window: WindowSummary = { v: 1, ...place, inferences, ...counted, ...rest };
      return { device: id, boot: 'boot-1', records: [record(hour * incidents.length + i + 1, 'windows', window)] };
    });
    await house.database.db.transaction().execute((trx) => house.rooms.telemetry.store(trx, outboxes));
  }
  while (await house.rooms.monitors.turn());
  while (await house.rooms.alerts.turn());
}

function countedOf(profile: ReferenceProfile, fault: string | null): Pick<WindowSummary, 'features' | 'classes'> {
  const now = fault === null ? null : faults[fault]!;
  const features = profile.features.map(({ name, edges }, i) => {
    const values = Array.from({ length: inferences }, () => (now?.feature === i ? now.change(natural(i), uniform()) : natural(i)));
    const moments = momentsOf(values);
    return { name, counts: countOnEdges(edges, values), moments, missing: inferences - moments.count, distance: 0, p_value: 1 };
  });
  let second = 0;
  for (let i = 0; i < inferences; i++) if (uniform() < (now?.feature === 'classes' ? 0.75 : 0.5)) second++;
  return { features, classes: [inferences - second, second] };
}

async function rowsOf(house: House, incidents: readonly Incident[]): Promise<BenchRow[]> {
  const alerts = await house.rooms.alerts.list('open', 1_000);
  const judged = incidents.map(({ fault, model, place, hit }) => {
    const mine = alerts.filter((one) => one.model === model);
    const [first] = mine.toSorted((a, b) => b.devices.length - a.devices.length);
    const { feature } = faults[fault]!;
    return {
      feature: first?.features[0]?.name === (feature === 'classes' ? 'classes' : `input.f${feature}`),
      cohort: first?.cohort?.fact === `label ${place.key}` && first.cohort.value === place.value,
      fault: first?.fault === fault,
      alerts: mine.length,
      found: (first?.devices.filter((one) => hit.has(one.id)).length ?? 0) / hit.size,
    };
  });
  const share = (read: (one: (typeof judged)[number]) => boolean) => judged.filter(read).length / judged.length;
  const mean = (read: (one: (typeof judged)[number]) => number) => judged.reduce((sum, one) => sum + read(one), 0) / judged.length;
  const size = `seed ${seed}; ${judged.length} faults of 8 kinds, ${devices_count} devices, ${features_count} features`;
  return [
    atLeast(
      'cause: first feature right',
      share((one) => one.feature),
      'share',
      0.9,
      size,
    ),
    atLeast(
      'cause: cohort right',
      share((one) => one.cohort),
      'share',
      0.95,
      'one of 15 facts',
    ),
    seen(
      'cause: kind of fault right',
      share((one) => one.fault),
      'share',
      'from bins and moments of the alert',
    ),
    seen(
      'cause: alerts for one cause',
      mean((one) => one.alerts),
      'alerts',
      'open at the end',
    ),
    seen(
      'cause: devices of the fault in the alert',
      mean((one) => one.found),
      'share',
      '4 hours after it began',
    ),
  ];
}

// bench/drift: a week of a fleet through the real rooms, on an embedded PostgreSQL: telemetry.store -> monitors.turn -> alerts.turn, hour by hour.
// 1,000 devices x 20 independent normal features and two classes, one inference every 20 s (180 a window of an hour), a reference of 5,000 rows, budget 0.05,
// least distance 0.05. 60 of the 20,000 streams drift from an hour between 24 and 120 on, half by .2 sd, half by .4 sd. Of the windows 5 % come 1 to 12 hours
// late, 2 % never, 2 % twice. A stream is found with the first turn after which the device is in an alert for it.
import type { Rooms } from '@holdfast/faces';
import { sql } from '@holdfast/postgres';
import { startTestPostgres } from '@holdfast/postgres/testing';
import type { WindowSummary } from '@holdfast/protocol';
import { migrations } from '@holdfast/server';
import { type ReferenceProfile, buildProfile, discoveryThreshold } from '@holdfast/stats';
import { type House, ada, joinDevice, openHouse, record, shipVersion, storeProfile } from '../../tests/contract/server/support.ts';
import { type BenchRow, atLeast, atMost, seen } from '../../tests/load/report.ts';
import { FleetSource, type Change } from './fleet-source.ts';

const seed = 20_260_702;
const devices_count = 1_000;
const features_count = 20;
const hours = 168;
const inferences = 180;
const drifted_streams = 60;
const hour_ms = 3_600_000;

const size = `seed ${seed}; ${devices_count} devices x ${features_count} features x ${hours} h, ${inferences} values an hour, ${drifted_streams} streams drift`;

export async function fleetRows(): Promise<BenchRow[]> {
  const server = await startTestPostgres();
  const house = await openHouse({ database: await server.database(migrations) });
  try {
    return [...(await weekRows(house)), decisionRow()];
  } finally {
    await house.close();
    await server.stop();
  }
}

async function weekRows(house: House): Promise<BenchRow[]> {
  const source = new FleetSource(seed, features_count, inferences);
  const profile = source.profile(buildProfile, 5_000);
  const stored = await storeProfile(house.rooms, profile);
  await shipVersion(house.rooms, 'eyes');
  await house.rooms.monitors.put('week', { model: 'eyes', false_alarms_per_device_month: 0.05, distance_min: 0.05, windows_to_open: 1 }, ada);
  const devices: string[] = [];
  for (let i = 0; i < devices_count; i++) devices.push((await joinDevice(house.rooms, `edge-${i}`)).id);
  const week = new Week(house, source, { profile, digest: stored.digest, devices });
  for (let hour = 0; hour < hours; hour++) await week.turn(hour);
  return week.rows();
}

interface Fleet {
  readonly profile: ReferenceProfile;
  readonly digest: string;
  readonly devices: readonly string[];
}
interface Sent {
  readonly device: string;
  readonly window: WindowSummary;
}

class Week {
  readonly #house: House;
  readonly #source: FleetSource;
  readonly #fleet: Fleet;
  readonly #changes: readonly Change[];
  readonly #seq = new Map<string, number>();
  readonly #later = new Map<number, Sent[]>();
  /** Hour at which `device feature` was found. */
  readonly #found = new Map<string, number>();
  readonly #counts = { windows: 0, turn_ms: 0, alerts_ms: 0 };

  constructor(house: House, source: FleetSource, fleet: Fleet) {
    this.#house = house;
    this.#source = source;
    this.#fleet = fleet;
    this.#changes = source.changes({ devices: devices_count, streams: drifted_streams, from: 24, to: 120 });
  }

  async turn(hour: number): Promise<void> {
    const { rooms, database, clock } = this.#house;
    const now = [...(this.#later.get(hour) ?? []), ...this.#fleet.devices.flatMap((device, i) => this.#closed(device, i, hour))];
    this.#later.delete(hour);
    clock.advance(hour_ms);
    await this.#store(rooms, now);
    const started = performance.now();
    while (await rooms.monitors.turn());
    this.#counts.turn_ms += performance.now() - started;
    this.#counts.windows += now.length;
    while (await rooms.alerts.turn());
    this.#counts.alerts_ms += performance.now() - started;
    const { rows } = await sql<{ device: string; name: string }>`
      select d.device, f->>'name' as name from alert_device d, jsonb_array_elements(d.features) f`.execute(database.db);
    for (const { device, name } of rows) if (!this.#found.has(`${device} ${name}`)) this.#found.set(`${device} ${name}`, hour);
  }

  /** What the device sends now: its window, unless it is lost or comes later, and now and then once more. */
  #closed(device: string, index: number, hour: number): Sent[] {
    const body = this.#source.window(this.#fleet.profile, { changes: this.#changes.filter((one) => one.device === index && hour >= one.from_hour), hour });
    const window: WindowSummary = { ...body, window: hour, profile: this.#fleet.digest, ...this.#times(hour) };
    const fate = this.#source.uniform();
    if (fate < 0.02) return [];
    if (fate < 0.07) {
      const at = hour + 1 + Math.floor(12 * this.#source.uniform());
      this.#later.set(at, [...(this.#later.get(at) ?? []), { device, window }]);
      return [];
    }
    return fate < 0.09
      ? [
          { device, window },
          { device, window },
        ]
      : [{ device, window }];
  }

  #times(hour: number): { from_ms: number; to_ms: number } {
    const from_ms = 1_800_000_000_000 + hour * hour_ms;
    return { from_ms, to_ms: from_ms + hour_ms };
  }

  async #store(rooms: Rooms, sent: readonly Sent[]): Promise<void> {
    for (let at = 0; at < sent.length; at += 250) {
      const outboxes = sent.slice(at, at + 250).map(({ device, window }) => {
        const seq = (this.#seq.get(device) ?? 0) + 1;
        this.#seq.set(device, seq);
        return { device, boot: 'boot-1', records: [record(seq, 'windows', window)] };
      });
      await this.#house.database.db.transaction().execute((trx) => rooms.telemetry.store(trx, outboxes));
    }
  }

  rows(): BenchRow[] {
    const truth = new Map(this.#changes.map((one) => [`${this.#fleet.devices[one.device]} input.f${one.feature}`, one]));
    const false_ones = [...this.#found.keys()].filter((key) => !truth.has(key)).length;
    const share = (size_sd: number, within: number) => {
      const mine = [...truth].filter(([, one]) => Math.abs(one.shift) === size_sd);
      return mine.filter(([key, one]) => (this.#found.get(key) ?? Number.POSITIVE_INFINITY) - one.from_hour + 1 <= within).length / mine.length;
    };
    const per_thousand = (ms: number) => (1000 * ms) / this.#counts.windows;
    return [
      atMost('fleet: false ones among the streams found', false_ones / Math.max(1, this.#found.size), 'share', 0.05, `${this.#found.size} found; ${size}`),
      atLeast('fleet: .2 sd found within 18 h', share(0.2, 18), 'share', 0.95, `${drifted_streams / 2} streams`),
      atLeast('fleet: .4 sd found within 4 h', share(0.4, 4), 'share', 0.95, `${drifted_streams / 2} streams`),
      seen(
        'fleet: the monitors judge 1,000 windows in',
        per_thousand(this.#counts.turn_ms),
        'ms',
        `${this.#counts.windows} windows, evidence and verdicts stored`,
      ),
      seen('fleet: monitors and alerts together', per_thousand(this.#counts.alerts_ms), 'ms', 'per 1,000 windows'),
    ];
  }
}

/** e-BH over 500,000 streams, a thousandth of them with evidence. */
function decisionRow(): BenchRow {
  const source = new FleetSource(seed, 1, 1);
  const log_e = Float32Array.from({ length: 500_000 }, (_, i) => (i % 1_000 === 0 ? 20 * source.uniform() : -5 * source.uniform()));
  const started = performance.now();
  const threshold = discoveryThreshold(log_e, 0.05);
  const found = log_e.filter((e) => e >= threshold).length;
  return atMost('fleet: 500,000 streams decided in', (performance.now() - started) / 1000, 's', 1, `e-BH; ${found} found`);
}

// protocol/hardware: how hot a Linux machine is, by its thermal zones (kernel: Documentation/driver-api/thermal/sysfs-api.rst).
// The state is measured against the zone's own trip points; a zone without them has a temperature and no state.
import { type ThermalState, thermal_states } from './facts.ts';
import type { Machine } from './port.ts';

export interface Thermal {
  readonly thermal_state?: ThermalState;
  readonly temperature_c?: number;
}

const folder = '/sys/class/thermal';
const zones_max = 64;
const trips_max = 16;
/** So close below the point at which the machine is slowed down it counts as fair. */
const near_c = 10;

const celsius = (text: string): number | undefined => (/^-?\d+$/.test(text.trim()) ? Number(text) / 1000 : undefined);

export function thermalOf(machine: Pick<Machine, 'readText' | 'list'>): Thermal {
  const zones = machine
    .list(folder)
    .filter((name) => name.startsWith('thermal_zone'))
    .slice(0, zones_max);
  let [hottest, worst] = [Number.NEGATIVE_INFINITY, -1];
  for (const zone of zones) {
    const at_c = celsius(machine.readText(`${folder}/${zone}/temp`));
    if (at_c === undefined) continue;
    hottest = Math.max(hottest, at_c);
    worst = Math.max(worst, stateOf(at_c, tripsOf(machine, `${folder}/${zone}`)));
  }
  return { ...(worst >= 0 ? { thermal_state: thermal_states[worst]! } : {}), ...(Number.isFinite(hottest) ? { temperature_c: hottest } : {}) };
}

/** The lowest point of each type, in °C. */
function tripsOf(machine: Pick<Machine, 'readText'>, zone: string): ReadonlyMap<string, number> {
  const trips = new Map<string, number>();
  for (let i = 0; i < trips_max; i++) {
    const type = machine.readText(`${zone}/trip_point_${i}_type`).trim();
    if (type === '') break;
    const at_c = celsius(machine.readText(`${zone}/trip_point_${i}_temp`));
    // a point at or below 0 °C is one that is switched off
    if (at_c !== undefined && at_c > 0) trips.set(type, Math.min(at_c, trips.get(type) ?? Number.POSITIVE_INFINITY));
  }
  return trips;
}

/** Place in `thermal_states`, or -1: `passive` is where the kernel slows the machine down, `hot` and `critical` where it is about to give up. */
function stateOf(at_c: number, trips: ReadonlyMap<string, number>): number {
  const [passive, hot, critical] = ['passive', 'hot', 'critical'].map((type) => trips.get(type) ?? Number.POSITIVE_INFINITY);
  if (at_c >= Math.min(hot!, critical!)) return 3;
  if (!Number.isFinite(passive!)) return -1;
  return at_c >= passive! ? 2 : at_c >= passive! - near_c ? 1 : 0;
}

// monitors: the evidence of all devices of a monitor together: what e-BH asks of a stream, by itself or as part of a cohort. Decision 24 says what this
// promises.
import type { Fleet } from '@holdfast/fleet';
import type { Db } from '@holdfast/postgres';
import { type CohortEvidence, type ProfileLaw, type WatchedDevice, locateChanges, neededEvidence, streamOf } from '@holdfast/stats';
import { factsOf } from './device-facts.ts';
import { readLogE } from './evidence-table.ts';
import type { Profiles } from './profiles.ts';

/** log of what a stream of a device must reach, beside its budget; Infinity where no evidence is enough. */
export type Needed = (device: string, stream: string) => number;

export class FleetEvidence {
  readonly #devices: Map<string, WatchedDevice>;

  constructor(devices: ReadonlyMap<string, WatchedDevice>) {
    this.#devices = new Map(devices);
  }

  /** What a device has gathered by now; its facts are those that were read. */
  set(device: string, law: ProfileLaw, log_e: Float32Array): void {
    this.#devices.set(device, { facts: this.#devices.get(device)?.facts ?? {}, names: namesOf(law), log_e });
  }

  needed(level: number): Needed {
    const needed = neededEvidence([...this.#devices.values()], level);
    return (device, stream) => needed(this.#devices.get(device)?.facts ?? {}, stream);
  }

  /** Where features have changed. */
  changes(level: number): CohortEvidence[] {
    return locateChanges([...this.#devices.values()], level / 2);
  }

  /** True where a stream of some device has what its budget asks for: before that, no change of a cohort names one. */
  reaches(neededOf: (streams: number) => number): boolean {
    return [...this.#devices.values()].some(({ log_e }) => Array.from(log_e).some((one) => one >= neededOf(log_e.length)));
  }

  /** log e of the stream of these devices, of those that have it. */
  of(devices: readonly string[], stream: string): number[] {
    return devices.flatMap((device) => {
      const known = this.#devices.get(device);
      return known ? streamOf(known, stream) : [];
    });
  }
}

interface FleetScope {
  readonly db: Db;
  readonly profiles: Profiles;
  /** Null where facts are not asked for. */
  readonly fleet: Fleet | null;
}

/** Of every device with a window since then. Of a profile that is gone only the numbers are known, not what they are of. */
export async function readFleetEvidence({ db, profiles, fleet }: FleetScope, monitor: string, since_ms: number): Promise<FleetEvidence> {
  const rows = await readLogE(db, monitor, since_ms);
  const ids = rows.map((row) => row.device);
  const facts = new Map((fleet ? await fleet.byId(ids, db) : []).map((device) => [device.id, factsOf(device)]));
  const names = new Map<string, readonly string[]>();
  for (const digest of new Set(rows.map((row) => row.profile))) {
    const found = await profiles.find(digest);
    names.set(digest, 'law' in found ? namesOf(found.law) : []);
  }
  return new FleetEvidence(
    new Map(rows.map(({ device, profile, log_e }) => [device, { facts: facts.get(device) ?? {}, names: names.get(profile)!, log_e: floatsOf(log_e) }])),
  );
}

const namesOf = (law: ProfileLaw): string[] => law.map((one) => one.name);
/** A copy: the bytes of a row need not lie where 32-bit numbers may. */
const floatsOf = (bytes: Buffer): Float32Array => new Float32Array(new Uint8Array(bytes).buffer);

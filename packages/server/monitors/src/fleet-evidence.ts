// monitors: the evidence of all devices of a monitor together: what e-BH asks of a stream, by itself or as part of a cohort. Decision 24 says what this
// promises.
import type { Fleet } from '@holdfast/fleet';
import type { Db } from '@holdfast/postgres';
import { type LocatedChanges, type ProfileLaw, type WatchedDevice, locateChanges, neededEvidence } from '@holdfast/stats';
import { profilesOf, readLogE, readStream } from './evidence-table.ts';
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
  changes(level: number): LocatedChanges {
    return locateChanges([...this.#devices.values()], level / 2);
  }

  /** True where a stream of some device has what its budget asks for: before that, no change of a cohort names one. */
  reaches(neededOf: (streams: number) => number): boolean {
    return [...this.#devices.values()].some(({ log_e }) => Array.from(log_e).some((one) => one >= neededOf(log_e.length)));
  }
}

interface EvidenceScope {
  readonly db: Db;
  readonly profiles: Profiles;
  readonly monitor: string;
  /** Devices with a window since then. */
  readonly since_ms: number;
}

/** Of every device. Of a profile that is gone only the numbers are known, not what they are of. */
export async function readFleetEvidence({ db, profiles, monitor, since_ms }: EvidenceScope, fleet: Fleet): Promise<FleetEvidence> {
  const gathered = await readLogE(db, monitor, since_ms);
  const facts = await fleet.facts(
    gathered.flatMap(({ devices }) => devices),
    db,
  );
  const known = new Map<string, WatchedDevice>();
  for (const { profile, devices, log_e } of gathered) {
    const [names, floats] = [await streamsOf(profiles, profile), floatsOf(log_e)];
    const each = floats.length / devices.length;
    for (const [i, device] of devices.entries()) known.set(device, { facts: facts.get(device) ?? {}, names, log_e: floats.subarray(i * each, (i + 1) * each) });
  }
  return new FleetEvidence(known);
}

/** log e of one stream on those of these devices that have it. */
export async function readStreamEvidence({ db, profiles, monitor, since_ms }: EvidenceScope, devices: readonly string[], stream: string): Promise<number[]> {
  const places = new Map<string, number>();
  for (const profile of await profilesOf(db, monitor, since_ms)) {
    const place = (await streamsOf(profiles, profile)).indexOf(stream);
    if (place >= 0) places.set(profile, place);
  }
  return Array.from(floatsOf(await readStream(db, { monitor, since_ms, devices }, places)));
}

async function streamsOf(profiles: Profiles, digest: string): Promise<readonly string[]> {
  const found = await profiles.find(digest);
  return 'law' in found ? namesOf(found.law) : [];
}

const namesOf = (law: ProfileLaw): string[] => law.map((one) => one.name);
/** A copy: the bytes of a row need not lie where 32-bit numbers may. */
const floatsOf = (bytes: Buffer): Float32Array => new Float32Array(new Uint8Array(bytes).buffer);
